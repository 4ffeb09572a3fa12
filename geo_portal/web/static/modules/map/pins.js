// Pins and rings: the light of a complaint as colour and shape, in a drop or around a count.
import { L } from "./leaflet.js";

export const LIGHTS = ["waiting", "progress", "done", "closed"];
const MARKS = {
  waiting: '<circle cx="14" cy="13" r="5" class="pin-mark"/>',
  progress: '<circle cx="14" cy="13" r="4.5" class="pin-line"/><path d="M14 8.5a4.5 4.5 0 0 1 0 9z" class="pin-mark"/>',
  done: '<path d="m9.5 13.2 3.2 3.2 6-6.6" class="pin-line"/>',
  place: '<circle cx="14" cy="13" r="4" class="pin-mark"/>',
  here: '<circle cx="14" cy="13" r="4" class="pin-mark"/>',
  closed: '<circle cx="14" cy="13" r="4.7" class="pin-line"/><path d="m10.8 16.2 6.4-6.4" class="pin-line"/>',
};
const DROP = "M14 1.5C20.4 1.5 25.5 6.5 25.5 12.8 25.5 20 18.3 25.6 15 31.2a1.2 1.2 0 0 1-2 0C9.7 25.6 2.5 20 2.5 12.8 2.5 6.5 7.6 1.5 14 1.5z";

export function pin(light, extraClass = "") {
  return L.divIcon({
    className: `pin pin-${light} ${extraClass}`,
    html: `<svg viewBox="0 0 28 34" aria-hidden="true"><path class="pin-drop" d="${DROP}"/>${MARKS[light] ?? ""}</svg>`,
    iconSize: [28, 34],
    iconAnchor: [14, 33],
    popupAnchor: [0, -30],
  });
}

// A counted ring, split by light in proportion.
export function ring(counts) {
  const size = counts.count < 10 ? 36 : counts.count < 100 ? 42 : 50;
  const radius = 16;
  const around = 2 * Math.PI * radius;
  let start = 0;
  const arcs = LIGHTS.filter((light) => counts[light]).map((light) => {
    const length = (counts[light] / counts.count) * around;
    const arc = `<circle class="ring-${light}" cx="20" cy="20" r="${radius}" stroke-dasharray="${length} ${around - length}" stroke-dashoffset="${-start}"/>`;
    start += length;
    return arc;
  });
  return L.divIcon({
    className: "ring",
    html: `<svg viewBox="0 0 40 40" aria-hidden="true"><circle class="ring-plate" cx="20" cy="20" r="19"/><g transform="rotate(-90 20 20)">${arcs.join("")}</g></svg><span>${short(counts.count)}</span>`,
    iconSize: [size, size],
  });
}

function short(count) {
  if (count < 1000) return String(count);
  return new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" }).format(count);
}
