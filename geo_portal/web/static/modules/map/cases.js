// The complaints of what is in view: pins and counted rings, and a card for the one chosen.
import { viewport } from "./city-map.js";
import { L } from "./leaflet.js";
import { pin, ring } from "./pins.js";

// `filters` is a query string of /api/v1/map. After each answer the map fires "cases".
export function addCases(map, filters = "") {
  const layer = L.layerGroup().addTo(map);
  let asked = 0;

  async function ask() {
    const turn = ++asked;
    const wanted = new URLSearchParams(filters);
    wanted.set("bbox", viewport(map, 0.1));
    wanted.set("zoom", ringZoom(map.getZoom()));
    const reply = await fetch(`/api/v1/map?${wanted}`).catch(() => null);
    // A slow answer for an earlier viewport must not draw over a later one.
    if (!reply?.ok || turn !== asked) return;
    const { features } = await reply.json();
    if (turn !== asked) return;
    layer.clearLayers();
    for (const feature of features) layer.addLayer(marker(map, feature));
    map.fire("cases");
  }

  function remove() {
    asked += 1;
    map.off("moveend", ask);
    layer.remove();
  }

  map.on("moveend", ask);
  ask();
  return { refresh: (wanted) => ((filters = wanted ?? filters), ask()), remove };
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
  const popup = L.popup({ className: "map-card", minWidth: 240, offset: [0, -26] });
  popup.setLatLng(at).setContent(await reply.text()).openOn(map);
}
