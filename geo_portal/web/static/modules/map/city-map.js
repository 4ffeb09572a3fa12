// The city's map: where it starts, what lies beneath, and controls in the reader's words.
import { addBasemap } from "./basemap.js";
import { L } from "./leaflet.js";

// Reads data-bounds="w,s,e,n", data-lon/-lat/-zoom, data-tile-url and the words on `element`.
export function cityMap(element, options = {}) {
  const { dataset } = element;
  const map = L.map(element, {
    zoomControl: false,
    attributionControl: false,
    minZoom: 3,
    maxZoom: 19,
    zoomSnap: 0.5,
    keyboardPanDelta: 60,
    ...options,
  });
  map.setView([Number(dataset.lat ?? 0), Number(dataset.lon ?? 0)], Number(dataset.zoom ?? 16));
  if (dataset.lon === undefined && dataset.bounds) map.fitBounds(corners(dataset.bounds));
  if (dataset.bounds) map.setMaxBounds(corners(dataset.bounds).pad(1.5));
  if (options.zoomControl !== false) addZoom(map, dataset);
  addAttribution(map, dataset);
  if (dataset.tileUrl) L.tileLayer(dataset.tileUrl, { maxZoom: 19 }).addTo(map);
  else addBasemap(map);
  element.classList.add("map-ready");
  element.removeAttribute("aria-busy");
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(element);
  return map;
}

export function corners(text) {
  const [west, south, east, north] = text.split(",").map(Number);
  return L.latLngBounds([south, west], [north, east]);
}

// What the API wants as bbox=: the viewport, a little more than is seen.
export function viewport(map, more = 0) {
  return map.getBounds().pad(more).toBBoxString();
}

function addZoom(map, { wordZoomIn, wordZoomOut }) {
  const position = document.dir === "rtl" ? "bottomleft" : "bottomright";
  L.control.zoom({ position, zoomInTitle: wordZoomIn, zoomOutTitle: wordZoomOut }).addTo(map);
}

function addAttribution(map, { attribution }) {
  if (!attribution) return;
  const position = document.dir === "rtl" ? "bottomright" : "bottomleft";
  const line = L.control.attribution({ position, prefix: false });
  const plain = document.createElement("span");
  plain.textContent = attribution;
  line.addAttribution(plain.innerHTML).addTo(map);
}
