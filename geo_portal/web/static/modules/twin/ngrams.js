// Weighs the n-grams of a text, as routing/ngrams.py does on the server.
import { spacedOut } from "./words.js";

export function addNgrams(scores, ngrams, words, { weights, rarity, step }) {
  const counts = new Map();
  for (const row of ngrams.kind === "words" ? ofWords(ngrams, words) : ofLetters(ngrams, words)) {
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  const weighed = Array.from(counts, ([row, many]) => [row, (1 + Math.log(many)) * rarity[row]]);
  const length = Math.hypot(...weighed.map(([, weight]) => weight)) || 1;
  for (const [row, weight] of weighed) {
    const at = row * scores.length;
    for (let i = 0; i < scores.length; i++) scores[i] += (weight / length) * weights[at + i] * step;
  }
  return weighed.length > 0;
}

function* ofWords({ ids, shortest, longest }, words) {
  const units = words.flatMap((word) => spacedOut(word).split(/\s+/u).filter(Boolean));
  for (let n = shortest; n <= longest; n++) {
    for (let at = 0; at + n <= units.length; at++) {
      const row = ids.get(units.slice(at, at + n).join(" "));
      if (row !== undefined) yield row;
    }
  }
}

function* ofLetters({ ids, shortest, longest }, words) {
  for (const word of words) {
    const padded = Array.from(` ${word} `);
    for (let n = shortest; n <= longest; n++) {
      for (let at = 0; at <= Math.max(padded.length - n, 0); at++) {
        const row = ids.get(padded.slice(at, at + n).join(""));
        if (row !== undefined) yield row;
      }
      if (padded.length <= n) break;
    }
  }
}
