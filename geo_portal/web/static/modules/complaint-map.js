// The map of complaints; the list beside it hears what is in view.
import { addAreas } from "./map/areas.js";
import { addCases } from "./map/cases.js";
import { cityMap, viewport } from "./map/city-map.js";

export function mount(element) {
  const map = cityMap(element);
  if (element.dataset.areas) addAreas(map, element.dataset.areas);
  map.on("cases", () => {
    element.dispatchEvent(new CustomEvent("map-moved", { detail: viewport(map), bubbles: true }));
  });
  addCases(map, element.dataset.filters);
  return map;
}
