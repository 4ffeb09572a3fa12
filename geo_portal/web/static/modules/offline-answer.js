// The card's answer without network, from the offline file.
import { twin } from "./twin/load.js";

export async function answerInto(box, form) {
  const { description, lon, lat } = form.elements;
  const place = lon.value && lat.value ? { lon: Number(lon.value), lat: Number(lat.value) } : {};
  const { city, answer } = await twin();
  const { category, areas, department, office } = answer({ text: description.value, ...place });
  const lang = document.documentElement.lang;
  const named = (names) => names?.[lang] ?? Object.values(names ?? {})[0];
  const area = areas.at(-1);
  const told = [
    area && `${named(city.levels[area.level])} ${area.name}`,
    named(city.departments[office ?? department]?.names),
    named(city.categories[category]?.names),
  ];
  box.hidden = false;
  box.querySelector("[data-answer]").textContent = told.filter(Boolean).join(" · ");
}
