// The map beside the queue: a pin for each case of the list, a larger one for the one that is open.
import { addAreas } from "./map/areas.js";
import { cityMap } from "./map/city-map.js";
import { pin } from "./map/pins.js";
import { L } from "./map/leaflet.js";

export function mount(element) {
  const map = cityMap(element, { keyboard: false });
  const { lon, lat, light, accuracy, areas } = element.dataset;
  const layer = L.layerGroup().addTo(map);
  if (areas) addAreas(map, areas);
  if (lon !== undefined) showOpen(map, [Number(lat), Number(lon)], light, Number(accuracy));

  function draw() {
    layer.clearLayers();
    const rows = [...document.querySelectorAll("[data-row]:not(.queue-row-open)")];
    const places = rows.map((row) => place(row, layer));
    if (lon === undefined && places.length) map.fitBounds(L.latLngBounds(places).pad(0.1), { maxZoom: 16 });
  }

  draw();
  document.addEventListener("queue-renewed", draw);
}

function place(row, layer) {
  const at = [Number(row.dataset.lat), Number(row.dataset.lon)];
  const link = row.querySelector(".queue-link");
  // The list holds the same cases for who does not use a pointer.
  const marker = L.marker(at, { icon: pin(row.dataset.light), keyboard: false, title: link.textContent });
  marker.on("click", () => link.click()).addTo(layer);
  return at;
}

function showOpen(map, at, light, accuracy) {
  if (accuracy > 15) {
    L.circle(at, { radius: accuracy, className: "accuracy", interactive: false }).addTo(map);
  }
  L.marker(at, { icon: pin(light, "pin-chosen"), keyboard: false, interactive: false }).addTo(map);
}
