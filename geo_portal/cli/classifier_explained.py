"""`geo-portal classifier explain`: what a text is taken for, and which words say so."""

import json
from pathlib import Path
from typing import Annotated

import typer

from geo_portal.city.version import classifier_in_use
from geo_portal.cli.classifier_register import models_database
from geo_portal.cli.classifier_shown import console, show_explanation
from geo_portal.geometry import LonLat
from geo_portal.routing import classifier
from geo_portal.routing.explanation import explain
from geo_portal.routing.language import written_in
from geo_portal.routing.linear_classifier import Suggestion
from geo_portal.routing.model_files import DEPARTMENTS, load_model
from geo_portal.routing.surroundings import NOWHERE, Occasion


def add_commands(app: typer.Typer) -> None:
    """The command as part of `geo-portal classifier`."""
    app.command("explain")(explain_text)


def explain_text(
    text: Annotated[str, typer.Argument(help="A complaint in a citizen's words.")],
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder; without it the active one.")
    ] = None,
    lon: Annotated[float | None, typer.Option(help="Where: EPSG:4326 degrees.")] = None,
    lat: Annotated[float | None, typer.Option(help="Where: EPSG:4326 degrees.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Say what a text would be taken for, how surely, and which words say so."""
    kept = None if model else _in_use()
    used = load_model(model) if model else classifier.model_in_use(kept)
    if used is None:
        raise classifier.BrokenModel("There is no classifier in use.")
    occasion = _occasion(lon, lat)
    made = explain(used, text, occasion)
    department = _department(model, kept, text, occasion)
    language = written_in(text).language
    if as_json:
        said = [
            {**s._asdict(), "threshold": round(used.threshold(s.category), 4)}
            for s in made.suggestions
        ]
        instead = made.instead and made.instead._asdict()
        told = {"language": language, "suggestions": said, "instead": instead}
        told |= {"department": department and department._asdict()}
        print(json.dumps(told, ensure_ascii=False))
    elif made.suggestions:
        show_explanation(used, made)
    else:
        console.print(f"No known word (language: {language}); a person would sort this.")
    if department and not as_json:
        console.print(
            f"By the city's history {department.category} took such reports "
            f"({department.confidence:.0%})."
        )


def _in_use() -> str | None:
    with models_database().transaction() as session:
        return classifier_in_use(session)


def _department(
    model: Path | None, kept: str | None, text: str, occasion: Occasion
) -> Suggestion | None:
    """The likeliest department, where a history taught who took what."""
    if model is None:
        used = classifier.departments_in_use(kept)
    else:
        folder = model / DEPARTMENTS
        used = load_model(folder) if folder.is_dir() else None
    if used is None:
        return None
    return next(iter(used.suggest(text, top=1, place=occasion.place, at=occasion.at)), None)


def _occasion(lon: float | None, lat: float | None) -> Occasion:
    return NOWHERE if lon is None or lat is None else Occasion(LonLat(lon, lat))
