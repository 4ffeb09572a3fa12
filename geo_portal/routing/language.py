"""Which language and script a citizen wrote in, told from letters and the commonest small words."""

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

UNKNOWN = "und"

# Only words that are common in their language and rare in the others listed here.
_SMALL_WORDS = {
    "en": "the is are and of to in on for there this that has have been with not from near my our "
    "was it please no at by we you they were but all very do does don't can i street road "
    "garbage water light broken out out-side every need needs blocked",
    "id": "yang dan di ke dari ini itu tidak ada sudah belum mohon tolong jalan dengan untuk karena "
    "saya kami pak bu rusak mati sampah banjir lampu depan dekat rumah warga lagi sangat banyak "
    "air parkir liar kali got mampet hujan bisa akan sekitar yg jln gak udah dong banget numpuk",
    "ur-Latn": "hai hain ka ki ke ko se mein nahi raha rahi rahe gaya gayi kar karo karein hamare "
    "hamari yahan wahan bohat pani kachra sarak gali bijli koi kuch aur bhi ho gutter "
    "nali ghar log bahar kharab ganda par wale wala din se kab tak mera jaye",
    "de": "der die das und ist nicht ein eine auf den dem mit seit vor für bei wird sind hier bitte "
    "es im am zu von straße auch wieder kein defekt liegt",
    "fr": "le la les et est une un des dans pas depuis sur rue avec pour il y au du ne nous sont",
    "es": "el la los las y es una un en de que por con hace está no calle para hay del se desde muy",
    "pt": "o a os as e uma um em de que por com não rua para há do da está na no muito",
    "it": "il la gli le e è una un di che per con non via da del della sono nella molto strada",
    "nl": "de het een en is niet op van voor met er al straat zijn bij aan ligt dit dat wordt",
    "tr": "ve bir bu için çok yok var sokak cadde değil ile olarak lütfen gibi daha",
    "tl": "ang ng mga sa na ay hindi po namin dito may wala ito basura kalsada ko kami",
    "vi": "và là của không có các được đường cho này nhà với một rác nước",
    "pl": "i w na nie się jest z do ulica od przy są proszę drodze",
}
_SCRIPTS = (
    ("Arab", "\u0600", "\u06ff"),
    ("Arab", "\ufb50", "\ufefc"),
    ("Hani", "\u3400", "\u9fff"),
    ("Kana", "\u3040", "\u30ff"),
    ("Hang", "\uac00", "\ud7a3"),
    ("Deva", "\u0900", "\u097f"),
    ("Beng", "\u0980", "\u09ff"),
    ("Guru", "\u0a00", "\u0a7f"),
    ("Gujr", "\u0a80", "\u0aff"),
    ("Taml", "\u0b80", "\u0bff"),
    ("Telu", "\u0c00", "\u0c7f"),
    ("Knda", "\u0c80", "\u0cff"),
    ("Thai", "\u0e00", "\u0e7f"),
    ("Cyrl", "\u0400", "\u04ff"),
    ("Grek", "\u0370", "\u03ff"),
    ("Hebr", "\u0590", "\u05ff"),
    ("Latn", "A", "\u024f"),
    ("Latn", "\u1e00", "\u1eff"),
)
# A script that one language in the portal's reach is written in, or the commonest of several.
_LANGUAGE_OF_SCRIPT = {
    "Hani": "zh",
    "Kana": "ja",
    "Hang": "ko",
    "Deva": "hi",
    "Beng": "bn",
    "Guru": "pa",
    "Gujr": "gu",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Thai": "th",
    "Cyrl": "ru",
    "Grek": "el",
    "Hebr": "he",
}
_URDU_ONLY = re.compile("[ٹڈڑںےھگچپژکہیۓ]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_READ_CHARACTERS = 1_000


class Written(NamedTuple):
    """`language` is a BCP 47 code, `und` when it cannot be told; `script` is ISO 15924."""

    language: str
    script: str


# Asked several times about one report: by the words' sorting, the search for duplicates, the row.
@lru_cache(maxsize=256)
def written_in(text: str) -> Written:
    """The language and the script of most letters; both are guesses on very short texts."""
    text = text[:_READ_CHARACTERS]
    script = _main_script(text)
    if script == "Latn":
        return Written(_latin_language(text), script)
    if script == "Arab":
        # A text without one letter that Arabic lacks may be either; the portal serves Urdu.
        return Written("ur" if _URDU_ONLY.search(text) or len(text) < 30 else "ar", script)
    if any("\u3040" <= character <= "\u30ff" for character in text):
        return Written("ja", script)
    return Written(_LANGUAGE_OF_SCRIPT.get(script, UNKNOWN), script)


def offline_language() -> dict[str, Any]:
    """What the page's own `twin/language.js` needs to do the same."""
    return {
        "small_words": _SMALL_WORDS,
        "scripts": _SCRIPTS,
        "of_script": _LANGUAGE_OF_SCRIPT,
        "urdu_only": _URDU_ONLY.pattern,
    }


def _main_script(text: str) -> str:
    counts: dict[str, int] = {}
    for character in text:
        if character.isalpha():
            script = _script_of(character)
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script]) if counts else "Zyyy"


def _script_of(character: str) -> str:
    if character < "\u0250":
        return "Latn"
    return next((s for s, first, last in _SCRIPTS if first <= character <= last), "Zzzz")


def _latin_language(text: str) -> str:
    languages = _languages_of_small_words()
    points: dict[str, float] = {}
    for word in _WORD.findall(text.lower()):
        spoken = languages.get(word, ())
        for language in spoken:
            points[language] = points.get(language, 0.0) + 1 / len(spoken)
    return max(points, key=lambda language: points[language]) if points else UNKNOWN


@cache
def _languages_of_small_words() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, words in _SMALL_WORDS.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), language)
    return found
