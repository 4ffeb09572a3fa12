// Reads the offline file once; see routing/offline_twin.py for how it is laid out.
import { categoryOf } from "./model.js";
import { ownerOf } from "./owner.js";
import { areasAt, assetsNear } from "./place.js";

export const ADDRESS = "/offline/twin";
let loading;

export function twin() {
  loading ??= fetch(ADDRESS).then(async (answer) => {
    if (!answer.ok) throw new Error(`The offline file was answered with ${answer.status}.`);
    return read(await answer.arrayBuffer());
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

function read(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const { city, model } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  for (const area of city.areas) area.rings = area.rings.map((ring) => degrees(ring, city.grid));
  for (const asset of city.assets) asset.lines = asset.lines.map((line) => degrees(line, city.grid));
  if (model) numbers(model, buffer, 4 + length);
  return { city, model, answer: (asked) => answer(city, model, asked) };
}

function answer(city, model, { text, lon = null, lat = null, chosen = "", at = new Date() }) {
  const category = chosen || categoryOf(text, model, (code) => Object.hasOwn(city.categories, code));
  if (lon === null || lat === null) return { category, areas: [], department: null, office: null };
  const areas = areasAt(city, lon, lat);
  const assets = assetsNear(city, lon, lat);
  return { category, areas, ...ownerOf(city, { category, areas, assets, text, at }) };
}

function numbers(model, buffer, start) {
  let rows = 0;
  for (const ngrams of model.ngrams) {
    ngrams.ids = new Map();
    let before = [];
    for (const coded of ngrams.words.split("\n")) {
      before = [...before.slice(0, coded.charCodeAt(0) - 48), ...Array.from(coded.slice(1))];
      ngrams.ids.set(before.join(""), rows++);
    }
  }
  const bits = new Uint8Array(buffer, start);
  model.weights = new Int8Array(rows * model.categories.length);
  let next = Math.ceil(model.weights.length / 8);
  for (let at = 0; at < model.weights.length; at++) {
    if (bits[at >> 3] & (128 >> (at & 7))) model.weights[at] = bits[next++] << 24 >> 24;
  }
  model.rarity = Float64Array.from(bits.subarray(next, next + rows), (n) => n * model.rarity_step);
}

function degrees(steps, grid) {
  const found = new Float64Array(steps.length);
  steps.forEach((step, at) => (found[at] = step + (at > 1 ? found[at - 2] : 0)));
  return found.map((whole) => whole / grid);
}
