"""How Alembic reaches the database: one migration at a time, never waiting long for a lock."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import NullPool, create_engine, text

ONE_AT_A_TIME = 8_201_130  # any number, the same for all processes of this portal

url = (context.config.get_main_option("sqlalchemy.url") or "").replace(
    "postgresql://", "postgresql+psycopg2://", 1
)

# No pool: a connection kept open would hinder whoever wants to rename or copy the database.
with create_engine(url, poolclass=NullPool).connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
    # A migration that waits for a long query makes every other query wait behind it.
    connection.execute(text("SET lock_timeout = '4s'"))
    connection.commit()
    context.configure(
        connection=connection,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_AT_A_TIME})
