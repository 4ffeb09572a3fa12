// Which department and office, by the city's rules, as routing/rules.py has it on the server.
import { localTime, within } from "./hours.js";

export function ownerOf(city, { category, areas, assets, text, at }) {
  if (!areas.length) return { department: city.triage, office: null };
  const seen = { category, areas, assets, text, local: localTime(at, city.timezone) };
  const rule = city.rules.find((one) => holds(one, seen));
  const owner = rule?.department ?? city.categories[category]?.department ?? city.triage;
  const parent = city.departments[owner]?.parent;
  if (parent) return { department: parent, office: owner };
  return { department: owner, office: officeAt(city.departments, owner, areas) };
}

function officeAt(departments, owner, areas) {
  for (const { level, code } of [...areas].reverse()) {
    const offices = Object.entries(departments).filter(
      ([, one]) => one.parent === owner && one.level === level && one.area === code,
    );
    if (offices.length) return offices.at(-1)[0];
  }
  return null;
}

function holds(rule, { category, areas, assets, text, local }) {
  return (
    isOf(rule.category, category) &&
    (!rule.area || areas.some(({ level, code }) => level === rule.area[0] && code === rule.area[1])) &&
    (!rule.text || says(rule.text, text)) &&
    (!rule.hours || within(rule.hours, local)) &&
    (!rule.near_asset ||
      assets.some(({ kind, distance }) => kind === rule.near_asset && distance <= (rule.near_m ?? 0)))
  );
}

function isOf(pattern, category) {
  if (!pattern) return true;
  if (pattern.endsWith(".*")) return Boolean(category?.startsWith(pattern.slice(0, -1)));
  return category === pattern;
}

function says(alternatives, text) {
  const words = alternatives.split("|").map((word) => word.trim()).filter(Boolean);
  const either = words.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|");
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${either})(?![\\p{L}\\p{N}_])`, "iu").test(text);
}
