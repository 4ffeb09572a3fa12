// Areas and assets around a place, from borders simplified for the phone.
const METRES_PER_DEGREE = 111_195;

export function areasAt({ areas }, lon, lat) {
  return areas.find(({ rings }) => covers(rings, lon, lat))?.chain ?? [];
}

export function assetsNear({ assets }, lon, lat) {
  return assets
    .map(({ kind, name, lines }) => ({
      kind,
      name,
      distance: Math.min(...lines.map((line) => distanceTo(line, lon, lat))),
    }))
    .sort((one, other) => one.distance - other.distance);
}

// Holes are rings too: a point in one is crossed twice.
function covers(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [ax, ay, bx, by] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

function distanceTo(line, lon, lat) {
  const across = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const point = (at) => [(line[at] - lon) * across, (line[at + 1] - lat) * METRES_PER_DEGREE];
  let nearest = Math.hypot(...point(0));
  for (let at = 2; at < line.length; at += 2) {
    nearest = Math.min(nearest, toSegment(point(at - 2), point(at)));
  }
  return nearest;
}

function toSegment([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(ax + share * dx, ay + share * dy);
}
