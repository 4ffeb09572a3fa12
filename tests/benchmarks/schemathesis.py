"""The API's contract with a thousand examples per operation; takes about an hour."""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from tests.benchmarks.table import Row

CHECKOUT = Path(__file__).parents[2]
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "1000")


def run() -> list[Row]:
    """The same test as in the suite, only longer."""
    begun = perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "tests/test_api_contract.py"]
    environment = os.environ | {"CONTRACT_EXAMPLES": EXAMPLES}
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)
    minutes = (perf_counter() - begun) / 60
    return [
        Row(
            f"{EXAMPLES} examples per operation of the API",
            f"{minutes:.0f} min",
            wanted="no server error, no broken contract",
            kept=ended.returncode == 0,
        )
    ]
