// The heat map's workbench: squares for what is in view, and their legend with numbers.
import { showBorder } from "./map/border.js";
import { cityMap } from "./map/city-map.js";
import { addHeat } from "./map/heat.js";

const KEPT = "geo-portal-heat-view";

export function mount(element) {
  const { border, borderCode, filters } = element.dataset;
  const map = cityMap(element);
  if (border && borderCode) showBorder(map, border, borderCode, false);
  keepView(map, borderCode);
  const legend = element.parentElement.querySelector("[data-heat-legend]");
  const said = legend.querySelector("[role=status]");
  map.on("heat", (told) => {
    legend.hidden = false;
    // Other measures are the same wherever one looks; their sentence stands above the map.
    const counts = told.measure === "count";
    said.previousElementSibling.hidden = !counts;
    said.textContent = [...(counts ? [told.sentence] : []), ...(told.complete ? [] : told.notes)].join(" ");
    legend.querySelector("ul").replaceChildren(...told.labels.map((label, i) => row(label, told.colours[i])));
    const hatched = legend.querySelector("[data-heat-hatched]");
    hatched.hidden = !told.hatched;
    hatched.lastElementChild.textContent = told.hatched ?? "";
  });
  map.on("heat-failed", () => {
    legend.hidden = false;
    said.textContent = said.dataset.wordFailed;
  });
  addHeat(map, filters);
}

function row(label, colour) {
  const line = document.createElement("li");
  const swatch = document.createElement("span");
  swatch.className = "heat-swatch";
  swatch.style.backgroundColor = colour;
  // Numbers run from small to large also in a page that is read from the right.
  const text = document.createElement("bdi");
  text.textContent = label;
  line.append(swatch, text);
  return line;
}

// Turning to another month or kind must not throw the map back to the whole city.
function keepView(map, area) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept?.area === area) map.setView(kept.at, kept.zoom, { animate: false });
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    const view = { area, at: [lat, lng], zoom: map.getZoom() };
    sessionStorage.setItem(KEPT, JSON.stringify(view));
  });
}
