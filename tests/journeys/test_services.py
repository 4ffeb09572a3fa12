"""Other programs over the network: GDAL, as QGIS has it inside, and the client of the README."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2

from tests.insights_town import complaint
from tests.typed_client import typed_dict

MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)
# In a process of its own: while GDAL waits for an answer nothing else runs in its process.
ASK = """
import json, sys, pyogrio
source = sys.argv[1]
meta, _, shapes, fields = pyogrio.raw.read(source, layer="complaints", PAGE_SIZE="5")
told = dict(zip(meta["fields"], fields))
there = pyogrio.raw.read(source, layer="complaints", bbox=(95.029, -10.006, 95.031, -10.004))[2]
layers = sorted(str(name) for name, _ in pyogrio.list_layers(source))
print(json.dumps([layers, len(shapes), len(there), sorted(set(told["description"]))]))
"""


def test_gdal_lists_and_reads_the_collections(database, live_portal):
    with database.transaction() as session:
        for place in [MARKET] * 12 + [HARBOUR]:
            complaint(session, place)
        complaint(session, MARKET, category="order.crime", description="secret")
    command = [sys.executable, "-c", ASK, f"OAPIF:{live_portal}/ogc"]

    asked = subprocess.run(command, capture_output=True, text=True, timeout=60)

    layers = ["cells", "complaints", "jurisdictions"]
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout) == [layers, 13, 1, ["A hole in the road"]]


def test_the_readmes_client_speaks_as_the_contract_has_it(live_portal):
    source = readmes_client()
    made: dict[str, Any] = {}
    exec(compile(source, "README.md", "exec"), made)  # noqa: S102  Our own words.
    contract = httpx2.get(f"{live_portal}/api/openapi.json").json()

    body = {"description": "A deep pothole", "lon": 95.03, "lat": -10.005, "answers": {}}
    done = made["file_complaint"](live_portal, body, "readme-1")

    operation = contract["paths"]["/api/v1/complaints"]["post"]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = contract["components"]["schemas"][reference.rpartition("/")[2]]
    assert typed_dict("ComplaintBody", schema) in source
    assert httpx2.get(f"{live_portal}/api/v1/complaints/{done['code']}").status_code == 200


def test_the_readmes_client_keeps_its_types(tmp_path):
    written, called = tmp_path / "client.py", tmp_path / "caller.py"
    written.write_text(readmes_client(), encoding="utf-8")
    called.write_text(
        "from client import file_complaint\n"
        'file_complaint("", {"description": "A hole", "lon": "95", "lat": -10.0}, "1")\n'
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]

    itself = subprocess.run([*command, "client.py"], cwd=tmp_path, capture_output=True, text=True)
    misused = subprocess.run([*command, "caller.py"], cwd=tmp_path, capture_output=True, text=True)

    assert (itself.returncode, misused.returncode) == (0, 1), itself.stdout + itself.stderr
    assert '(expression has type "str", TypedDict item "lon" has type "float")' in misused.stdout


def readmes_client() -> str:
    """The source of the client that the README shows."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    [source] = re.findall(r"A client in Python:\n\n```python\n(.*?)```", readme, re.DOTALL)
    return str(source)
