"""Templates: each is complete, becomes a valid tactic at any scale, and says what it assumes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.curves import adstocked
from optimizer.errors import ScenarioError
from optimizer.optimize import optimize
from optimizer.problem.catalogue import CATALOGUE, PERIOD_WEEKS, PeriodLength, Scale, instantiate, template_of
from optimizer.problem.tactic import CarryOver, Tactic
from tests.effort import examples
from tests.optimizer.toys import scenario

each = pytest.mark.parametrize("key", CATALOGUE)
PERIODS: list[PeriodLength] = list(PERIOD_WEEKS)
TODAY = Scale(current_spend=100.0, current_outcome=250.0)


def made(key: str, scale: Scale = TODAY, period: PeriodLength = "month") -> Tactic:
    """The template at a scale."""
    return instantiate(CATALOGUE[key], scale, name=key, period=period)


@each
def test_every_template_says_what_it_is_and_why(key: str) -> None:
    """Sentences for what it does, whom it suits and every default; a lead only upstream."""
    template = CATALOGUE[key]
    assert template.key == key
    for text in (template.does, template.audience, template.because.curve, template.because.adstock):
        assert text.endswith(".")
    assert (template.lead > 0) == bool(template.because.lead) == (template.stage == "upstream")
    assert template.audience.startswith("Broad" if template.stage == "upstream" else "Specific")


def test_upstream_works_longer_than_downstream() -> None:
    """The catalogue has what the README says: seven of each stage, keys once."""
    stages = [template.stage for template in CATALOGUE.values()]
    assert (stages.count("upstream"), stages.count("downstream")) == (7, 7)


@settings(max_examples=examples(60), deadline=None)
@given(
    key=st.sampled_from(sorted(CATALOGUE)),
    spend=st.floats(1e-3, 1e9),
    outcome=st.floats(1e-3, 1e9),
    saturation=st.none() | st.floats(0.01, 0.99),
    period=st.sampled_from(PERIODS),
)
def test_the_curve_passes_through_today(
    key: str, spend: float, outcome: float, saturation: float | None, period: PeriodLength
) -> None:
    """f(current_spend) = current_outcome, at the share of the ceiling that was stated, whatever the scale."""
    scale = Scale(current_spend=spend, current_outcome=outcome, saturation=saturation)
    curve = made(key, scale, period).response
    assert curve.value(np.array([spend]))[0] == pytest.approx(outcome, rel=1e-9)
    assert outcome / curve.supremum() == pytest.approx(saturation or CATALOGUE[key].saturation, rel=1e-9)


@each
@pytest.mark.parametrize("period", PERIODS)
def test_spending_on_as_today_yields_what_it_yields_today(key: str, period: PeriodLength) -> None:
    """After a long steady spend the adstock hands the curve the spend itself: the weights add up to 1."""
    adstock = made(key, period=period).carry_over.adstock
    assert adstocked(adstock, np.full(400, 100.0), (), 0)[-1] == pytest.approx(100.0)


@each
def test_half_of_the_effect_is_left_after_the_half_life(key: str) -> None:
    """θ^(half-life in periods) = ½, for weeks, months and quarters alike."""
    template = CATALOGUE[key]
    for period, weeks in PERIOD_WEEKS.items():
        kept = template.retention(period)
        assert (kept ** (template.half_life / weeks) if kept else 0.5) == pytest.approx(0.5)


def test_all_templates_together_solve() -> None:
    """A scenario of the whole catalogue has a proved plan; all of its revenue rests on assumptions."""
    problem = scenario(*map(made, CATALOGUE), at_most=6000.0, periods=("1", "2", "3"))
    plan = optimize(problem)
    assert plan.status == "optimal"
    assert plan.assumptions is not None
    assert plan.assumptions.share == pytest.approx(1.0)
    assert plan.assumptions.amount == pytest.approx(plan.totals.revenue if plan.totals else math.nan)


@each
def test_every_template_solves_by_itself(key: str) -> None:
    """Twice today's money in two periods is planned, on a curve that is S-shaped or not."""
    plan = optimize(scenario(made(key), at_most=400.0, periods=("1", "2")))
    assert plan.status == "optimal"


def test_a_judgement_takes_the_place_of_the_template() -> None:
    """What the planner judged is told as a judgement; an adstock of one's own is no assumption."""
    judged = Scale(current_spend=100.0, current_outcome=250.0, saturation=0.8)
    assert made("tools", judged).assumptions[0] == (
        "hill curve of shape 1.5 (template tools), 80 % of its ceiling reached today (judgement)"
    )
    own = instantiate(CATALOGUE["tools"], TODAY, name="tools", carry_over=CarryOver())
    assert own.assumptions == ("hill curve of shape 1.5, 40 % of its ceiling reached today (template tools)",)


@each
def test_a_pool_to_feed_brings_the_lead(key: str) -> None:
    """In whole periods, and told as an assumption; without a pool a lead would mean nothing."""
    template = CATALOGUE[key]
    assert made(key).lead == 0
    if template.stage == "upstream":
        fed = instantiate(template, TODAY, name=key, feeds="north", period="quarter")
        assert (fed.feeds, fed.lead) == ("north", round(template.lead / PERIOD_WEEKS["quarter"]))
        assert fed.assumptions[-1].startswith("demand arrives")


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"current_spend": 0.0}, "not_positive", "current_spend"),
        ({"current_outcome": -1.0}, "not_positive", "current_outcome"),
        ({"saturation": 1.0}, "out_of_range", "saturation"),
    ],
)
def test_a_scale_without_meaning_is_refused(change: dict[str, float], code: str, path: str) -> None:
    """No curve passes through nothing, and no point lies at the ceiling."""
    with pytest.raises(ScenarioError) as caught:
        Scale(**{"current_spend": 1.0, "current_outcome": 1.0} | change)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_a_template_that_there_is_not_is_refused() -> None:
    """By its code."""
    with pytest.raises(ScenarioError, match="no such template"):
        template_of("skywriting")
