"""Finds every sentence that a door can say, and brings the catalogues up to date with them.

`python -m tests.catalogues` after a sentence was added or changed; then translate what is empty.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent.parent / "geo_portal"
CATALOGUES = PACKAGE / "locale"
TRANSLATED = ("id", "ur")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
# What only the command line says is said in English.
ONLY_FOR_OPERATORS = ("bulk", "cli", "local_postgres", "locale", "migrations", "static", "vendor")
FILES_FOR_OPERATORS = (
    "city/editions.py",
    "city/load.py",
    "city/new_borders.py",
    "exchange/client.py",
    "exchange/mapping.py",
    "routing/labelled_rows.py",
    "routing/model_files.py",
    "routing/seeds.py",
    "routing/training.py",
)
ALSO_MARKED = {"N_": None, "translate": None}


def refusals() -> set[str]:
    """The names of all refusals: their first argument is a sentence for a person."""
    known = {"Refused"}
    sources = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    declared = re.findall(r"^class (\w+)\(([\w, ]+)\)", sources, re.MULTILINE)
    while more := {name for name, bases in declared if set(bases.split(", ")) & known} - known:
        known |= more
    return known


def sentences() -> Catalog:
    """Every sentence with the places it stands at."""
    keywords = DEFAULT_KEYWORDS | ALSO_MARKED | dict.fromkeys(refusals())
    found = Catalog(charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(
        PACKAGE, METHODS, OPTIONS, keywords, directory_filter=_is_for_people
    ):
        if file in FILES_FOR_OPERATORS:
            continue
        found.add(message, None, [(f"geo_portal/{file}", 0)], [], comments, context=context)
    return found


def catalogue(lang: str) -> Catalog:
    """What is translated into `lang`."""
    with (CATALOGUES / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=lang)


def _is_for_people(folder: str) -> bool:
    name = Path(folder).name
    return name not in ONLY_FOR_OPERATORS and not name.startswith((".", "_"))


def update(lang: str) -> int:
    """Write the catalogue of `lang` anew, keeping its translations; how many are still missing."""
    path = CATALOGUES / lang / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = catalogue(lang) if path.exists() else Catalog(locale=lang, charset="utf-8")
    known.update(sentences(), no_fuzzy_matching=True)
    known.obsolete.clear()
    known.header_comment = f"# geo_portal in {known.locale.english_name if known.locale else lang}."
    known.project, known.version = "geo_portal", "1"
    known.copyright_holder = "geo_portal"
    known.fuzzy, known.last_translator, known.language_team = False, "geo_portal", lang
    known.msgid_bugs_address = "geo_portal"
    known.creation_date = known.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("wb") as file:
        write_po(file, known, width=100, sort_output=True, include_lineno=False, omit_header=False)
    return sum(1 for message in known if message.id and not translated(message))


def translated(message: object) -> bool:
    """Whether every form of a message says something."""
    said = message.string  # type: ignore[attr-defined]
    return all(said) if isinstance(said, (tuple, list)) else bool(said)


if __name__ == "__main__":
    for code in TRANSLATED:
        print(f"{code}: {update(code)} sentences are still to be translated")
