"""How counts in a table are kept right: changes folded in, held against all reports, mended."""

from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

# Above this the planner's guess matters; autovacuum may not have come by yet.
MANY = 50_000


@dataclass(frozen=True)
class KeptCounts:
    """The table `{name}_counts`, which the changes noted in `{name}_deltas` are folded into.

    `{name}_state` holds a version that changes with them. `lock` is any number, the same for all
    processes of this portal; `differences` selects what the counts are off from a plain GROUP BY.
    """

    name: str
    lock: int
    fold_in: TextClause
    count_differences: TextClause
    mend: TextClause
    prune: TextClause
    parallel_workers: int = 0

    def fold(self, session: Session) -> int:
        """Take the noted changes into the counts; gives how many there were.

        Returns 0 at once when another process is folding. Submissions never wait for it.
        """
        found = self.waiting(session, MANY) if self.free(session) else 0
        if not found:
            return 0
        self.unhurried(session)
        if found == MANY:
            found = session.execute(self._about("SELECT count(*) FROM {}_deltas")).scalar_one()
            session.execute(self._about("ANALYZE {}_deltas"))
        session.execute(self.fold_in)
        self.touch(session)
        if found >= MANY:
            session.execute(self._about("ANALYZE {}_counts"))
        return int(found)

    def waiting(self, session: Session, most: int) -> int:
        """How many changes are not in the counts yet; counts no further than `most`."""
        counted = self._about("SELECT count(*) FROM (SELECT FROM {}_deltas LIMIT :most) AS found")
        return int(session.execute(counted, {"most": most}).scalar_one())

    def check(self, session: Session) -> int:
        """How many counts differ from a plain GROUP BY of all complaints; 0 is right."""
        self.unhurried(session)
        return int(session.execute(self.count_differences).scalar_one())

    def rebuild(self, session: Session) -> int:
        """Make the counts right whatever happened to them; gives the number of counts mended.

        Only differences are written, in one statement, so submissions go on meanwhile and are
        neither missed nor counted twice.
        """
        self.alone(session)
        mended = session.connection().execute(self.mend).rowcount
        session.execute(self.prune)
        self.touch(session)
        session.execute(self._about("ANALYZE {}_counts"))
        return mended

    def free(self, session: Session) -> bool:
        """Whether no other process works on the counts; then none does until the transaction
        ends."""
        trying = text("SELECT pg_try_advisory_xact_lock(:key)")
        return bool(session.execute(trying, {"key": self.lock}).scalar_one())

    def alone(self, session: Session) -> None:
        """Wait until no other process works on the counts; until the transaction ends."""
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self.lock})
        self.unhurried(session)

    def unhurried(self, session: Session) -> None:
        """Lift a web request's limits, which are not for housekeeping, for this transaction."""
        session.execute(text("SET LOCAL statement_timeout = 0"))
        if self.parallel_workers:
            workers = f"SET LOCAL max_parallel_workers_per_gather = {self.parallel_workers:d}"
            session.execute(text(workers))
        # Sums over a million complaints are sorted on disk otherwise.
        session.execute(text("SET LOCAL work_mem = '256MB'"))

    def touch(self, session: Session) -> None:
        """Say that the counts have changed."""
        session.execute(self._about("UPDATE {}_state SET version = gen_random_uuid()"))

    def _about(self, statement: str) -> TextClause:
        return text(statement.format(self.name))
