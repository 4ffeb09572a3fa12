// The areas of a level, coloured by how many complaints they have.
import { L } from "./leaflet.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const number = new Intl.NumberFormat(document.documentElement.lang);

// `filters` is a query string of /api/v1/areas/LEVEL/counts. After each answer the map fires
// "areas-counted" with the title, the colours and the labels of the classes.
export function addChoropleth(map, filters, level) {
  if (!map.getPane("counts")) map.createPane("counts").style.zIndex = 330;
  const areas = L.geoJSON(null, { pane: "counts", style: { className: "area-counts", weight: 1 } });
  areas.bindTooltip(({ feature }) => label(feature), { sticky: true, className: "area-name" });
  const borders = fetch(`/api/v1/areas/${level}.geojson`).then((reply) => reply.json());
  let counts = new Map();
  let told = { areas: [] };
  let asked = 0;

  function label({ properties }) {
    const said = document.createElement("span");
    said.textContent = `${properties.name}: ${number.format(counts.get(properties.code)?.count ?? 0)}`;
    return said;
  }

  async function ask() {
    const turn = ++asked;
    const [reply, drawn] = await Promise.all([
      fetch(`/api/v1/areas/${level}/counts?${filters}`).catch(() => null),
      borders.catch(() => null),
    ]);
    if (!reply?.ok || !drawn || turn !== asked) return;
    const found = await reply.json();
    if (turn !== asked) return;
    told = found;
    counts = new Map(told.areas.map((area) => [area.code, area]));
    if (!areas.getLayers().length) areas.addData(drawn);
    paint();
  }

  function paint() {
    const colours = dark.matches ? told.colours_on_dark : told.colours;
    areas.addTo(map).setStyle(({ properties }) => {
      const nth = counts.get(properties.code)?.class ?? -1;
      return { fillColor: colours?.[nth], fillOpacity: nth < 0 ? 0 : 0.75 };
    });
    map.fire("areas-counted", { ...told, colours });
  }

  function remove() {
    asked += 1;
    dark.removeEventListener("change", paint);
    areas.remove();
  }

  dark.addEventListener("change", paint);
  ask();
  return { refresh: (wanted) => ((filters = wanted ?? filters), ask()), remove };
}
