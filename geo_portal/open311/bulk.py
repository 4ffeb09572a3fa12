"""GeoReport Bulk: the public requests of up to a year as one table (CSV, RFC 4180)."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from geo_portal import clock
from geo_portal.bulk.table_cells import guarded
from geo_portal.city.facts import CityFacts
from geo_portal.database import AnyRow
from geo_portal.exchange.requests import find_requests
from geo_portal.http import CityDep, SessionDep
from geo_portal.open311.discovery import READING
from geo_portal.open311.forms import OPEN_TO_ALL, moment
from geo_portal.open311.given import CallerDep, QueryDep
from geo_portal.open311.parameters import PAGING, wanted_requests
from geo_portal.open311.request_form import request_form
from geo_portal.open311.requests import paging_headers
from geo_portal.translation import Translator

router = APIRouter(prefix="/open311/v2", include_in_schema=False)

LONGEST_SPAN = timedelta(days=366)
MOST_ROWS = 50_000
COLUMNS = (
    "service_request_id",
    "requested_datetime",
    "updated_datetime",
    "closed_date",
    "status_description",
    "status_notes",
    "source",
    "service_name",
    "service_subtype",
    "description",
    "agency_responsible",
    "address",
    "lat",
    "long",
)


@router.api_route("/requests.csv", methods=READING)
def bulk(
    request: Request, given: QueryDep, session: SessionDep, city: CityDep, words: CallerDep
) -> Response:
    """The same filters as the list; 50,000 rows at most where no page is asked for."""
    wanted = wanted_requests(session, city, given, clock.now(), LONGEST_SPAN)
    if not any(given.one(name) for name in PAGING):
        wanted = replace(wanted, limit=MOST_ROWS)
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in find_requests(session, wanted):
        table.writerow(_cells(row, city, words))
    headers = OPEN_TO_ALL | paging_headers(request, session, given, wanted)
    headers |= {"Content-Disposition": 'attachment; filename="requests.csv"'}
    return Response(written.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _cells(row: AnyRow, city: CityFacts, words: Translator) -> list[str]:
    told = request_form(row, city, words) | {
        "closed_date": moment(row.closed_at),
        "status_description": row.status,
        "source": row.channel,
        "service_subtype": row.category_code,
    }
    return [guarded(told[column]) for column in COLUMNS]
