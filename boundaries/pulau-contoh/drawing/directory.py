"""Daily life on the island: places to go, who speaks for whom, collection days, special days."""

from typing import Any

from drawing.offices import on_street
from drawing.wards import DISTRICTS, WARDS, District

FACILITY_COLUMNS = ["code", "kind", "kind_en", "kind_id", "kind_ur", "name_en", "name_id",
                    "name_ur", "eligible_en", "eligible_id", "eligible_ur", "features", "phone",
                    "hours", "lon", "lat"]  # fmt: skip
# kind; its name, who may use it and what is there, en / id / ur; hours
KINDS: list[tuple[str, tuple[str, str, str], tuple[str, str, str], str, str]] = [
    (
        "clinic",
        ("Health centre", "Puskesmas", "صحت مرکز"),
        (
            "Everybody. Children and pregnant women go first.",
            "Semua orang. Anak dan ibu hamil didahulukan.",
            "سب کے لیے۔ بچے اور حاملہ خواتین پہلے۔",
        ),
        "wheelchair;pharmacy;vaccination",
        "mon-sat 07:30-20:00",
    ),
    (
        "library",
        ("Library", "Perpustakaan", "کتب خانہ"),
        (
            "Everybody; borrowing needs a library card.",
            "Semua orang; meminjam perlu kartu perpustakaan.",
            "سب کے لیے؛ کتاب لے جانے کو لائبریری کارڈ چاہیے۔",
        ),
        "wifi;wheelchair;reading room",
        "tue-sun 09:00-17:00",
    ),
    (
        "recycling",
        ("Recycling yard", "Bank sampah", "ری سائیکلنگ مرکز"),
        (
            "People of the district, up to one cubic metre a day.",
            "Warga kecamatan, paling banyak satu meter kubik sehari.",
            "ضلع کے لوگ، دن میں ایک مکعب میٹر تک۔",
        ),
        "paper;glass;metal;batteries;garden waste",
        "mon-sat 08:00-16:00",
    ),
    (
        "shelter",
        ("Flood shelter", "Tempat mengungsi", "سیلاب پناہ گاہ"),
        (
            "Everybody who has to leave home. Animals may come along.",
            "Siapa pun yang harus meninggalkan rumah. Hewan boleh ikut.",
            "ہر وہ شخص جسے گھر چھوڑنا پڑے۔ جانور ساتھ آ سکتے ہیں۔",
        ),
        "beds;water;toilets;wheelchair",
        "always",
    ),
    (
        "playground",
        ("Playground", "Taman bermain", "کھیل کا میدان"),
        ("Children up to 12.", "Anak sampai 12 tahun.", "بارہ سال تک کے بچے۔"),
        "swings;shade;toilets",
        "always",
    ),
]
REPRESENTATIVE_COLUMNS = ["area", "name", "title_en", "title_id", "title_ur", "phone", "email"]
COLLECTION_COLUMNS = ["area", "kind", "name_en", "name_id", "name_ur", "days",
                      "note_en", "note_id", "note_ur"]  # fmt: skip
_FIRST = ("Siti", "Hasan", "Dewi", "Bagus", "Ratna", "Yusuf", "Intan", "Arif", "Laila", "Wayan")
_LAST = ("Marbun", "Pradipta", "Salim", "Kusuma", "Rahmani", "Tanaya", "Hidayah", "Siregar")
_HEAD = ("District head", "Camat", "ضلع سربراہ")
_COUNCILLOR = ("Ward councillor", "Anggota dewan", "وارڈ کونسلر")
_DAYS = ("mon thu", "tue fri", "wed sat")


def facilities() -> list[list[Any]]:
    """One of each kind in every district, near the old green of one of its wards."""
    return [
        _facility(district, number, *kind)
        for district in DISTRICTS
        for number, kind in enumerate(KINDS)
    ]


def _facility(
    district: District,
    number: int,
    kind: str,
    names: tuple[str, str, str],
    eligible: tuple[str, str, str],
    features: str,
    hours: str,
) -> list[Any]:
    own = [ward for ward in WARDS if ward.district == district.code]
    seat = own[number % len(own)]
    en, id_, ur = names
    code = f"{kind.upper()}-{district.code}"
    phone = f"(0999) 56{number:02d} 00{district.code[1:]}"
    return [
        *(code, kind, en, id_, ur, f"{en} {seat.name}", f"{id_} {seat.name}"),
        *(f"{ur} {seat.name_ur}", *eligible, features, phone, hours),
        *on_street(seat.code, seat.x, seat.y, code),
    ]


def representatives() -> list[list[Any]]:
    """The mayor, a head for every district and a councillor for every ward."""
    mayor = ("Mayor", "Wali kota", "میئر")
    found = [_spokesman("city:PC", "Nurul Pratama", mayor, "5700 000", "mayor")]
    for number, district in enumerate(DISTRICTS, start=1):
        area, phone = f"district:{district.code}", f"5701 {number:03d}"
        found.append(_spokesman(area, _name(number), _HEAD, phone, district.code))
    for number, ward in enumerate(WARDS, start=1):
        area, phone = f"ward:{ward.code}", f"5702 {number:03d}"
        found.append(_spokesman(area, _name(number + 7), _COUNCILLOR, phone, ward.code))
    return found


def _spokesman(
    area: str, name: str, title: tuple[str, str, str], phone: str, mail: str
) -> list[Any]:
    return [area, name, *title, f"(0999) {phone}", f"{mail.lower()}@pulau-contoh.example"]


def _name(number: int) -> str:
    return f"{_FIRST[number * 3 % len(_FIRST)]} {_LAST[number * 5 % len(_LAST)]}"


def collections() -> list[list[Any]]:
    """Household waste twice a week by ward, paper and glass once, garden waste by district."""
    early = ("Put it out by six.", "Keluarkan sebelum pukul enam.", "صبح چھ بجے تک باہر رکھیں۔")
    household = ("Household waste", "Sampah rumah tangga", "گھریلو کوڑا")
    paper = ("Paper and glass", "Kertas dan kaca", "کاغذ اور شیشہ")
    garden = ("Garden waste", "Sampah kebun", "باغ کا کوڑا")
    rows: list[list[Any]] = [
        [f"ward:{ward.code}", "household", *household, _DAYS[number % len(_DAYS)], *early]
        for number, ward in enumerate(WARDS)
    ]
    rows += [
        [f"district:{district.code}", kind, *names, days, "", "", ""]
        for district in DISTRICTS
        for kind, names, days in (("paper", paper, "wed"), ("garden", garden, "sat"))
    ]
    return rows
