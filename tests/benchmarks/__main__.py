"""Run the benchmarks: all of them, or those named."""

import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.table import show

# What the benchmarks stand on; everything else in the folder is one.
GROUND = {"__init__", "__main__", "bare", "load", "near_duplicates", "scratch", "server", "table"}


def main(wanted: list[str]) -> None:
    """Run them one after the other, so that none disturbs another."""
    known = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    for name in wanted or [name for name in known if name not in GROUND]:
        print(f"— {name} …", flush=True)
        show(import_module(f"tests.benchmarks.{name}").run())


main(sys.argv[1:])
