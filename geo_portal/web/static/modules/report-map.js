// Where it is: a tap, Enter at the crosshair, a dragged pin or the phone's position set the place.
import { addAreas } from "./map/areas.js";
import { cityMap } from "./map/city-map.js";
import { pin } from "./map/pins.js";
import { L } from "./map/leaflet.js";

export function mount(element) {
  const map = cityMap(element, { keyboard: true });
  const form = element.closest("form");
  const { lon, lat, accuracy_m: accuracy } = form.elements;
  const circle = L.circle([0, 0], { radius: 0, className: "accuracy", interactive: false });
  const marker = L.marker([0, 0], { icon: pin("here", "pin-dropped"), draggable: true, keyboard: false });
  const picture = element.parentElement;
  if (element.dataset.areas) addAreas(map, element.dataset.areas);

  function show() {
    // Letters and commas are for the server to talk about.
    const isSet = [lon, lat].every(({ value }) => value !== "" && Number.isFinite(Number(value)));
    picture.classList.toggle("place-set", isSet);
    if (!isSet) return void map.removeLayer(marker).removeLayer(circle);
    const at = [Number(lat.value), Number(lon.value)];
    marker.setLatLng(at).addTo(map);
    circle.setLatLng(at).setRadius(Number(accuracy.value)).remove();
    if (Number(accuracy.value) > 0) circle.addTo(map);
    if (!map.getBounds().pad(-0.1).contains(at)) map.setView(at, Math.max(map.getZoom(), 16));
  }

  function put(at, metres = "") {
    lon.value = at.lng.toFixed(6);
    lat.value = at.lat.toFixed(6);
    accuracy.value = metres;
    form.dispatchEvent(new CustomEvent("place-changed", { bubbles: true }));
  }

  map.on("click", (event) => {
    put(event.latlng);
    // From afar a tap is good for a street at best: come closer, so that the pin can be mended.
    if (map.getZoom() < 15) map.setView(event.latlng, 16);
  });
  marker.on("dragend", () => put(marker.getLatLng()));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== element) return;
    event.preventDefault();
    put(map.getCenter());
  });
  picture.querySelector("[data-put-here]").addEventListener("click", () => put(map.getCenter()));
  form.addEventListener("place-found", ({ detail }) => {
    put(L.latLng(detail.lat, detail.lon), detail.accuracy ?? "");
    map.setView([detail.lat, detail.lon], 17);
  });
  form.addEventListener("place-changed", show);
  lon.addEventListener("change", show);
  lat.addEventListener("change", show);
  show();
  // A place that came with the page is looked at from near by.
  if (map.hasLayer(marker)) map.setView(marker.getLatLng(), 16);
}
