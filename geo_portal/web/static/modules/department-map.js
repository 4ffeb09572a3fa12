// A dashboard's map: one layer at a time, kept in the address, refreshed with the figures.
import { addAreas } from "./map/areas.js";
import { showBorder } from "./map/border.js";
import { addCases } from "./map/cases.js";
import { addChoropleth } from "./map/choropleth.js";
import { cityMap } from "./map/city-map.js";
import { Key } from "./map/key.js";

export function mount(element) {
  const { areas, border, borderCode, filters } = element.dataset;
  const map = cityMap(element);
  const key = new Key(document.getElementById("map-key"));
  const choices = document.getElementById("map-layers");
  let layer = null;
  let turn = 0;
  if (areas) addAreas(map, areas);
  if (border) showBorder(map, border, borderCode);

  async function show(code) {
    const mine = ++turn;
    layer?.remove();
    layer = null;
    key.show(code);
    const [kind, level] = code.split(":");
    if (kind === "areas") layer = addChoropleth(map, filters, level);
    else if (kind === "cases") layer = addCases(map, filters);
    else if (kind === "risk") layer = addCases(map, atRisk(filters));
    else {
      const { addHeat } = await import("./map/heat.js");
      if (mine === turn) layer = addHeat(map, filters);
    }
  }

  map.on("heat", (told) => key.classes(told.sentence, told.colours, told.labels));
  map.on("areas-counted", (told) => key.classes(told.title, told.colours, told.labels));
  choices.addEventListener("change", ({ target }) => {
    const address = new URL(location.href);
    address.searchParams.set("layer", target.value);
    history.replaceState(null, "", address);
    for (const kept of document.querySelectorAll("input[name=layer][type=hidden]")) {
      kept.value = target.value;
    }
    show(target.value);
  });
  document.addEventListener("parts-refreshed", () => layer?.refresh());
  show(choices.querySelector(":checked").value);
}

// Open ones that are overdue or due within a day, whenever they were reported.
function atRisk(filters) {
  const wanted = new URLSearchParams(filters);
  for (const name of ["since", "until", "light"]) wanted.delete(name);
  wanted.set("due_within_h", 24);
  return wanted.toString();
}
