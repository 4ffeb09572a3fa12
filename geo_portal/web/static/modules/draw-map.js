// Drawing one's own corner of the city, tap by tap: one tap is a circle, three or more a polygon.
import { cityMap } from "./map/city-map.js";
import { L } from "./map/leaflet.js";

export function mount(element) {
  const map = cityMap(element, { scrollWheelZoom: false });
  const form = element.closest("form");
  const { shape, lon, lat, radius_m: radius } = form.elements;
  const drawn = L.layerGroup().addTo(map);
  let corners = [];

  const show = () => {
    drawn.clearLayers();
    shape.value = lon.value = lat.value = "";
    if (corners.length === 1) {
      [lon.value, lat.value] = [corners[0].lng, corners[0].lat];
      L.circle(corners[0], { radius: Number(radius.value) || 500, className: "drawn" }).addTo(drawn);
    } else if (corners.length > 1) {
      L.polygon(corners, { className: "drawn" }).addTo(drawn);
    }
    for (const corner of corners) {
      L.circleMarker(corner, { radius: 5, className: "drawn-corner" }).addTo(drawn);
    }
    if (corners.length < 3) return;
    const ring = [...corners, corners[0]].map((one) => [one.lng, one.lat]);
    shape.value = JSON.stringify({ type: "Polygon", coordinates: [ring] });
  };

  map.on("click", (event) => {
    corners = [...corners, event.latlng.wrap()];
    show();
  });
  radius.addEventListener("input", show);
  form.querySelector("[data-draw-anew]").addEventListener("click", () => {
    corners = [];
    show();
  });
}
