"""What a picture's file says about it: when and where it was taken, and with what it was edited."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from PIL import ExifTags, Image

from geo_portal.geometry import LonLat, NotAPlace

# Names that editors leave behind; a camera's own software has others.
EDITORS = re.compile(
    r"photoshop|lightroom|gimp|snapseed|picsart|canva|pixlr|affinity|paint|facetune|faceapp"
    r"|remini|meitu|inshot|vsco|polarr|fotor|luminar|darktable|magic eraser",
    re.IGNORECASE,
)
# How makers of invented pictures have to mark them (IPTC's digital source type), or do.
INVENTED = re.compile(
    rb"trainedAlgorithmicMedia|midjourney|dall.?e[ -]?[23]|stable.?diffusion|adobe firefly"
    rb"|novelai|comfyui",
    re.IGNORECASE,
)
# Some cameras write the file a moment after they took the picture.
SAVED_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file told before it was stripped; all of it can be forged, and most can be lost.

    `local_time` is the camera's clock without a zone, where the file names none.
    """

    has_metadata: bool = False
    taken_at: datetime | None = None
    local_time: datetime | None = None
    place: LonLat | None = None
    edited: bool = False
    invented: bool = False

    @property
    def time_said(self) -> str:
        """When it was taken, ISO 8601, with a zone where the file names one; empty for no time."""
        moment = self.taken_at or self.local_time
        return moment.isoformat() if moment else ""

    def taken(self, zone: tzinfo) -> datetime | None:
        """When it was taken; a clock without a zone is taken to be the city's."""
        if self.taken_at or self.local_time is None:
            return self.taken_at
        return self.local_time.replace(tzinfo=zone)


def facts_of(picture: Image.Image, content: bytes) -> FileFacts:
    """Read a file's metadata; what is broken counts as missing."""
    exif = picture.getexif()
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    moment = _moment(detail.get(ExifTags.Base.DateTimeOriginal))
    saved = _moment(exif.get(ExifTags.Base.DateTime))
    notes = b" ".join(_bytes(picture.info.get(name)) for name in ("xmp", "parameters", "Software"))
    tools = f"{exif.get(ExifTags.Base.Software, '')} {notes.decode('utf-8', 'replace')}"
    saved_later = bool(moment and saved and saved - moment > SAVED_WITHIN)
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    return FileFacts(
        has_metadata=moment is not None or bool(gps) or ExifTags.Base.Make in exif,
        taken_at=_zoned(moment, detail.get(ExifTags.Base.OffsetTimeOriginal)) or _gps_time(gps),
        local_time=moment,
        place=_gps_place(gps),
        edited=saved_later or EDITORS.search(tools) is not None,
        invented=INVENTED.search(content) is not None,
    )


def _bytes(said: object) -> bytes:
    return said if isinstance(said, bytes) else str(said or "").encode("utf-8", "replace")


def _moment(said: object) -> datetime | None:
    """A camera's `2026:03:02 09:00:00`, without a zone."""
    with suppress(ValueError, TypeError):
        return datetime.strptime(f"{said} +0000", "%Y:%m:%d %H:%M:%S %z").replace(tzinfo=None)
    return None


def _zoned(moment: datetime | None, zone: object) -> datetime | None:
    with suppress(ValueError, TypeError):
        if moment and zone:
            return datetime.strptime(f"{moment:%Y:%m:%d %H:%M:%S} {zone}", "%Y:%m:%d %H:%M:%S %z")
    return None


def _gps_time(gps: dict[int, Any]) -> datetime | None:
    """The satellites' own time, which is UTC."""
    with suppress(ValueError, TypeError, KeyError, ZeroDivisionError, OverflowError):
        hours, minutes, seconds = (int(float(one)) for one in gps[ExifTags.GPS.GPSTimeStamp])
        day = datetime.strptime(f"{gps[ExifTags.GPS.GPSDateStamp]} +0000", "%Y:%m:%d %z")
        return day.astimezone(UTC).replace(hour=hours, minute=minutes, second=seconds)
    return None


def _gps_place(gps: dict[int, Any]) -> LonLat | None:
    with suppress(ValueError, TypeError, KeyError, ZeroDivisionError, OverflowError, NotAPlace):
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        return LonLat(lon, lat)
    return None


def _degrees(parts: tuple[Any, Any, Any], half: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    amount = degrees + minutes / 60 + seconds / 3600
    return -amount if half == negative else amount
