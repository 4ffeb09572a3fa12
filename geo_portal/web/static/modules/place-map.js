// A small still map of one place, with its pin and how exactly the place is known.
import { showBorder } from "./map/border.js";
import { cityMap } from "./map/city-map.js";
import { pin } from "./map/pins.js";
import { L } from "./map/leaflet.js";

export function mount(element) {
  const { lon, lat, light, accuracy, border } = element.dataset;
  const map = cityMap(element, {
    scrollWheelZoom: false,
    dragging: !L.Browser.mobile,
    keyboard: false,
  });
  if (border) showBorder(map, border, element.dataset.borderCode);
  if (lon === undefined || !light) return;
  const at = [Number(lat), Number(lon)];
  if (Number(accuracy) > 15) {
    L.circle(at, { radius: Number(accuracy), className: "accuracy", interactive: false }).addTo(map);
  }
  L.marker(at, { icon: pin(light), keyboard: false, interactive: false }).addTo(map);
}
