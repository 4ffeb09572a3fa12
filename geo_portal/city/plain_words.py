"""Words as they are searched for: one spelling, whatever keyboard or habit they come from."""

import re
import unicodedata

# Urdu is typed on Arabic and Persian keyboards too; these letters look the same to a reader.
_SAME_LETTER = str.maketrans("يىكهةۃأإٱؤۓ", "ییکہہہاااوے")
_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 40


def plain(text: str) -> str:
    """Small letters without accents, vowel marks and presentation forms."""
    apart = unicodedata.normalize("NFKD", text.replace("\0", " ")).casefold()
    bare = "".join(sign for sign in apart if unicodedata.category(sign) not in ("Mn", "Cf"))
    return unicodedata.normalize("NFC", bare.translate(_SAME_LETTER))


def words_of(text: str) -> list[str]:
    """The words of a text, in order, in their one spelling."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain(text))]


def typing_distance(typed: str, meant: str, most: int) -> int:
    """How many slips lie between two words: a letter left out, put in, changed or swapped.

    More than `most` comes back as `most + 1`.
    """
    if abs(len(typed) - len(meant)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        further, before, row = before, row, [i]
        for j, other in enumerate(meant, start=1):
            slips = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                slips = min(slips, further[j - 2] + 1)
            row.append(slips)
        if min(row) > most:
            return most + 1
    return row[-1]
