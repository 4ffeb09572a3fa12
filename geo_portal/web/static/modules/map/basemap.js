// The city's own vector basemap, drawn quietly on one canvas in the colours of the tokens.
import { basemapStyles } from "./basemap-styles.js";
import { Labels } from "./labels.js";
import { L } from "./leaflet.js";

export async function addBasemap(map) {
  map.createPane("basemap").style.zIndex = 150;
  const renderer = L.canvas({ pane: "basemap", padding: 0.4 });
  const { layers } = (await read("/api/v1/basemap")) ?? { layers: [] };
  const found = await Promise.all(layers.map((name) => read(`/api/v1/basemap/${name}.geojson`)));
  const drawn = [];
  layers.forEach((name, i) => {
    if (!found[i]) return;
    if (name === "labels") new Labels(found[i].features).addTo(map);
    else if (name === "roads") drawn.push(...roads(found[i], renderer));
    else drawn.push({ name, layer: shapes(found[i], renderer) });
  });
  const restyle = () => {
    const styles = basemapStyles(map.getZoom());
    for (const { name, layer } of drawn) layer.setStyle(styles[name]);
  };
  restyle();
  for (const { layer } of drawn) layer.addTo(map);
  map.on("zoomend", restyle);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
  map.fire("basemap");
}

async function read(address) {
  // A map without its background is still a map.
  const reply = await fetch(address).catch(() => null);
  return reply?.ok ? reply.json() : null;
}

function shapes(data, renderer, filter) {
  const pointToLayer = (_, at) => L.circleMarker(at, { renderer, radius: 0, interactive: false });
  const style = { interactive: false };
  return L.geoJSON(data, { renderer, filter, pointToLayer, style, interactive: false });
}

// All casings first, so that crossings of roads look like crossings.
function roads(data, renderer) {
  const classes = ["street", "secondary", "main"];
  const layers = (suffix) =>
    classes.map((name) => ({
      name: `${name}${suffix}`,
      layer: shapes(data, renderer, (road) => (road.properties.class ?? "street") === name),
    }));
  return [...layers("Case"), ...layers("")];
}
