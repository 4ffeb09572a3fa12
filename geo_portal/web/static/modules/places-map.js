// The places of the list #places as pins; a pin leads to its entry in the list.
import { addAreas } from "./map/areas.js";
import { cityMap } from "./map/city-map.js";
import { pin } from "./map/pins.js";
import { L } from "./map/leaflet.js";

export function mount(element) {
  const { areas, lon, lat, light } = element.dataset;
  const map = cityMap(element);
  if (areas) addAreas(map, areas);
  const pins = [...document.querySelectorAll("#places [data-lon]")].map((entry) => {
    const name = (entry.querySelector("h3") ?? entry).textContent.trim();
    const marker = L.marker([Number(entry.dataset.lat), Number(entry.dataset.lon)], {
      icon: pin("closed"),
      title: name,
      alt: name,
    }).addTo(map);
    marker.on("click", () => entry.scrollIntoView({ block: "center" }));
    return marker;
  });
  if (light && lon !== undefined) {
    L.marker([Number(lat), Number(lon)], { icon: pin("here"), keyboard: false }).addTo(map);
  } else if (lon === undefined && pins.length) {
    map.fitBounds(L.featureGroup(pins).getBounds().pad(0.1), { maxZoom: 15 });
  }
}
