"""Named streets, squares and landmarks, for the place search."""

from functools import cache
from typing import Any

from shapely.geometry import LineString

from drawing.areas import metres_of
from drawing.ground import dice, lon_lat
from drawing.landmarks import LANDMARKS
from drawing.roads import roads
from drawing.streets import streets
from drawing.wards import WARDS

_FLOWERS = [
    "Melati",
    "Kenanga",
    "Cempaka",
    "Anggrek",
    "Dahlia",
    "Seruni",
    "Flamboyan",
    "Bougenvil",
    "Teratai",
    "Tanjung",
    "Kamboja",
    "Mawar",
    "Soka",
    "Alamanda",
    "Asoka",
    "Wijayakusuma",
    "Seroja",
    "Sedap-Malam",
    "Kecubung",
    "Nusa-Indah",
]
_TREES = [
    "Beringin",
    "Ketapang",
    "Mahoni",
    "Kenari",
    "Waru",
    "Trembesi",
    "Sukun",
    "Nangka",
    "Salam",
    "Jambu",
    "Belimbing",
    "Kelapa",
    "Pinang",
    "Sawo",
    "Duku",
    "Rambutan",
    "Kepel",
    "Kesambi",
    "Bungur",
    "Gayam",
    "Randu",
    "Dadap",
]
_BIRDS = [
    "Merpati",
    "Kutilang",
    "Camar",
    "Elang",
    "Pipit",
    "Kepodang",
    "Bangau",
    "Cucakrawa",
    "Walet",
    "Perkutut",
    "Belibis",
    "Gelatik",
]
_SEA = [
    "Layar",
    "Jangkar",
    "Kerang",
    "Karang",
    "Ombak",
    "Samudra",
    "Bahari",
    "Kemudi",
    "Pasang",
    "Mutiara",
    "Penyu",
    "Pari",
    "Tenggiri",
    "Haluan",
]
_SPICE = [
    "Cengkeh",
    "Pala",
    "Lada",
    "Kayumanis",
    "Jahe",
    "Kunyit",
    "Ketumbar",
    "Kapulaga",
    "Sereh",
    "Vanili",
    "Kemiri",
    "Lengkuas",
]
_VIRTUES = [
    "Gotong-Royong",
    "Damai",
    "Rukun",
    "Sentosa",
    "Bakti",
    "Harapan",
    "Mulia",
    "Sejahtera",
    "Makmur",
    "Karya",
    "Amanah",
    "Sabar",
]
_NUMBERS = (" I", " II", " III", " IV", " V", " VI")


@cache
def named_streets() -> tuple[tuple[str, LineString], ...]:
    """The longest streets, each with a name of its own; short ones share their neighbour's."""
    stream = dice("street names")
    words = [*_FLOWERS, *_TREES, *_BIRDS, *_SEA, *_SPICE, *_VIRTUES]
    # A road's name is taken; only "Jalan Kerang II" is left for a street.
    taken = {road.name.removeprefix("Jalan ") for road in roads()}
    head = [(word.replace("-", " "), "") for word in words if word not in taken]
    tail = [(word.replace("-", " "), number) for number in _NUMBERS for word in words]
    stream.shuffle(head)
    stream.shuffle(tail)
    longest = sorted(streets(), key=lambda line: -line.length)
    found = []
    for line, (word, number) in zip(longest, head + tail, strict=False):
        kind = "Jalan" if line.length > 330 else "Gang"
        found.append((f"{kind} {word}{number}", line))
    return tuple(found)


def rows() -> list[list[Any]]:
    """places.csv: roads, streets, landmarks and wards."""
    found = [[name, kind, *lon_lat(x, y)] for name, kind, x, y in LANDMARKS]
    for road in roads():
        spot = road.line.interpolate(0.5, normalized=True)
        found.append([road.name, "road", *lon_lat(spot.x, spot.y)])
    for name, line in named_streets():
        spot = line.interpolate(0.5, normalized=True)
        found.append([name, "street", *lon_lat(spot.x, spot.y)])
    for ward in WARDS:
        spot = metres_of(ward.code).representative_point()
        found.append([ward.name, "ward", *lon_lat(spot.x, spot.y)])
    return found
