"""The file that says how another Open311 server's words and ours belong together."""

import os
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid

ANY = "*"


class BrokenMapping(Invalid):
    """The mapping file cannot be used."""


@dataclass(frozen=True)
class Mapping:
    """One other server. `pulls` maps their code or name to our category, `pushes` ours to theirs.

    `most_rows` is how many rows they give at once, `resends` whether they know Idempotency-Key.
    """

    name: str
    url: str
    form: str
    jurisdiction: str | None
    key: str | None
    since: datetime
    most_rows: int
    resends: bool
    updates: bool
    pulls: dict[str, str] = field(default_factory=dict)
    pushes: dict[str, str] = field(default_factory=dict)

    def category(self, code: str | None, name: str | None) -> str | None:
        """Our category for their service; None leaves it to a person."""
        known = (self.pulls.get(one) for one in (code, name, ANY) if one)
        return next((one for one in known if one), None)


def read_mapping(path: Path, city: CityFacts) -> Mapping:
    """Read and check the file; raises `BrokenMapping` with a sentence for the operator.

    The key itself stands in the environment variable that `api_key_env` names.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BrokenMapping("{file}: {problem}", file=path.name, problem=problem) from None
    server, pull, push = (_table(told, name) for name in ("server", "pull", "push"))
    pulls, pushes = _table(pull, "services"), _table(push, "services")
    _check(path, server, pull)
    unknown = {str(one) for one in pulls.values()} - set(city.categories)
    unknown |= set(pushes) - set(city.categories)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise BrokenMapping("{file}: no categories of ours: {names}", file=path.name, names=names)
    return Mapping(
        name=server["name"],
        url=server["url"].rstrip("/"),
        form=server.get("format", "json"),
        jurisdiction=server.get("jurisdiction_id"),
        key=os.environ.get(server.get("api_key_env", "")),
        since=pull.get("since") or datetime.fromisoformat("2020-01-01T00:00:00Z"),
        most_rows=int(server.get("most_rows", 1000)),
        resends=bool(server.get("idempotency_key", False)),
        updates=bool(server.get("updates", False)),
        pulls={str(theirs): str(ours) for theirs, ours in pulls.items()},
        pushes={str(ours): str(theirs) for ours, theirs in pushes.items()},
    )


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name, {})
    return found if isinstance(found, dict) else {}


def _check(path: Path, server: dict[str, Any], pull: dict[str, Any]) -> None:
    for name in ("name", "url"):
        if not isinstance(server.get(name), str) or not server[name]:
            raise BrokenMapping('{file}: [server] needs {name} = "…".', file=path.name, name=name)
    if server.get("format", "json") not in ("json", "xml"):
        raise BrokenMapping("{file}: format is json or xml.", file=path.name)
    since = pull.get("since")
    if since is not None and (not isinstance(since, datetime) or since.tzinfo is None):
        raise BrokenMapping(
            "{file}: since is a moment with its zone: 2026-01-01T00:00:00Z.", file=path.name
        )
