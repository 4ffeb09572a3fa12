// How each layer of the basemap looks at a zoom, light or dark: read from the CSS tokens.

// Pixels at zoom 14; a road grows by half with every step nearer.
const WIDTHS = { main: 5, secondary: 3.4, street: 1.8 };
const GROWTH = 1.42;

export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--map-${name}`).trim();
}

export function basemapStyles(zoom) {
  const growth = GROWTH ** (zoom - 14);
  const area = (fill, line = fill) => ({
    fillColor: token(fill),
    fillOpacity: 1,
    color: token(line),
    weight: 1,
    opacity: 1,
  });
  return {
    land: { ...area("land", "coast"), weight: 1.2 },
    water: { ...area("water", "water-line"), weight: Math.max(1, 2 * growth) },
    green: { ...area("green"), stroke: false },
    built: { ...area("built"), stroke: false },
    rail: line("rail", Math.max(0.8, 1.4 * growth), { dashArray: "6 4", lineCap: "butt" }),
    ...road("street", WIDTHS.street * growth, "road", "road-case", zoom >= 12.5),
    ...road("secondary", WIDTHS.secondary * growth, "road", "road-case", zoom >= 10),
    ...road("main", WIDTHS.main * growth, "road-main", "road-main-case", true),
  };
}

function road(name, width, colour, casing, shown) {
  const across = Math.min(Math.max(width, 0.8), 22);
  return {
    [name]: shown ? line(colour, across) : { stroke: false, fill: false },
    // At a distance a casing only makes a road look dirty.
    [`${name}Case`]:
      shown && across > 1.4 ? line(casing, across + 1.6) : { stroke: false, fill: false },
  };
}

function line(colour, weight, more = {}) {
  return { stroke: true, fill: false, color: token(colour), opacity: 1, weight, ...more };
}
