"""The card, to read, of a classifier that was taught further by what people put right."""

from typing import Any


def lesson_words(card: dict[str, Any], name: str) -> str:
    """The card's facts and figures in words."""
    told = card["on_lessons"]
    lines = [
        f"# {name}",
        "",
        f"The classifier “{card['taught_from']['name']}”, taught further by {card['rows']} "
        f"reports: {card['lessons']} that people put right, the others such as went right and "
        "were closed.",
        "",
        "Asked about corrections that neither had learnt from (it was taught three times, each "
        "time without a third of them):",
        "",
        "| | corrections | right | among the first three | decided alone | of these right |",
        "|---|---|---|---|---|---|",
        _line("in use until then", told["active"]),
        _line("this one", told["candidate"]),
        "",
        f"It mends {told['mended']} of them and breaks {told['broken']}.",
        "",
    ]
    if "steady" in told:
        lines += [
            "Of reports that went right and to which nobody objected it gets "
            f"{told['steady']['candidate']['accuracy']:.3f} right "
            f"(the one in use {told['steady']['active']['accuracy']:.3f}).",
            "",
        ]
    return "\n".join(lines)


def _line(name: str, figures: dict[str, Any]) -> str:
    right = figures["precision_at_coverage"]
    alone = "none" if right is None else f"{right:.3f}"
    return (
        f"| {name} | {figures['rows']} | {figures['accuracy']:.3f} "
        f"| {figures['top3_accuracy']:.3f} | {figures['coverage']:.3f} | {alone} |"
    )
