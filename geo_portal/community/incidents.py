"""Incidents: many reports of one event, such as a flood, bundled and answered together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.city.facts import TRIAGE_CATEGORY, CityFacts
from geo_portal.community.incident_tables import Incident, IncidentComplaint
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.remarks import remark
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.database import AnyRow
from geo_portal.errors import Conflict, Invalid, NotAllowed, NotFound, Refused

# So many reports of one kind within this distance of one another, with no longer pause between
# them, are one event until somebody says otherwise.
FEWEST, NEIGHBOUR_M, PAUSE = 5, 400.0, timedelta(hours=3)
LOOK_BACK = timedelta(hours=24)
LONGEST_MESSAGE = 1_000  # characters
GOING_ON = ("suggested", "confirmed")

_CLUSTERS = text(Path(__file__).with_name("clusters.sql").read_text(encoding="utf-8"))
_JOIN = text("""
    INSERT INTO incident_complaints (complaint_id, incident_id)
    SELECT DISTINCT ON (complaint.id) complaint.id, incident.id
    FROM incidents AS incident
    JOIN complaints AS complaint ON complaint.category_code = incident.category_code
        AND ST_Covers(incident.area, complaint.point)
    WHERE incident.state IN ('suggested', 'confirmed') AND complaint.closed_at IS NULL
      AND NOT complaint.sensitive AND complaint.submitted_at >= incident.begun_at
      AND complaint.submitted_at > :since
    ORDER BY complaint.id, incident.id
    ON CONFLICT DO NOTHING
""")


@dataclass(frozen=True)
class Answered:
    """The codes that were answered, and what kept others from it."""

    codes: tuple[str, ...]
    refused: tuple[tuple[str, Refused], ...]


def suggest(session: Session, city: CityFacts, now: datetime) -> int:
    """Find clusters of new reports and keep each as a suggestion; how many there are.

    By place with ST_ClusterDBSCAN, by kind as the words gave it, and by time: a pause ends one.
    Reports that arrive later in the area of an incident that goes on are added to it.
    """
    session.execute(_JOIN, {"since": now - LOOK_BACK})
    asked = {
        "since": now - LOOK_BACK,
        "now": now,
        "srid": city.metric_srid,
        "eps": NEIGHBOUR_M,
        "fewest": FEWEST,
        "pause": PAUSE,
        "none": TRIAGE_CATEGORY,
    }
    found = session.execute(_CLUSTERS, asked).all()
    for cluster in found:
        _keep(session, city, cluster, now)
    return len(found)


def _keep(session: Session, city: CityFacts, cluster: AnyRow, now: datetime) -> None:
    made = Incident(
        category_code=cluster.category_code,
        title=city.categories[cluster.category_code].name(city.languages[0]),
        state="suggested",
        area=cluster.area,
        begun_at=cluster.begun_at,
        made_at=now,
    )
    session.add(made)
    session.flush()
    session.add_all(
        IncidentComplaint(complaint_id=number, incident_id=made.id) for number in cluster.numbers
    )
    session.flush()


_LIST = text("""
    SELECT incident.id, incident.title, incident.category_code, incident.state,
        incident.begun_at, incident.emergency, incident.message, incident.ends_at,
        count(complaint.id) AS reports,
        count(complaint.id) FILTER (WHERE complaint.closed_at IS NULL) AS open_now,
        coalesce(sum(counted.number), 0) AS supports,
        array_agg(complaint.code ORDER BY complaint.id) AS codes
    FROM incidents AS incident
    LEFT JOIN incident_complaints AS member ON member.incident_id = incident.id
    LEFT JOIN complaints AS complaint ON complaint.id = member.complaint_id
    LEFT JOIN support_counts AS counted ON counted.complaint_id = complaint.id
    WHERE incident.state IN ('suggested', 'confirmed')
    GROUP BY incident.id ORDER BY incident.emergency DESC, incident.id DESC
""")


def going_on(session: Session) -> list[AnyRow]:
    """What is suggested or confirmed, emergencies first, each with its reports and supports."""
    return list(session.execute(_LIST))


_EMERGENCIES = text("""
    SELECT id, title, category_code, message, begun_at, decided_at, ends_at,
        ST_AsGeoJSON(area, 5) AS area
    FROM incidents
    WHERE state = 'confirmed' AND emergency AND ends_at > :now ORDER BY id DESC
""")


def emergencies(session: Session, now: datetime) -> list[AnyRow]:
    """What everybody has to know just now, the latest first."""
    return list(session.execute(_EMERGENCIES, {"now": now}))


def decide(session: Session, who: Person, number: int, state: str, now: datetime) -> Incident:
    """Confirm, dismiss or end an incident; a confirmed one is told in its reports' histories.

    Raises `NotAllowed` for who does not work on its reports.
    """
    found = _taken(session, who, number)
    if state not in ("confirmed", "dismissed", "over"):
        raise Invalid("Please choose what became of it.", field="state")
    first_time = state == "confirmed" and found.state == "suggested"
    found.state, found.decided_by, found.decided_at = state, who.id, now
    if state != "confirmed":
        found.emergency = False
    if first_time:
        for complaint in _members(session, found.id):
            told = {"incident": found.id}
            taken = take(session, complaint.code)
            tell(session, taken, "incident", now, by=PORTAL, facts=told, quiet=True)
    session.flush()
    return found


def warn(
    session: Session, who: Person, number: int, message: str, ends_at: datetime, now: datetime
) -> Incident:
    """Put a message on every public page until `ends_at`, at most three days ahead.

    Raises `NotAllowed` for everybody but those who look after the whole city.
    """
    require(who, Operation.ARBITRATE)
    found = session.get(Incident, number)
    if found is None or found.state not in GOING_ON:
        raise NotFound("There is no such incident any more.")
    said = " ".join(message.split())
    if not said or len(said) > LONGEST_MESSAGE:
        raise Invalid("Please write what people should do, in a sentence or two.", field="message")
    if not now < ends_at <= now + timedelta(days=3):
        raise Invalid("Please say until when it holds, three days at most.", field="ends_at")
    found.state, found.emergency, found.message, found.ends_at = "confirmed", True, said, ends_at
    found.decided_by, found.decided_at = who.id, now
    session.flush()
    return found


def answer_all(
    session: Session, who: Person, number: int, words: str, outcome: str | None, now: datetime
) -> Answered:
    """Say one sentence in every open report of an incident; with `outcome` close them by it.

    A report that cannot be closed, for want of a photo or of a right, stays as it is and is named.
    """
    found = _taken(session, who, number)
    if found.state not in GOING_ON:
        raise Conflict("This incident is over.")
    done, refused = [], []
    for complaint in _members(session, number):
        if complaint.status in CLOSED:
            continue
        try:
            with session.begin_nested():
                _answer(session, who, complaint.code, words, outcome, now)
            done.append(complaint.code)
        except Refused as refusal:
            refused.append((complaint.code, refusal))
    return Answered(tuple(done), tuple(refused))


def _answer(
    session: Session, who: Person, code: str, words: str, outcome: str | None, now: datetime
) -> None:
    if outcome:
        make_move(session, who, code, "resolve", Said(remark=words, outcome=outcome), now)
    else:
        remark(session, who, code, words, now)


def _members(session: Session, number: int) -> list[Complaint]:
    asked = select(Complaint).join(
        IncidentComplaint, IncidentComplaint.complaint_id == Complaint.id
    )
    mine = asked.where(IncidentComplaint.incident_id == number).order_by(Complaint.id)
    return list(session.scalars(mine))


def _taken(session: Session, who: Person, number: int) -> Incident:
    """The incident, for somebody who works on at least one of its reports."""
    found = session.get(Incident, number, with_for_update=True)
    if found is None:
        raise NotFound("There is no such incident any more.")
    refusal: NotAllowed | None = None
    for complaint in _members(session, number):
        try:
            require(who, Operation.REMARK, scope_of(session, complaint))
            return found
        except NotAllowed as not_this_one:
            refusal = not_this_one
    raise refusal or NotFound("There is no such incident any more.")
