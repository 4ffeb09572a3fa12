"""The migrations make the tables that the code believes in, and every index says what it serves."""

import inspect
import re

from alembic import command
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, text

import geo_portal.accounts.bans
import geo_portal.accounts.key_tables
import geo_portal.accounts.tables
import geo_portal.city.clock_tables
import geo_portal.city.directory_tables
import geo_portal.city.question_tables
import geo_portal.city.tables
import geo_portal.community.announcement_tables
import geo_portal.community.incident_tables
import geo_portal.community.tables
import geo_portal.complaints.case_tables
import geo_portal.complaints.indexes
import geo_portal.complaints.once
import geo_portal.complaints.tables
import geo_portal.exchange.tables
import geo_portal.inbox.tables
import geo_portal.inquiries.tables
import geo_portal.insights.tables
import geo_portal.intake.tables
import geo_portal.moderation.tables
import geo_portal.notifications.tables
import geo_portal.outbox.tables
import geo_portal.steering.tables
from geo_portal.database import Table
from geo_portal.migrations import config, migrate


def known_table(thing, name, kind, reflected, compared_to):
    """What belongs to PostGIS, the queue or the kept counts has no ORM class."""
    table = name if kind == "table" else getattr(thing, "table", thing).name
    return table in Table.metadata.tables and alembic_helpers.include_object(
        thing, name, kind, reflected, compared_to
    )


def test_the_code_and_the_migrations_agree_on_every_table(database_url):
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": known_table, "target_metadata": Table.metadata}
        )

        missing = produce_migrations(context, Table.metadata).upgrade_ops

    engine.dispose()
    assert missing.is_empty(), missing.as_diffs()


def test_every_migration_can_be_taken_back_and_made_again(own_url):
    command.downgrade(config(own_url), "base")
    migrate(own_url)

    engine = create_engine(own_url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        tables = set(
            connection.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ).scalars()
        )
    engine.dispose()
    assert set(Table.metadata.tables) <= tables


def test_every_index_is_named_with_the_query_it_serves():
    modules = (
        geo_portal.accounts.key_tables,
        geo_portal.accounts.tables,
        geo_portal.city.directory_tables,
        geo_portal.city.tables,
        geo_portal.community.incident_tables,
        geo_portal.community.tables,
        geo_portal.complaints.case_tables,
        geo_portal.complaints.indexes,
        geo_portal.complaints.once,
        geo_portal.complaints.tables,
        geo_portal.exchange.tables,
        geo_portal.inbox.tables,
        geo_portal.insights.tables,
        geo_portal.inquiries.tables,
        geo_portal.outbox.tables,
        geo_portal.steering.tables,
    )
    source = "\n".join(inspect.getsource(module) for module in modules)

    unexplained = [
        match["name"]
        for match in re.finditer(r'(?P<before>.*)\n\s+Index\(\s*"(?P<name>\w+)"', source)
        if not match["before"].strip().startswith("#")
    ]

    assert unexplained == []
