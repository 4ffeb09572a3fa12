// One area's border, lit.
import { L } from "./leaflet.js";

// `address` is GeoJSON of a whole level; the feature with `code` is shown, and fitted if wanted.
export async function showBorder(map, address, code, fit = true) {
  const reply = await fetch(address).catch(() => null);
  if (!reply?.ok) return;
  const filter = (feature) => !code || feature.properties.code === code;
  const style = { className: "area-border area-border-lit", weight: 2.5, fillOpacity: 0.07 };
  const border = L.geoJSON(await reply.json(), { filter, style, interactive: false }).addTo(map);
  if (fit && border.getLayers().length) map.fitBounds(border.getBounds(), { padding: [16, 16] });
}
