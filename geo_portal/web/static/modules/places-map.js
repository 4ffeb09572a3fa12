// The places of the list #places as pins; a pin leads to its entry, a ring of several nearer to them.
import { addAreas } from "./map/areas.js";
import { cityMap } from "./map/city-map.js";
import { pin, ring } from "./map/pins.js";
import { L } from "./map/leaflet.js";

// Closer together than this no finger finds the right one.
const APART_PX = 56;

export function mount(element) {
  const { areas, lon, lat, light } = element.dataset;
  const map = cityMap(element);
  if (areas) addAreas(map, areas);
  const places = [...document.querySelectorAll("#places [data-lon]")].map((entry) => ({
    entry,
    name: (entry.querySelector("h3") ?? entry).textContent.trim(),
    at: L.latLng(Number(entry.dataset.lat), Number(entry.dataset.lon)),
  }));
  const layer = L.layerGroup().addTo(map);
  const draw = () => {
    layer.clearLayers();
    together(map, places).forEach((group) => layer.addLayer(marker(map, group)));
  };
  if (light && lon !== undefined) {
    L.marker([Number(lat), Number(lon)], { icon: pin("here"), keyboard: false, interactive: false }).addTo(map);
  } else if (lon === undefined && places.length) {
    map.fitBounds(L.latLngBounds(places.map((one) => one.at)).pad(0.1), { maxZoom: 15 });
  }
  map.on("zoomend", draw);
  draw();
}

// Groups of places that would touch one another at this zoom, around the first of each.
function together(map, places) {
  const groups = [];
  for (const place of places) {
    const px = map.project(place.at);
    const near = groups.find((group) => group.px.distanceTo(px) < APART_PX);
    if (near) near.places.push(place);
    else groups.push({ px, places: [place] });
  }
  return groups;
}

function marker(map, { places }) {
  const [first] = places;
  const title = places.map((one) => one.name).slice(0, 6).join(", ");
  const one = places.length === 1 || map.getZoom() >= map.getMaxZoom();
  const icon = one ? pin("place") : ring({ count: places.length, closed: places.length });
  const shown = L.marker(first.at, { icon, title, alt: title });
  shown.on("click", () => {
    if (one) first.entry.scrollIntoView({ block: "center" });
    else map.fitBounds(L.latLngBounds(places.map((each) => each.at)).pad(0.2));
  });
  return shown;
}
