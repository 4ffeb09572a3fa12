// The heat map: asks for the squares in view, and tells a legend what is shown.
import { viewport } from "./city-map.js";
import { heatSquares } from "./heat-squares.js";

const PAUSE_MS = 150;

// `filters` is a query string of /api/v1/heatmap. After each answer the map fires "heat" with all
// that was told but the squares: sentence, notes, limits, labels, total, cell_m …, and the colours
// as drawn; "heat-failed" when there was no answer.
export function addHeat(map, filters = "") {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const squares = heatSquares(map);
  let told = { colours: [], colours_on_dark: [] };
  let asked = 0;
  let waiting;

  function show() {
    const colours = dark.matches ? told.colours_on_dark : told.colours;
    squares.colour(colours);
    map.fire("heat", { ...told, colours });
  }

  async function ask() {
    const turn = ++asked;
    const wanted = new URLSearchParams(filters);
    wanted.set("bbox", viewport(map, 0.1));
    const reply = await fetch(`/api/v1/heatmap?${wanted}`).catch(() => null);
    const found = reply?.ok ? await reply.json().catch(() => null) : null;
    // A slow answer for an earlier viewport must not draw over a later one.
    if (turn !== asked) return;
    if (!found) return map.fire("heat-failed");
    const { features, ...rest } = found;
    told = rest;
    squares.put(features);
    show();
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  }

  map.on("moveend", soon);
  dark.addEventListener("change", show);
  ask();
  return {
    refresh(wanted = filters) {
      filters = wanted;
      return ask();
    },
    remove() {
      clearTimeout(waiting);
      asked += 1;
      map.off("moveend", soon);
      dark.removeEventListener("change", show);
      squares.remove();
    },
  };
}
