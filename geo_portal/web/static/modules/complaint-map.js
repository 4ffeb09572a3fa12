// The map of complaints: pins and rings for what is in view, a card for the one that is chosen.
import { addAreas } from "./map/areas.js";
import { cityMap, viewport } from "./map/city-map.js";
import { pin, ring } from "./map/pins.js";
import { L } from "./map/leaflet.js";

export function mount(element) {
  const map = cityMap(element);
  const layer = L.layerGroup().addTo(map);
  if (element.dataset.areas) addAreas(map, element.dataset.areas);
  let asked = 0;

  async function refresh() {
    const turn = ++asked;
    const filters = new URLSearchParams(element.dataset.filters ?? "");
    filters.set("bbox", viewport(map, 0.1));
    filters.set("zoom", ringZoom(map.getZoom()));
    const reply = await fetch(`/api/v1/map?${filters}`).catch(() => null);
    // A slow answer for an earlier viewport must not draw over a later one.
    if (!reply?.ok || turn !== asked) return;
    const { features } = await reply.json();
    layer.clearLayers();
    for (const feature of features) layer.addLayer(marker(map, feature));
    element.dispatchEvent(new CustomEvent("map-moved", { detail: viewport(map), bubbles: true }));
  }

  map.on("moveend", refresh);
  refresh();
  return map;
}

// Rings one step coarser than the map leave room for one another; near by, every pin counts.
function ringZoom(zoom) {
  return Math.round(zoom < 15 ? zoom - 1 : zoom);
}

function marker(map, { geometry, properties }) {
  const at = [geometry.coordinates[1], geometry.coordinates[0]];
  if (properties.count > 1) {
    const closer = () => map.flyTo(at, Math.min(map.getZoom() + 2, 18), { duration: 0.3 });
    return L.marker(at, { icon: ring(properties), keyboard: false }).on("click", closer);
  }
  // The list beside the map holds the same reports for who does not use a pointer.
  const one = L.marker(at, { icon: pin(properties.light), keyboard: false });
  return one.on("click", () => showCard(map, at, properties.code));
}

async function showCard(map, at, code) {
  const reply = await fetch(`/c/${encodeURIComponent(code)}/card`);
  if (!reply.ok) return;
  const card = document.createElement("div");
  card.innerHTML = await reply.text();
  L.popup({ className: "map-card", minWidth: 240, offset: [0, -26] })
    .setLatLng(at)
    .setContent(card)
    .openOn(map);
}
