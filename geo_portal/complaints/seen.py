"""When a problem was seen, where that is not when it was reported."""

from datetime import UTC, datetime, timedelta, tzinfo

from geo_portal.errors import Invalid

# Nobody can look into what was seen longer ago as if it were still so.
LONGEST_AGO = timedelta(days=90)
# Clocks of phones and cameras are not exact.
CLOCK_SLACK = timedelta(minutes=5)


def read_moment(typed: str, zone: tzinfo) -> datetime:
    """An ISO 8601 moment in UTC; one without a zone is by the city's clocks. Raises `Invalid`."""
    try:
        moment = datetime.fromisoformat(typed)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            "The time when it was seen cannot be read; please leave it out.", field="seen_at"
        ) from None


def refuse_odd_time(seen_at: datetime | None, now: datetime) -> None:
    """Raises `Invalid` for what cannot have been, or was too long ago to be looked into."""
    if seen_at is None:
        return
    if seen_at > now + CLOCK_SLACK:
        raise Invalid(
            "The time when it was seen lies in the future. Please leave it out or correct it.",
            field="seen_at",
        )
    if seen_at < now - LONGEST_AGO:
        raise Invalid(
            "What was seen more than {days} days ago is too old for this. Leave the time out, and "
            "write in your own words how long it has been so.",
            field="seen_at",
            days=LONGEST_AGO.days,
        )
