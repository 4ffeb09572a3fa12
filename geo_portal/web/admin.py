"""The administrators' front page."""

from fastapi import APIRouter, Request, Response

from geo_portal.http import CityDep, ReaderDep, StaffDep
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/admin")
def admin(request: Request, city: CityDep, words: ReaderDep, who: StaffDep) -> Response:
    """What can be looked after here; each page asks again who may."""
    return page(request, "admin/admin.html", lang=words.lang, city=city, who=who)
