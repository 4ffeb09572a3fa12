"""All drawn files of the pack, in one go."""

from pathlib import Path

from drawing import areas, assets, basemap, directory, history, offices, places
from drawing.ground import write_features, write_rows
from drawing.wards import DISTRICTS, WARDS


def draw(folder: Path) -> None:
    """Write borders, basemap, assets, offices, places, people and past complaints."""
    folder.mkdir(parents=True, exist_ok=True)
    _borders(folder)
    basemap.write(folder / "basemap")
    assets.write(folder / "assets")
    write_rows(folder / "departments.csv", offices.COLUMNS, offices.rows())
    write_rows(folder / "population.csv", ["level", "code", "population"], _people())
    write_rows(folder / "places.csv", ["name", "kind", "lon", "lat"], places.rows())
    write_rows(folder / "facilities.csv", directory.FACILITY_COLUMNS, directory.facilities())
    write_rows(
        folder / "representatives.csv",
        directory.REPRESENTATIVE_COLUMNS,
        directory.representatives(),
    )
    write_rows(folder / "collection.csv", directory.COLLECTION_COLUMNS, directory.collections())
    write_rows(folder / "history.csv", history.COLUMNS, history.rows())


def _borders(folder: Path) -> None:
    city = {"code": "PC", "name": "Pulau Contoh", "name_ur": "پولاو چونتوہ"}
    write_features(folder / "city.geojson", [(areas.city(), city)], sheet_digits=None)
    write_features(
        folder / "districts.geojson",
        [
            (
                areas.districts()[d.code],
                {"code": d.code, "name": d.name, "name_ur": d.name_ur, "city": "PC"},
            )
            for d in DISTRICTS
        ],
        sheet_digits=None,
    )
    write_features(
        folder / "wards.geojson",
        [
            (
                areas.wards()[w.code],
                {"code": w.code, "name": w.name, "name_ur": w.name_ur, "district": w.district},
            )
            for w in WARDS
        ],
        sheet_digits=None,
    )


def _people() -> list[tuple[str, str, int]]:
    people = areas.populations()
    return [
        ("city", "PC", sum(people.values())),
        *(
            ("district", d.code, sum(people[w.code] for w in WARDS if w.district == d.code))
            for d in DISTRICTS
        ),
        *(("ward", code, count) for code, count in people.items()),
    ]
