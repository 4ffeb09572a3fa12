"""How soon a message is with the mail server after its event: 10,000 of them at 50 events a second.

`python -m tests.benchmarks.messages` on the benchmarks' own database; with --kill N the worker is
killed and started anew N times meanwhile (kill -9), and every message is then looked for: one that
was lost or doubled fails the run.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import text

from geo_portal import worker
from geo_portal.database import Database, connect
from tests.benchmarks.scratch import scratch_url
from tests.people_fixtures import free_port

EVENTS, PER_SECOND, WITHIN_S = 10_000, 50, 10.0

FILE = text("""
    INSERT INTO complaints (code, description, point, jurisdiction_ids, department_code, status,
        submitted_at, updated_at, contact, language)
    SELECT 'M-' || n, 'A hole', ST_SetSRID(ST_MakePoint(95.01, -10.005), 4326), '{}', :department,
        'assigned', now(), now(), 'reader' || n || '@x.example', 'en'
    FROM generate_series(1, :number) AS n
""")
HAPPEN = text("""
    INSERT INTO events (complaint_id, kind, at, by, facts)
    SELECT id, 'in_progress', now(), 'department', jsonb_build_object('sent', CAST(:sent AS float))
    FROM complaints WHERE code = ANY(:codes)
""")
LEFT = text("SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL")
DEAD = text("SELECT recipient FROM outbox WHERE dead_at IS NOT NULL")


class Clerk:
    """Takes every mail and writes down when."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, float]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content)
        self.taken.append((envelope.rcpt_tos[0], str(mail["Message-ID"]), time.time()))
        return "250 Taken"


def work_at(url: str) -> None:
    """A worker as `geo-portal worker` runs it, in a process of its own."""
    worker.work(Database(connect(url)))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=EVENTS)
    asked.add_argument("--kill", type=int, default=0, help="how often the worker is killed")
    wanted = asked.parse_args()
    port = free_port()
    os.environ |= {
        "GEO_PORTAL_SMTP_HOST": "127.0.0.1",
        "GEO_PORTAL_SMTP_PORT": str(port),
        "GEO_PORTAL_SMTP_STARTTLS": "false",
        "GEO_PORTAL_DATA_DIR": tempfile.mkdtemp(prefix="geo-portal-bench-"),
    }
    clerk = Clerk()
    mail = Controller(clerk, hostname="127.0.0.1", port=port)
    mail.start()
    url = scratch_url("messages")
    try:
        told = measure(url, clerk, wanted.events, wanted.kill)
    finally:
        mail.stop()
    print(json.dumps(told, indent=1))
    sys.exit(0 if told["fine"] else 1)
