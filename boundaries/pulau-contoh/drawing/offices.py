"""Departments, and an office of them where people can reach it on foot."""

from typing import Any

from shapely.geometry import Point

from drawing.areas import metres_of
from drawing.ground import dice, lon_lat
from drawing.streets import network
from drawing.wards import DISTRICTS, WARDS, District, Ward

COLUMNS = ["code", "name_en", "name_id", "name_ur", "parent", "level", "area", "email", "phone",
           "lon", "lat"]  # fmt: skip

# code, level of its offices, names en / id / ur, where the head office stands
DEPARTMENTS: list[tuple[str, str, str, str, str, tuple[float, float]]] = [
    ("HALL", "ward", "Ward Hall", "Kantor Kelurahan", "وارڈ دفتر", (-160, 1560)),
    (
        "PWD",
        "district",
        "Public Works and Roads",
        "Dinas Bina Marga",
        "محکمہ تعمیرات و سڑکات",
        (-900, 900),
    ),
    (
        "LIGHT",
        "district",
        "Street Lighting",
        "Dinas Penerangan Jalan",
        "محکمہ اسٹریٹ لائٹ",
        (-120, 1230),
    ),
    ("SAN", "district", "Cleaning and Waste", "Dinas Kebersihan", "محکمہ صفائی", (700, 820)),
    (
        "WAS",
        "district",
        "Water and Sewerage",
        "Perusahaan Air Sendari",
        "محکمہ آب و نکاسی",
        (-520, 720),
    ),
    (
        "DRN",
        "district",
        "Drainage and Flood Control",
        "Dinas Sumber Daya Air",
        "محکمہ نکاسی و سیلاب",
        (1190, 1260),
    ),
    ("PARK", "", "Parks and Trees", "Dinas Pertamanan", "محکمہ باغات", (-900, 330)),
    (
        "TRF",
        "district",
        "Traffic and Parking",
        "Dinas Perhubungan",
        "محکمہ ٹریفک و پارکنگ",
        (1380, 420),
    ),
    ("ENF", "district", "Public Order", "Satuan Ketertiban Umum", "محکمہ نظم عامہ", (-620, 1600)),
    ("ELE", "", "Island Electricity", "Perusahaan Listrik Pulau", "محکمہ بجلی", (2250, 1050)),
    (
        "BLD",
        "",
        "Building and Planning",
        "Dinas Cipta Karya dan Tata Ruang",
        "محکمہ تعمیرات و منصوبہ بندی",
        (-240, 1380),
    ),
    ("HLT", "district", "Public Health", "Dinas Kesehatan", "محکمہ صحت", (-330, 950)),
    ("ANI", "", "Animal Care", "Dinas Peternakan dan Hewan", "محکمہ حیوانات", (1500, -1100)),
    ("SOC", "", "Social Affairs", "Dinas Sosial", "محکمہ سماجی بہبود", (-420, 1310)),
    ("ENV", "", "Environment Office", "Dinas Lingkungan Hidup", "محکمہ ماحولیات", (520, 560)),
    ("EDU", "", "Education", "Dinas Pendidikan", "محکمہ تعلیم", (-680, 1180)),
    ("TEL", "", "Telecom Cables", "Dinas Komunikasi dan Kabel", "محکمہ ٹیلی کام", (330, 1420)),
    ("POL", "", "Island Police", "Kepolisian Pulau", "پولیس", (-620, 1660)),
    (
        "GRV",
        "",
        "Service Quality and Integrity",
        "Inspektorat",
        "محکمہ معیارِ خدمت و دیانت",
        (-90, 1500),
    ),
    ("PORT", "", "Port Authority", "Otoritas Pelabuhan Pandan", "بندرگاہ اتھارٹی", (800, 2520)),
    ("NRO", "", "National Road Office", "Balai Jalan Nasional", "قومی شاہراہ دفتر", (1700, 330)),
    (
        "ELE-EMERGENCY",
        "",
        "Electricity Emergency Desk",
        "Posko Darurat Listrik",
        "بجلی ہنگامی ڈیسک",
        (2280, 980),
    ),
]
_OF_WARD = ("Ward Hall", "Kelurahan", "وارڈ دفتر")


def rows() -> list[list[Any]]:
    """departments.csv: each department, then its offices."""
    found: list[list[Any]] = []
    for number, (code, level, en, id_, ur, spot) in enumerate(DEPARTMENTS):
        found.append(
            [code, en, id_, ur, "", level, "", _mail(code), _phone(number, 0), *lon_lat(*spot)]
        )
        if level == "ward":
            found += [_ward_office(code, ward, number) for ward in WARDS]
        if level == "district":
            found += [_district_office(code, (en, id_, ur), d, number) for d in DISTRICTS]
    return found


def _ward_office(code: str, ward: Ward, number: int) -> list[Any]:
    spot = on_street(ward.code, ward.x, ward.y, f"{code}-{ward.code}")
    office = f"{code}-{ward.code}"
    en, id_, ur = (
        f"{ward.name} {_OF_WARD[0]}",
        f"{_OF_WARD[1]} {ward.name}",
        f"{_OF_WARD[2]} {ward.name_ur}",
    )
    area = f"ward:{ward.code}"
    return [
        office,
        en,
        id_,
        ur,
        code,
        "ward",
        area,
        _mail(office),
        _phone(number, int(ward.code[1:])),
        *spot,
    ]


def _district_office(
    code: str, names: tuple[str, str, str], district: District, number: int
) -> list[Any]:
    seats = [ward for ward in WARDS if ward.district == district.code]
    seat = seats[number % len(seats)]
    office = f"{code}-{district.code}"
    spot = on_street(seat.code, seat.x, seat.y, office)
    en, id_, ur = names
    return [
        office, f"{en}, {district.name}", f"{id_} {district.name}", f"{ur}، {district.name_ur}",
        code, "district", f"district:{district.code}", _mail(office),
        _phone(number, 40 + int(district.code[1:])), *spot,
    ]  # fmt: skip


def on_street(ward: str, x: float, y: float, office: str) -> tuple[float, float]:
    """A door near the old village green, a few metres off a street, well inside the ward."""
    stream = dice(f"office/{office}")
    inside = metres_of(ward).buffer(-40)
    for spread in (120, 260, 500, 900):
        for _ in range(30):
            spot = Point(x + stream.uniform(-spread, spread), y + stream.uniform(-spread, spread))
            if inside.covers(spot) and network().distance(spot) < 25:
                return lon_lat(spot.x, spot.y)
    middle = inside.representative_point()
    return lon_lat(middle.x, middle.y)


def _mail(code: str) -> str:
    return f"{code.lower()}@pulau-contoh.example"


def _phone(department: int, office: int) -> str:
    # 0999 is no area code; nobody's telephone can ring.
    return f"(0999) 55{department:02d} {office:03d}"
