// A map on which a tap asks for the page of that place.
import { addAreas } from "./map/areas.js";
import { cityMap } from "./map/city-map.js";

export function mount(element) {
  const map = cityMap(element);
  if (element.dataset.areas) addAreas(map, element.dataset.areas);
  map.on("click", ({ latlng }) => {
    const asked = new URLSearchParams({ lon: latlng.lng.toFixed(6), lat: latlng.lat.toFixed(6) });
    location.assign(`${location.pathname}?${asked}`);
  });
}
