"""What the portal does on its own: every recurring task, one readable line each."""

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial

from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import clock, photo_store
from geo_portal.accounts.keys import forget_old_uses
from geo_portal.accounts.limits import forget_old_attempts
from geo_portal.accounts.links import forget_old_links
from geo_portal.accounts.sessions import forget_old_sessions
from geo_portal.bulk.open_data import publish
from geo_portal.city.facts import facts
from geo_portal.community.incidents import suggest
from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.complaints.feedback import remind_due
from geo_portal.complaints.once import forget_old
from geo_portal.complaints.overlong_pauses import end_pauses
from geo_portal.complaints.roots import make_roots
from geo_portal.complaints.tables import Photo
from geo_portal.database import Database
from geo_portal.exchange.webhooks import deliver_webhooks
from geo_portal.insights import day_counts, day_records
from geo_portal.insights.alert_letters import tell_unusual
from geo_portal.insights.cells import fold
from geo_portal.insights.eta import work_out_etas
from geo_portal.insights.heat_schedule import write_scheduled
from geo_portal.intake.incoming import forget_unfinished
from geo_portal.moderation.redaction import kept_keys, let_originals_go
from geo_portal.notifications.digests import write_digests
from geo_portal.notifications.sending import (
    announce_and_send,
    notify_and_send,
    send_message,
    send_messages,
    send_waiting,
)
from geo_portal.settings import settings
from geo_portal.steering.retrain import retrain

log = logging.getLogger(__name__)

EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "7 * * * *"
EVERY_NIGHT = "17 19 * * *"  # UTC; a quiet hour in the cities of the demo's time zone
AFTER_MIDNIGHT = "30 1 * * *"  # UTC; the day that is sealed ended an hour and a half before


def fold_counts(session: Session) -> None:
    """Merge what changed since the last fold into the counts that maps and figures read."""
    fold(session)
    day_counts.fold(session)
    day_records.fold(session)


def sweep_photos(session: Session) -> None:
    """Remove uploads that never became part of a complaint."""
    let_originals_go(session, clock.now())
    photo_store.sweep(set(session.scalars(select(Photo.key))) | kept_keys(session))


def expect(session: Session) -> None:
    """Work out anew how long each kind of problem takes at each office."""
    work_out_etas(session, clock.now())


def tell_unusual_week(session: Session) -> None:
    """Find the areas where last week was unusual, and tell whoever wanted to hear of it."""
    tell_unusual(session, clock.now())


def tidy_counts(session: Session) -> None:
    """Keep the counts per day small."""
    day_counts.tidy(session, clock.now().astimezone(facts(session).timezone).date())


def forget_keys(session: Session) -> None:
    """Drop idempotency keys that nobody will repeat any more."""
    forget_old(session, clock.now())


def seal_days(session: Session) -> None:
    """Add the daily root of the history of complaints, also of days that were missed."""
    make_roots(session, clock.now())


def forget_sign_ins(session: Session) -> None:
    """Drop sign-ins, links, counted attempts and half-told reports that are long over."""
    now = clock.now()
    forget_old_sessions(session, now)
    forget_old_links(session, now)
    forget_old_attempts(session, now)
    forget_old_uses(session, now)
    forget_unfinished(session, now)


def escalate(session: Session) -> bool:
    """Tell whoever has to hear that a complaint's time is running out; whether there is more."""
    return escalate_overdue(session, clock.now()) > 0


def run_clocks_on(session: Session) -> bool:
    """Let the clocks run on whose pause has lasted long enough; whether there is more."""
    return end_pauses(session, clock.now()) > 0


def suggest_incidents(session: Session) -> None:
    """Find events that many report at once."""
    suggest(session, facts(session), clock.now())


def ask_again(session: Session) -> None:
    """Ask once more whether what was closed is fixed, where nobody has answered."""
    remind_due(session, clock.now())


def sum_up(session: Session) -> bool:
    """Write the daily and weekly summaries that are due; whether there is more."""
    return write_digests(session, clock.now()) > 0


def hand_out_open_data(session: Session) -> None:
    """Write the nightly files of open data, where a folder for them is named."""
    if folder := settings().export_dir:
        publish(session, folder, clock.now())


def draw_scheduled_maps(session: Session) -> None:
    """Write the heat maps that are wanted every night."""
    wanted = settings()
    if wanted.export_dir and wanted.scheduled_maps:
        write_scheduled(session, wanted.scheduled_maps, wanted.export_dir, clock.now())


def notify_events(database: Database, events: list[int]) -> None:
    """Tell whom some events concern; the database defers this with the events."""
    notify_and_send(database, events)


def tell_announcement(database: Database, number: int, after: int = 0) -> None:
    """Tell who follows the area of an announcement, when it begins, some people at a time."""
    announce_and_send(database, number, after)


# A task that says it has more to do is run again at once, in a transaction of its own.
RECURRING: tuple[tuple[str, Callable[[Session], bool | None]], ...] = (
    (EVERY_MINUTE, fold_counts),
    (EVERY_MINUTE, run_clocks_on),
    (EVERY_MINUTE, escalate),
    (EVERY_MINUTE, ask_again),
    (EVERY_HOUR, expect),
    (AFTER_MIDNIGHT, tell_unusual_week),
    (EVERY_MINUTE, sum_up),
    (EVERY_MINUTE, suggest_incidents),
    (EVERY_NIGHT, sweep_photos),
    (EVERY_NIGHT, forget_keys),
    (EVERY_NIGHT, tidy_counts),
    (AFTER_MIDNIGHT, seal_days),
    (EVERY_NIGHT, forget_sign_ins),
    (AFTER_MIDNIGHT, hand_out_open_data),
    (AFTER_MIDNIGHT, draw_scheduled_maps),
)


def learn_from_lessons(database: Database) -> None:
    """Teach the classifier what people put right; see `steering.retrain`."""
    retrain(database, clock.now())


# These open their own transactions: in between they talk to other machines or learn for minutes.
RECURRING_ON_THEIR_OWN: tuple[tuple[str, Callable[[Database], None]], ...] = (
    (EVERY_MINUTE, send_waiting),
    (EVERY_NIGHT, learn_from_lessons),
    (EVERY_MINUTE, deliver_webhooks),
)

# What `jobs.defer` asks for by name, with the facts it was given.
DEFERRED: tuple[Callable[..., None], ...] = (
    send_message,
    send_messages,
    notify_events,
    tell_announcement,
)

# 4, 16, 64 … seconds, together six hours: whatever was wrong may be mended by then.
AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


def jobs(database: Database) -> App:
    """The queue with everything it can do; each turn of a recurring task is one transaction."""
    url = database.engine.url.set(drivername="postgresql")
    app = App(connector=PsycopgConnector(conninfo=url.render_as_string(hide_password=False)))
    for cron, task in RECURRING:
        app.periodic(cron=cron)(app.task(name=task.__name__)(_in_a_transaction(database, task)))
    for cron, errand in RECURRING_ON_THEIR_OWN:
        app.periodic(cron=cron)(app.task(name=errand.__name__)(_on_its_own(database, errand)))
    for deferred in DEFERRED:
        app.task(name=deferred.__name__, retry=AGAIN)(partial(deferred, database))
    _take_up_stalled(app)
    return app


def _take_up_stalled(app: App) -> None:
    """What a worker had begun when it died is begun again; all of it may be done twice."""

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="take_up_stalled")
    async def take_up_stalled(timestamp: int) -> None:  # noqa: ARG001 — as below
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)


def _in_a_transaction(
    database: Database, task: Callable[[Session], bool | None]
) -> Callable[[int], None]:
    def run(timestamp: int) -> None:  # noqa: ARG001 — when it was due, which no task asks
        more: bool | None = True
        while more:
            with database.transaction() as session:
                more = task(session)

    return run


def _on_its_own(database: Database, errand: Callable[[Database], None]) -> Callable[[int], None]:
    def run(timestamp: int) -> None:  # noqa: ARG001 — as above
        errand(database)

    return run


def work(database: Database, *, install_signal_handlers: bool = True) -> None:
    """Do what is due until told to stop; several workers may run side by side."""
    asyncio.run(_work(jobs(database), install_signal_handlers))


async def _work(app: App, install_signal_handlers: bool) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=2,
            # See migration 0013: nobody is woken, so everybody asks.
            listen_notify=False,
            fetch_job_polling_interval=1.0,
            delete_jobs="successful",
            install_signal_handlers=install_signal_handlers,
        )


def work_beside(database: Database) -> None:
    """The same in the background of this process, for a first look without a second command."""
    threading.Thread(
        target=work, args=(database,), kwargs={"install_signal_handlers": False}, daemon=True
    ).start()
