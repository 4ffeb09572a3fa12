// A text's words brought to one spelling, as routing/wording.py does on the server.
const LINK = /^(https?:\/\/|www\.)\S+/i;
const WITHOUT_SPACES = /[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/g;
const LETTER = /[\p{L}\p{N}_]/u;
const MARK = /\p{M}/u;
const kept = new Map();

export function wordsOf(text, wording) {
  const read = Array.from(text).slice(0, 4000).join("");
  return read.split(/\s+/u).filter(Boolean).flatMap((written) => oneSpelling(written, wording));
}

export function spacedOut(word) {
  return word.replace(WITHOUT_SPACES, " $& ");
}

function oneSpelling(written, wording) {
  const known = kept.get(written);
  if (known) return known;
  const found = LINK.test(written) ? ["_link"] : spelt(written, wording);
  if (kept.size > 20_000) kept.clear();
  kept.set(written, found);
  return found;
}

function spelt(written, { letters, spellings }) {
  const folded = folding(written.normalize("NFKC")).replace(/\[([a-z]+)\]/g, " _$1 ");
  const plain = Array.from(folded, (letter) => keep(letters[letter] ?? letter)).join("");
  return split(plain).flatMap((part) =>
    split(shape(part)).flatMap((word) => split(standard(word, spellings))),
  );
}

const split = (text) => text.split(/\s+/u).filter(Boolean);
const folding = (text) => text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ");

function standard(word, spellings) {
  return Object.hasOwn(spellings, word) ? spellings[word] : word;
}

function keep(letter) {
  if (letter === "" || LETTER.test(letter)) return letter;
  if (/\p{Mn}/u.test(letter) && letter >= "\u0610" && letter <= "\u06ed") return "";
  return MARK.test(letter) && !/\p{Me}/u.test(letter) ? letter : " ";
}

function shape(word) {
  const doubled = /^([\p{L}\p{N}_]{3,})2(nya|an)?$/u.exec(word);
  if (doubled) return `${doubled[1]} ${doubled[1]}${doubled[2] ?? ""}`;
  return word
    .replace(/\p{Nd}+/gu, (digits) => "0".repeat(Math.min(Array.from(digits).length, 5)))
    .replace(/([\p{L}\p{Nl}\p{No}_])\1{2,}/gu, "$1$1");
}
