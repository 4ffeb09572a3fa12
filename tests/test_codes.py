"""Tracking codes survive being written down and read out."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo_portal.complaints.codes import new_code, read_code


def test_a_new_code_reads_as_itself():
    code = new_code()

    assert read_code(code) == code


@pytest.mark.parametrize(
    "typed", ["4f7k2m9q0x", " 4F7K2 - M9Q0X ", "4F7K2M9QOX", "4f7k2–m9q0x", "4.F.7.K.2.M.9.Q.0.X"]
)
def test_a_code_may_be_typed_carelessly(typed):
    assert read_code(typed) == "4F7K2-M9Q0X"


@given(some.text())
def test_anything_else_is_no_code(typed):
    assert read_code(typed) is None or len(read_code(typed)) == 11
