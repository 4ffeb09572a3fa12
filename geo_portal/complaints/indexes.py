"""The indexes of `complaints`, each with the query it serves."""

from sqlalchemy import Index, text

from geo_portal.complaints.contact_keys import KEY_SQL

NEWEST_FIRST = (text("submitted_at DESC"), text("id DESC"))

# Open ones that do not simply wait for their turn; a queue's query repeats one of these words.
STANDS_OUT_SQL = (
    "closed_at IS NULL AND (urgent OR paused_at IS NOT NULL OR snoozed_until IS NOT NULL"
    " OR status = 'reopened')"
)
# What a map of a span of time must know of each complaint: they ride along in its indexes.
COUNTED_COLUMNS = ("point", "light", "sensitive", "office_code")

OF_COMPLAINTS = (
    # Serves maps, lists in a viewport and "what is reported nearby".
    Index("ix_complaints_point", "point", postgresql_using="gist"),
    # Serves the search for likely duplicates: of what is open and public, the nearest first.
    Index(
        "ix_complaints_open_point",
        "point",
        postgresql_using="gist",
        postgresql_where=text("closed_at IS NULL AND NOT sensitive"),
    ),
    # Serves the newest-first list and its keyset pages; what maps count rides along, so that
    # odd days are counted from the index alone.
    Index(
        "ix_complaints_newest",
        *NEWEST_FIRST,
        postgresql_include=[*COUNTED_COLUMNS, "category_code", "department_code"],
    ),
    # Serves a department's newest-first list and its dashboard, and its maps of odd days.
    Index(
        "ix_complaints_department",
        "department_code",
        *NEWEST_FIRST,
        postgresql_include=[*COUNTED_COLUMNS, "category_code"],
    ),
    # Serves a category's newest-first list, and its maps of odd days.
    Index(
        "ix_complaints_category",
        "category_code",
        *NEWEST_FIRST,
        postgresql_include=[*COUNTED_COLUMNS, "department_code"],
    ),
    # Serves the look-up of a caller's reports by e-mail address or telephone number.
    Index(
        "ix_complaints_contact",
        text(KEY_SQL),
        postgresql_where=text("contact IS NOT NULL"),
    ),
    # Serves "complaints of this ward".
    Index("ix_complaints_jurisdictions", "jurisdiction_ids", postgresql_using="gin"),
    # Serves the list's search for words; "simple" because texts come in several languages.
    Index(
        "ix_complaints_words",
        text("to_tsvector('simple', description)"),
        postgresql_using="gin",
    ),
    # Serves a department's inbox and its overdue list: only open ones, soonest due first.
    Index(
        "ix_complaints_due",
        "department_code",
        "due_at",
        "id",
        postgresql_where=text("closed_at IS NULL"),
    ),
    # Serves what a department closed in a span of time.
    Index(
        "ix_complaints_department_closed",
        "department_code",
        "closed_at",
        postgresql_where=text("closed_at IS NOT NULL"),
    ),
    # Serves "fixed lately" and the home page's figures.
    Index("ix_complaints_closed", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
    # Serves "what changed since" of other systems: Open311's updated_after.
    Index("ix_complaints_updated", "updated_at", "id"),
    # Serves an office's inbox in the same order.
    Index(
        "ix_complaints_due_office_code",
        "office_code",
        "due_at",
        "id",
        postgresql_where=text("closed_at IS NULL"),
    ),
    # Serves an officer's own list in the same order.
    Index(
        "ix_complaints_due_assignee_id",
        "assignee_id",
        "due_at",
        "id",
        postgresql_where=text("closed_at IS NULL"),
    ),
    # Serves the few that a queue shows first or apart: urgent, waiting, snoozed, reopened.
    Index(
        "ix_complaints_stands_out",
        "department_code",
        "due_at",
        "id",
        postgresql_where=text(STANDS_OUT_SQL),
    ),
    # Serves the escalation sweep: whose next step is due, while the clock runs.
    Index(
        "ix_complaints_escalate_at",
        "escalate_at",
        postgresql_where=text(
            "escalate_at IS NOT NULL AND closed_at IS NULL AND paused_at IS NULL"
        ),
    ),
    # Serves the sweep of pauses that have lasted long enough.
    Index(
        "ix_complaints_pause_until",
        "pause_until",
        postgresql_where=text("pause_until IS NOT NULL"),
    ),
    # Serves the sweep that asks once more whether it is fixed.
    Index("ix_complaints_remind_at", "remind_at", postgresql_where=text("remind_at IS NOT NULL")),
    # Serves "my reports" and the reporter's history beside a case.
    Index(
        "ix_complaints_reporter",
        "reporter_id",
        "id",
        postgresql_where=text("reporter_id IS NOT NULL"),
    ),
    # Serves the link by which the reporter answers.
    Index(
        "ix_complaints_reporter_token",
        "reporter_token_hash",
        unique=True,
        postgresql_where=text("reporter_token_hash IS NOT NULL"),
    ),
    # Serves "how many reports came from this browser lately".
    Index(
        "ix_complaints_device",
        "device_hash",
        "submitted_at",
        postgresql_where=text("device_hash IS NOT NULL"),
    ),
    # Serves the list of reports that were joined into one.
    Index(
        "ix_complaints_merged_into",
        "merged_into_id",
        postgresql_where=text("merged_into_id IS NOT NULL"),
    ),
)
