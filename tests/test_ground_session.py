"""The tests' own ground: what one test writes, the next does not meet."""

from sqlalchemy import text

WRITE = text("INSERT INTO levels (code, rank, names) VALUES ('village', 99, '{}')")
COUNT = text("SELECT count(*) FROM levels WHERE code = 'village'")


def test_what_a_test_commits_it_can_read(session):
    session.execute(WRITE)
    session.commit()

    assert session.execute(COUNT).scalar() == 1


def test_what_another_test_committed_is_gone(session):
    assert session.execute(COUNT).scalar() == 0
