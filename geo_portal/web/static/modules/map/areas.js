// The boundary under the pointer, softly lit, with its name.
import { L } from "./leaflet.js";

const RESTING = { weight: 1.2, opacity: 0.3, fillOpacity: 0 };
const LIT = { weight: 2.2, opacity: 0.9, fillOpacity: 0.1 };

export async function addAreas(map, level) {
  const reply = await fetch(`/api/v1/areas/${level}.geojson`).catch(() => null);
  if (!reply?.ok) return null;
  map.createPane("areas").style.zIndex = 340;
  const areas = L.geoJSON(await reply.json(), {
    pane: "areas",
    style: { ...RESTING, className: "area-border", bubblingMouseEvents: true },
    onEachFeature(feature, layer) {
      const name = document.createElement("span");
      name.textContent = feature.properties.name;
      layer.bindTooltip(name, { sticky: true, className: "area-name", direction: "top" });
      layer.on("mouseover", () => layer.setStyle(LIT));
      layer.on("mouseout", () => layer.setStyle(RESTING));
    },
  }).addTo(map);
  return areas;
}
