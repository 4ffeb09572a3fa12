"""How long a fix takes and how sure that is, against what was worked out by hand and by others."""

from datetime import timedelta

import lifelines
import numpy as np
import pytest
from lifelines.utils import median_survival_times, qth_survival_time

from geo_portal.insights.intervals import Share, wilson
from geo_portal.insights.survival import curve

# Remission in weeks under 6-MP (Freireich and others, 1963); True where it ended. The table
# of its curve stands in every textbook.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
BY_HAND = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_a_curve_is_the_one_of_the_textbook():
    found = curve(WEEKS, ENDED)

    steps = dict(zip(found.at_s, found.waiting, strict=True))
    assert {week: round(float(steps[week]), 3) for week in BY_HAND} == BY_HAND
    assert found.after(0.5) == timedelta(seconds=23)
    assert found.after(0.8) is None


def test_open_ones_make_the_usual_time_longer_not_shorter():
    fixed = [1, 2, 3, 4, 5, 6]

    of_fixed = curve(fixed, [1] * 6)
    with_open = curve([*fixed, 6, 6, 6], [1] * 6 + [0] * 3)

    assert of_fixed.after(0.5) == timedelta(seconds=3)
    assert with_open.after(0.5) == timedelta(seconds=5)


def test_fewer_than_five_fixes_say_nothing():
    found = curve([1, 2, 3, 4, 9], [1, 1, 1, 1, 0])

    assert found.after(0.5) is None


def test_nothing_has_no_curve():
    assert curve([], []).after(0.5) is None


@pytest.mark.parametrize("seed", range(5))
def test_curves_bounds_and_quantiles_are_those_of_lifelines(seed):
    chance = np.random.default_rng(seed)
    took = chance.exponential(10, 300).round(1) + 0.1
    watch = chance.exponential(25, 300).round(1) + 0.1
    seen, ended = np.minimum(took, watch), took <= watch

    ours = curve(seen, ended)

    theirs = lifelines.KaplanMeierFitter().fit(seen, ended)
    bounds = theirs.confidence_interval_
    shown = np.isin(ours.at_s, theirs.timeline)
    assert shown.all()
    np.testing.assert_allclose(ours.waiting, theirs.survival_function_at_times(ours.at_s))
    known = (ours.waiting < 1) & (ours.waiting > 0)
    np.testing.assert_allclose(ours.low[known], bounds.loc[ours.at_s[known]].iloc[:, 0], rtol=1e-4)
    np.testing.assert_allclose(ours.high[known], bounds.loc[ours.at_s[known]].iloc[:, 1], rtol=1e-4)
    shares = (0.5, 0.8, 0.9)
    assert [ours.after(one).total_seconds() for one in shares] == pytest.approx(
        [qth_survival_time(round(1 - one, 9), theirs.survival_function_) for one in shares]
    )
    low, high = median_survival_times(bounds).iloc[0]
    assert [one.total_seconds() for one in ours.between(0.5)] == pytest.approx([low, high])


def test_a_share_of_few_is_uncertain_and_stays_within_all():
    # Newcombe (1998), table I: 81 of 263, and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)
    assert Share(0, 0).known is None
    assert Share(0, 0).between is None
