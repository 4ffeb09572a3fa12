// The category that a text speaks of, as routing/linear_classifier.py finds it on the server.
import { languageOf } from "./language.js";
import { addNgrams } from "./ngrams.js";
import { wordsOf } from "./words.js";

export function categoryOf(text, model, isOpen) {
  if (!model) return null;
  const words = wordsOf(text, model.wording);
  if (!understands(text, words, model)) return null;
  const scores = Float64Array.from(model.offsets);
  let met = false;
  for (const ngrams of model.ngrams) met = addNgrams(scores, ngrams, words, model) || met;
  if (!met) return null;
  const top = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - top));
  const sum = powers.reduce((one, other) => one + other, 0);
  const named = model.categories
    .map((category, at) => ({ category, at, sure: powers[at] / sum }))
    .filter(({ category }) => !model.abstaining.includes(category))
    .sort((one, other) => other.sure - one.sure);
  const best = named.slice(0, 3).find(({ category }) => isOpen(category));
  return best && best.sure >= model.thresholds[best.at] ? best.category : null;
}

function understands(text, words, model) {
  if (!model.languages.length) return true;
  const known = shareKnown(words, model);
  if (known < 0.35) return false;
  return known >= 0.6 || [...model.languages, "und"].includes(languageOf(text, model.language));
}

function shareKnown(words, { ngrams }) {
  const spoken = words.filter((word) => !/^[_0-9]/.test(word));
  const met = ngrams.filter(({ kind }) => kind === "words");
  if (!spoken.length || !met.length) return 1;
  return spoken.filter((word) => met.some(({ ids }) => ids.has(word))).length / spoken.length;
}
