"""Words that speak of danger to life: the emergency numbers come before any form."""

import re
import unicodedata

# English, Indonesian, Urdu and Roman Urdu; each is the beginning of a word or of words in a row.
_DANGERS = (
    # Electricity, fire, gas
    "live wire", "wire down", "downed wire", "fallen wire", "power line down", "sparking",
    "electrocut", "electric shock", "on fire", "fire in the", "fire in a", "house fire",
    "burning house", "smoke coming", "gas leak", "smell of gas", "explosion", "exploded",
    "kabel putus", "kabel listrik jatuh", "kabel listrik putus", "kesetrum", "tersengat listrik",
    "kebakaran", "terbakar", "bocor gas", "gas bocor", "bau gas", "meledak", "ledakan",
    "percikan api", "آگ لگ", "کرنٹ لگ", "ننگی تار", "تار گر", "آگ بھڑک", "گیس لیک", "گیس کی بو",
    "دھماکہ",
    "aag lag", "current lag", "nangi taar", "taar gir", "tar gir", "gas ki bu", "gas ki boo",
    "karant", "dhamaka",
    # People and collapse
    "someone is hurt", "injured", "unconscious", "drowning", "trapped", "about to collapse",
    "collapsed", "building collaps", "wall collaps", "roof collaps", "child fell", "bleeding",
    "heart attack", "ada korban", "terluka", "pingsan", "tenggelam", "terjebak", "hampir roboh",
    "akan roboh", "ambruk", "rumah roboh", "tembok roboh", "jembatan roboh", "anak jatuh",
    "berdarah", "زخمی", "بے ہوش", "ڈوب رہا", "ڈوب گیا", "پھنس گئے", "گرنے والی", "گرنے والا",
    "جان کا خطرہ",
    "zakhmi", "behosh", "doob raha", "doob gaya", "phans gaye", "girne wala", "girne wali",
    "deewar gir", "chhat gir", "دیوار گر", "چھت گر",
    # Water
    "flash flood", "water is rising", "swept away", "banjir bandang", "air terus naik", "hanyut",
    "سیلابی ریلا", "بہہ گیا", "selabi rela", "beh gaya",
)  # fmt: skip

# Words in a row that hold a word of danger and speak of none: a fever, the fire brigade.
_HARMLESS = re.compile(r"\b(?:demam berdarah|pemadam kebakaran)")
_DANGER = re.compile("|".join(rf"\b{re.escape(words)}" for words in _DANGERS))


def speaks_of_danger(description: str) -> bool:
    """Whether somebody's life may be at risk right now; cautious, so it errs towards yes."""
    plain = unicodedata.normalize("NFKC", description).casefold()
    return _DANGER.search(_HARMLESS.sub(" ", " ".join(plain.split()))) is not None
