"""A model's card: what it learnt from, how good it is, where it fails; for people and programs."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from geo_portal.routing.base_figures import (
    by_category,
    by_language_and_category,
    confusions,
    predictions_of_kept_back,
)
from geo_portal.routing.base_model import STATED_PRECISION, BaseModel
from geo_portal.routing.evaluation import (
    Figures,
    Prediction,
    figures_of,
    per_category,
    predictions_of,
)
from geo_portal.routing.language import written_in
from geo_portal.routing.training import Trained

FEWEST_OF_A_LANGUAGE = 30


def trained_card(
    trained: Trained,
    labels: Sequence[str],
    *,
    source: str,
    precision: float,
    left_out: dict[str, int],
    texts: Sequence[str] = (),
) -> dict[str, Any]:
    """The card of a model trained on one city's file; with its texts, by language, too."""
    predictions = unseen_predictions(trained, labels)
    return {
        "family": trained.family,
        "sentence_model": trained.model.meaning and trained.model.meaning.digest,
        "source": source,
        "rows": len(labels),
        "left_out": left_out,
        "categories": dict(Counter(labels).most_common()),
        "stated_precision": precision,
        "cross_validation": figures_of(predictions).as_dict(),
        "per_category": per_category(predictions),
        "confusions": confusions(predictions),
        "per_language": _by_language(predictions, texts),
        "learning_curve": [step._asdict() for step in trained.curve],
        "families_tried": {
            family: {"accuracy": round(accuracy, 4), "macro_f1": round(macro, 4)}
            for family, (accuracy, macro) in trained.tried.items()
        },
    }


def unseen_predictions(trained: Trained, labels: Sequence[str]) -> list[Prediction]:
    """What was said of each row by models that had not learnt from it."""
    model = trained.model
    return predictions_of(model.categories, trained.unseen, model.thresholds, labels)


def _by_language(
    predictions: Sequence[Prediction], texts: Sequence[str]
) -> dict[str, dict[str, float | int | None]]:
    """Figures by the language a text seems to be in; the rarest would say nothing."""
    spoken: dict[str, list[Prediction]] = {}
    for prediction, text in zip(predictions, texts, strict=False):
        spoken.setdefault(written_in(text).language, []).append(prediction)
    return {
        language: figures_of(those).as_dict()
        for language, those in sorted(spoken.items())
        if len(those) >= FEWEST_OF_A_LANGUAGE
    }


def base_card(base: BaseModel) -> dict[str, Any]:
    """The card of the base model, with figures on real texts that it never saw."""
    said = predictions_of_kept_back(base.model, base.kept_back)
    return {
        "family": base.trained.family,
        "stated_precision": STATED_PRECISION,
        "languages": list(base.model.languages),
        "seed_phrases": dict(Counter(language for language, _ in _phrases(base))),
        "composed_seeds": len(base.seeds),
        "real_texts": dict(Counter(one.dataset for one in base.taught)),
        "held_out_real_texts": {key: figures_of(rows).as_dict() for key, rows in said.items()},
        "unseen_seed_phrases": _on_seeds(base),
        **by_category(said),
        "per_language_and_category": by_language_and_category(said, base.model),
    }


def trained_words(card: dict[str, Any], name: str) -> str:
    """The same as a page to read."""
    rows = [
        f"| {c} | {f['precision']} | {f['recall']} | {f['f1']} | {f['rows']} |"
        for c, f in card["per_category"].items()
    ]
    return "\n".join(
        [
            f"# {name}",
            "",
            f"Learnt from {card['rows']} complaints in {card['source']}. Family chosen by "
            f"cross-validation: {card['family']}.",
            *_sentence_model_lines(card["sentence_model"]),
            "",
            "Every figure below is of complaints that the model being asked had not learnt from "
            "(5 folds; copies of a text share a fold).",
            "",
            *_figure_lines(card["cross_validation"]),
            "",
            f"Categories are decided alone only above their own threshold, chosen so that "
            f"{card['stated_precision']:.0%} of such decisions were right.",
            "",
            "![What was said of each category](confusion.svg)",
            "![What more complaints bring](learning-curve.svg)",
            "",
            "| category | precision | recall | F1 | rows |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "| language | rows | accuracy | decided alone | of these right |",
            "|---|---|---|---|---|",
            *(
                f"| {language} | {f['rows']} | {f['accuracy']:.3f} | {f['coverage']:.3f} "
                f"| {_share(f['precision_at_coverage'])} |"
                for language, f in card["per_language"].items()
            ),
            "",
        ]
    )


def base_words(card: dict[str, Any]) -> str:
    """The base model's card as a page to read."""
    table = [
        f"| {name} | {f['rows']} | {f['accuracy']:.3f} | {f['top3_accuracy']:.3f} "
        f"| {f['macro_f1']:.3f} | {f['ece']:.3f} | {f['coverage']:.3f} "
        f"| {_share(f['precision_at_coverage'])} |"
        for name, f in [
            *((f"real, {k}", v) for k, v in card["held_out_real_texts"].items()),
            *((f"seed phrases, {k}", v) for k, v in card["unseen_seed_phrases"].items()),
        ]
    ]
    return _BASE_WORDS.format(
        table="\n".join(table),
        phrases=", ".join(f"{n} {lang}" for lang, n in card["seed_phrases"].items()),
        composed=card["composed_seeds"],
        real=", ".join(f"{n} {dataset}" for dataset, n in card["real_texts"].items()),
        precision=f"{card['stated_precision']:.0%}",
        categories="\n".join(
            f"| {category} | {f['rows']} | {f['precision']:.2f} | {f['recall']:.2f} | {f['f1']:.2f} |"
            for category, f in card["per_category"].items()
        ),
        spoken="\n".join(_spoken_lines(card["per_language_and_category"])),
        confused="\n".join(
            f"* {one['true']}, taken for {one['said']}: {one['rows']}" for one in card["confusions"]
        ),
    )


_BASE_WORDS = """# The base classifier

For a city that has no labelled complaints of its own yet. It knows the 58 categories and `other`, and English,
Indonesian, Urdu and Roman Urdu. Made again by `geo-portal classifier train-base` with `GEO_PORTAL_REAL_DATA` set.

## What it learnt from

* Hand-written phrases and things with what may be wrong with them in `models/seeds/` ({phrases}), alone and in
  frames that say where, when and how annoyed: {composed} texts.
* Real complaints, read through the tables in `models/crosswalks/`: {real}. One row in five (by a hash of
  its text) was kept back. No text is stored. A word that is not in our own phrases was learnt only when it is in
  at least 8 texts and is not mostly written with a capital inside sentences, so that names stay out.
* Keyboard noise, as `other`.

How sure to be was learnt with whole phrases and whole cities held out: as sure as in a city nobody has seen yet.

## How good it is

| texts not learnt from | rows | accuracy | top 3 | macro-F1 | calibration error | decided alone | of these right |
|---|---|---|---|---|---|---|---|
{table}

**Accuracy on seed phrases is not accuracy on real text.** A held-out phrase was written by the same people as those
learnt, and of a held-out thing the same troubles were learnt with other things. The calibration errors go both ways:
below 0.4 it is right more often than it says, above 0.9 it is right in about 94 of 100 and says 98. The real rows are kinder than life too: many labels are coarse and were narrowed by a word in the text
(`because: narrowed by word`), and such rows are the easy ones; other rows of those labels are in no figure.
There are no real Urdu or Roman Urdu texts in the table because we know of none that may be used: in these two
languages the model is unproven but for the plain sentences below.

On the 163 sentences in `tests/plain_sentences.csv`, never learnt from, `tests/test_base_model.py` holds it to nine right in
ten of those it decides alone, and to about half of them decided. They were written after the phrases; the frames, the
stated precision and the rule for unknown languages were set once more after a first look at them.

## What it does when it is not sure

A category is taken without asking a person only above its own threshold, set where {precision} of unseen texts were
right. Below it, for keyboard noise, for small talk and for a language that it does not know, the
complaint goes to triage. Train on your own city's complaints as soon as you have a few hundred:
`geo-portal classifier train`.

## By category

All real texts of the table above together; a category that is not here is in none of them.

| category | rows | precision | recall | F1 |
|---|---|---|---|---|
{categories}

The same by language, and what the model did alone. *Needed* is the category's threshold; where it says "asks", a person
always decides. *Decided* counts the texts that were taken for the category without asking, whatever they were.

| language | category | rows | precision | recall | needed | decided | of these right |
|---|---|---|---|---|---|---|---|
{spoken}

Most often mixed up:

{confused}

![What was said of each category](confusion.svg)

`notebooks/classifier_report.ipynb` works the figures on real texts out again.
"""


def _spoken_lines(spoken: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"| {language} | {category} | {f['rows']} | {f['precision']:.2f} | {f['recall']:.2f} "
        f"| {'asks' if f['threshold'] is None else format(f['threshold'], '.2f')} "
        f"| {f['decided']} | {_share(f['of_these_right'])} |"
        for language, categories in spoken.items()
        for category, f in categories.items()
    ]


def _sentence_model_lines(digest: str | None) -> list[str]:
    if digest is None:
        return []
    return [
        f"It reads whole sentences, too, with the sentence model {digest[:16]}…, and works only where "
        "that one is present."
    ]


def _figure_lines(figures: dict[str, Any]) -> list[str]:
    names = {
        "accuracy": "accuracy",
        "macro_f1": "macro-F1",
        "top3_accuracy": "right category among the first three",
        "ece": "expected calibration error",
        "coverage": "decided without a person",
        "precision_at_coverage": "of these right",
        "coverage_at_95": "could be decided with 95 % right",
    }
    return [f"* {words}: {_share(figures[key])}" for key, words in names.items()]


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _phrases(base: BaseModel) -> set[tuple[str, str]]:
    return {(seed.language, f"{seed.category}:{seed.phrase}") for seed in base.seeds}


def _on_seeds(base: BaseModel) -> dict[str, dict[str, float | int | None]]:
    """By language: composed texts judged by models that had not seen their phrase."""
    trained, seeds = base.trained, base.seeds
    unseen = trained.unseen[: len(seeds)]
    model = trained.model
    all_of = predictions_of(
        model.categories, unseen, model.thresholds, [seed.category for seed in seeds]
    )
    found: dict[str, Figures] = {}
    for language in sorted({seed.language for seed in seeds}):
        found[language] = figures_of(
            [p for p, seed in zip(all_of, seeds, strict=True) if seed.language == language]
        )
    return {language: figures.as_dict() for language, figures in found.items()}
