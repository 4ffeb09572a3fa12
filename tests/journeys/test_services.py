"""GDAL, as QGIS has it inside, opens the portal's OGC API over the network."""

import json
import subprocess
import sys

from tests.insights_town import complaint

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
