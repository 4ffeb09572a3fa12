// Three parallel strokes across each cell: what they cover rests on too little to be sure.
import { L } from "./leaflet.js";

const between = ([x, y], [u, v]) => [(x + u) / 2, (y + v) / 2];

function across({ geometry: { coordinates } }) {
  const ring = coordinates[0].slice(0, -1);
  const half = ring.length / 2;
  const side = (i) => between(ring[i], ring[(i + 1) % ring.length]);
  return [
    [ring[0], ring[half]],
    [side(0), side(half - 1)],
    [side(half), side(ring.length - 1)],
  ];
}

export function hatch(features, renderer) {
  const lines = features.flatMap(across).map((line) => line.map(([lon, lat]) => [lat, lon]));
  const color = matchMedia("(prefers-color-scheme: dark)").matches ? "#f4f3ee" : "#17201e";
  return L.polyline(lines, { renderer, color, weight: 0.8, opacity: 0.7, interactive: false });
}
