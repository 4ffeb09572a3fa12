"""`geo-portal classifier`: learn categories from past complaints, measure, put to use, explain."""

import json
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from geo_portal import clock
from geo_portal.cli import classifier_explained, classifier_register
from geo_portal.cli.classifier_register import models_database
from geo_portal.cli.classifier_shown import (
    console,
    progress,
    say_left_out,
    table,
    write_predictions,
)
from geo_portal.errors import Invalid
from geo_portal.routing import (
    base_figures,
    base_model,
    card_pictures,
    cards,
    classifier,
    comparison,
)
from geo_portal.routing.evaluation import evaluate
from geo_portal.routing.labelled_rows import LabelledRows, OccasionColumns, read_labelled
from geo_portal.routing.lent_words import lent_words
from geo_portal.routing.meaning import Meaning, open_meaning
from geo_portal.routing.model_files import DEPARTMENTS, load_model, save_model
from geo_portal.routing.offline_twin import offline_twin
from geo_portal.routing.training import train
from geo_portal.settings import CHECKOUT, settings

MODELS = CHECKOUT / "models"
app = typer.Typer(help="The classifier that tells categories from words.", no_args_is_help=True)
classifier_register.add_commands(app)
classifier_explained.add_commands(app)
CsvFile = Annotated[Path, typer.Argument(help="CSV or CSV.gz with one past complaint per row.")]
TextColumns = Annotated[
    list[str], typer.Option("--text", help="Column with the text; repeat for title and text.")
]
LabelColumn = Annotated[str, typer.Option("--label", help="Column with the category.")]
LonColumn = Annotated[
    str | None, typer.Option("--lon", help="Column with the longitude, EPSG:4326 degrees.")
]
LatColumn = Annotated[
    str | None, typer.Option("--lat", help="Column with the latitude, EPSG:4326 degrees.")
]
TimeColumn = Annotated[
    str | None, typer.Option("--time", help="Column with the local date and time, ISO 8601.")
]
Embeddings = Annotated[
    Path | None,
    typer.Option(
        "--embeddings", help="Folder of a sentence model (model.onnx, tokenizer.json) to use too."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@app.command("train")
def train_on_file(
    file: CsvFile,
    text: TextColumns,
    label: LabelColumn,
    out: Annotated[Path, typer.Option("--out", help="Folder for the model and its card.")],
    lon: LonColumn = None,
    lat: LatColumn = None,
    time: TimeColumn = None,
    department: Annotated[
        str | None,
        typer.Option("--department", help="Column with the department; it is learnt, too."),
    ] = None,
    precision: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="How often a lone decision must be right.")
    ] = 0.95,
    embeddings: Embeddings = None,
) -> None:
    """Learn from a city's past complaints; nothing is activated.

    With --lon and --lat, and with --time, places and times count beside the words. A model
    trained with --embeddings works only where GEO_PORTAL_EMBEDDINGS_DIR names the same files.
    """
    if out.exists() and not out.is_dir():
        raise Invalid("{out} is a file; --out wants a folder.", out=out)
    columns = Columns(text, label, OccasionColumns(lon, lat, time))
    meaning = open_meaning(embeddings) if embeddings else None
    _learn(file, columns, out, precision, meaning)
    if department is not None:
        departments = columns._replace(label=department)
        _learn(file, departments, out / DEPARTMENTS, precision, meaning)


class Columns(NamedTuple):
    """The columns of a history file that are read."""

    text: list[str]
    label: str
    occasion: OccasionColumns

    def read(self, file: Path, *, keep_empty: bool = False) -> LabelledRows:
        """The rows of a file that has these columns."""
        return read_labelled(
            file, self.text, self.label, occasion_columns=self.occasion, keep_empty=keep_empty
        )


def _learn(
    file: Path, columns: Columns, out: Path, precision: float, meaning: Meaning | None
) -> None:
    rows = columns.read(file)
    say_left_out(rows)
    with progress() as tell:
        trained = train(
            rows.texts,
            rows.labels,
            name=out.name,
            now=clock.now(),
            occasions=rows.occasions,
            lent=lent_words(MODELS / "seeds"),
            meaning=meaning,
            precision=precision,
            curve=True,
            tell=tell,
        )
    card = cards.trained_card(
        trained,
        rows.labels,
        source=file.name,
        precision=precision,
        left_out=rows.left_out,
        texts=rows.texts,
    )
    card |= {
        "text_columns": columns.text,
        "label_column": columns.label,
        "occasion_columns": columns.occasion._asdict(),
    }
    save_model(
        out,
        trained.model,
        card,
        cards.trained_words(card, out.name),
        card_pictures.beside(trained, rows.labels),
    )
    console.print(table({"cross-validated": card["cross_validation"]}))
    console.print(
        f"{trained.family}, {len(trained.model.categories)} categories. Model and card: {out}"
    )


@app.command("evaluate")
def evaluate_file(
    file: CsvFile,
    model: Annotated[Path, typer.Option("--model", help="Folder of the model.")],
    text: Annotated[list[str] | None, typer.Option("--text")] = None,
    label: Annotated[str | None, typer.Option("--label")] = None,
    lon: LonColumn = None,
    lat: LatColumn = None,
    time: TimeColumn = None,
    as_json: AsJson = False,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="CSV for what was said of each row.")
    ] = None,
) -> None:
    """Measure a model on complaints it did not learn from.

    Columns that are not named are those that the model was trained on.
    """
    loaded = load_model(model)
    card = classifier.read_card(model)
    text = text or card.get("text_columns")
    label = label or card.get("label_column")
    if not text or not label:
        raise Invalid("Say with --text and --label which columns to read.")
    learnt = OccasionColumns(**card.get("occasion_columns", {}))
    asked = OccasionColumns(lon or learnt.lon, lat or learnt.lat, time or learnt.time)
    rows = Columns(text, label, asked).read(file, keep_empty=True)
    figures, made = evaluate(loaded, rows.texts, rows.labels, rows.occasions)
    if predictions is not None:
        write_predictions(predictions, made)
    if as_json:
        written = {} if predictions is None else {"predictions": str(predictions)}
        print(json.dumps(figures.as_dict() | written))
    else:
        say_left_out(rows)
        console.print(table({file.name: figures.as_dict()}))


@app.command("compare")
def compare_on_file(
    file: CsvFile,
    text: TextColumns,
    label: LabelColumn,
    lon: LonColumn = None,
    lat: LatColumn = None,
    time: TimeColumn = None,
    embeddings: Embeddings = None,
    as_json: AsJson = False,
) -> None:
    """Cross-validate the whole training on a file, beside simpler ways of doing it."""
    rows = Columns(text, label, OccasionColumns(lon, lat, time)).read(file)
    with progress() as tell:
        compared = comparison.compare(
            rows,
            clock.now(),
            tell,
            lent_words(MODELS / "seeds"),
            meaning=open_meaning(embeddings) if embeddings else None,
        )
    figures = {name: one.as_dict() for name, one in compared.items()}
    if as_json:
        print(json.dumps(figures))
    else:
        console.print(table(figures))


@app.command("offline-twin")
def write_offline_twin(
    out: Annotated[Path, typer.Option("--out", help="Where to write the gzipped file.")],
) -> None:
    """Write what the report page needs to answer without network; `serve` makes it by itself."""
    with models_database().transaction() as session:
        body = offline_twin(session)
    out.write_bytes(body)
    console.print(f"Wrote {out}: {len(body):,} bytes.")


@app.command("train-base")
def train_base(
    out: Annotated[Path, typer.Option(help="Folder of the base model.")] = MODELS / "base",
    seeds: Annotated[Path, typer.Option(help="Folder of seed phrases.")] = MODELS / "seeds",
    crosswalks: Annotated[Path, typer.Option(help="Folder of tables.")] = MODELS / "crosswalks",
) -> None:
    """Make the base model again, from the seed phrases and GEO_PORTAL_REAL_DATA."""
    real = settings().real_data or CHECKOUT.parent / "shared" / "data"
    if not (real / "text").is_dir():
        raise Invalid("Set GEO_PORTAL_REAL_DATA to the folder with real complaints (text/).")
    with progress() as tell:
        base = base_model.train_base(seeds, crosswalks, real, clock.now(), tell)
    card = cards.base_card(base)
    said = base_figures.predictions_of_kept_back(base.model, base.kept_back)
    confused = card_pictures.confusion_svg([one for rows in said.values() for one in rows])
    save_model(out, base.model, card, cards.base_words(card), {"confusion.svg": confused})
    console.print(table(card["held_out_real_texts"] | card["unseen_seed_phrases"]))
