// Coloured cells on one canvas, unsure ones hatched; the one under the pointer says its number.
import { hatch } from "./hatch.js";
import { L } from "./leaflet.js";

export function heatSquares(map) {
  // Above the borders, so that the pointer meets the squares first; below the names.
  if (!map.getPane("heat")) map.createPane("heat").style.zIndex = 345;
  const renderer = L.canvas({ pane: "heat", padding: 0.1 });
  const number = new Intl.NumberFormat(document.documentElement.lang);
  let shades = [];

  function style({ properties }) {
    const colour = shades[properties.class];
    return { fillColor: colour, fillOpacity: 0.78, color: colour, weight: 0.5, opacity: 0.9 };
  }

  const layer = L.geoJSON(null, { renderer, pane: "heat", style }).addTo(map);
  const strokes = L.layerGroup().addTo(map);
  const says = ({ feature: { properties } }) => number.format(properties.value ?? properties.count);
  layer.bindTooltip(says, { sticky: true, className: "area-name", direction: "top" });

  return {
    put(features) {
      layer.clearLayers().addData(features);
      strokes.clearLayers();
      const unsure = features.filter(({ properties }) => properties.unsure);
      if (unsure.length) strokes.addLayer(hatch(unsure, renderer));
    },
    colour(colours) {
      shades = colours;
      layer.setStyle(style);
    },
    remove() {
      layer.remove();
      strokes.remove();
      renderer.remove();
    },
  };
}
