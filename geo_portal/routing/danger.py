"""Words that speak of danger to life: the emergency numbers come before any form."""

import re
import unicodedata

# English, Indonesian, Urdu and Roman Urdu; each is the beginning of a word or of words in a row.
_DANGERS = (
    # Electricity, fire, gas
    "live wire", "sparking", "electrocut", "electric shock", "on fire", "fire in", "burning house",
    "smoke coming", "gas leak", "smell of gas", "explosion", "exploded",
    "kabel putus", "kesetrum", "tersengat listrik", "kebakaran", "terbakar", "bocor gas",
    "gas bocor", "bau gas", "meledak", "ledakan", "percikan api",
    "آگ لگ", "کرنٹ لگ", "ننگی تار", "بجلی کی تار گر", "گیس لیک", "گیس کی بو", "دھماکہ",
    "aag lag", "current lag", "nangi taar", "gas leak", "dhamaka",
    # People and collapse
    "someone is hurt", "injured", "unconscious", "drowning", "trapped", "about to collapse",
    "collapsed on", "child fell", "bleeding", "heart attack",
    "ada korban", "terluka", "pingsan", "tenggelam", "terjebak", "hampir roboh", "akan roboh",
    "ambruk", "anak jatuh", "berdarah",
    "زخمی", "بے ہوش", "ڈوب رہا", "ڈوب گیا", "پھنس گئے", "گرنے والی", "گرنے والا", "جان کا خطرہ",
    "zakhmi", "behosh", "doob raha", "doob gaya", "phans gaye", "girne wala", "girne wali",
    # Water
    "flash flood", "water is rising", "swept away", "banjir bandang", "air terus naik", "hanyut",
    "سیلابی ریلا", "بہہ گیا", "selabi rela", "beh gaya",
)  # fmt: skip

_DANGER = re.compile("|".join(rf"\b{re.escape(words)}" for words in _DANGERS))


def speaks_of_danger(description: str) -> bool:
    """Whether somebody's life may be at risk right now; cautious, so it errs towards yes."""
    plain = unicodedata.normalize("NFKC", description).casefold()
    return _DANGER.search(" ".join(plain.split())) is not None
