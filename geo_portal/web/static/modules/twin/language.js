// Which language a text is in, as routing/language.py tells it on the server.
const UNKNOWN = "und";

export function languageOf(text, known) {
  const read = Array.from(text).slice(0, 1000);
  const script = mainScript(read, known.scripts);
  if (script === "Latn") return latin(read.join(""), known.small_words);
  if (script === "Arab") {
    const urdu = read.length < 30 || new RegExp(known.urdu_only, "u").test(read.join(""));
    return urdu ? "ur" : "ar";
  }
  if (read.some((letter) => letter >= "\u3040" && letter <= "\u30ff")) return "ja";
  return known.of_script[script] ?? UNKNOWN;
}

function mainScript(letters, scripts) {
  const counts = new Map();
  for (const letter of letters) {
    if (!/\p{L}/u.test(letter)) continue;
    const script = scriptOf(letter, scripts);
    counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  return most(counts) ?? "Zyyy";
}

function scriptOf(letter, scripts) {
  if (letter < "\u0250") return "Latn";
  return scripts.find(([, first, last]) => letter >= first && letter <= last)?.[0] ?? "Zzzz";
}

function latin(text, smallWords) {
  const speaking = new Map();
  for (const [language, words] of Object.entries(smallWords)) {
    for (const word of new Set(words.split(" "))) {
      speaking.set(word, [...(speaking.get(word) ?? []), language]);
    }
  }
  const points = new Map();
  for (const word of text.toLowerCase().match(/[\p{L}]+(?:'[\p{L}]+)?/gu) ?? []) {
    const spoken = speaking.get(word) ?? [];
    for (const language of spoken) points.set(language, (points.get(language) ?? 0) + 1 / spoken.length);
  }
  return most(points) ?? UNKNOWN;
}

function most(counts) {
  let best;
  for (const [name, many] of counts) if (best === undefined || many > counts.get(best)) best = name;
  return best;
}
