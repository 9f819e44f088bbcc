"""Explanations word for word, and that every figure in them is the plan's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from app.schemas.plan import PlanOut, plan_from_wire
from optimizer.answers.explanation import Explanation, explanation_of, text_of
from optimizer.answers.plan import Conflict, GoalPart, Plan, Repair, Termination
from optimizer.optimize import optimize
from tests.optimizer.answers import plans
from tests.optimizer.toys import DOUBLE_ROOT, DRAWS, ROOT, Wire, domain, line, wire

STORED = Path(__file__).parent / "explanations"


def lines(*slopes: float, **more: object) -> list[Wire]:
    """Linear tactics a, b, … with limits of 60 each."""
    return [
        line(name, {"family": "linear", "slope": slope}, spend={"at_most": 60}, **more)
        for name, slope in zip("abcdef", slopes, strict=False)
    ]


FLOORS = [
    {"rule": "spend_range", "name": f"{name} floor", "at_least": 70, "scope": {"tactics": [name]}} for name in "ab"
]
SCENARIOS: dict[str, Wire] = {
    "concave": wire(
        [
            line("tv", ROOT, current_spend=40),
            line("search", DOUBLE_ROOT, current_spend=0, stage="downstream"),
            line("print", {"family": "linear", "slope": 0.5}, current_spend=20, margin=0.5),
        ],
        name="Concave",
        budget={"at_most": 100},
        rules=[{"rule": "share_range", "name": "brand share", "scope": {"stage": "upstream"}, "at_least": 0.4}],
        periods=["1", "2"],
    ),
    "on_off": wire(
        lines(3, 2),
        name="On or off",
        budget={"at_most": 100},
        rules=[{"rule": "minimum_if_active", "name": "burst", "at_least": 45, "scope": {"tactics": ["b"]}}],
    ),
    "conflict": wire(lines(3, 2), name="Conflict", budget={"at_most": 100}, rules=FLOORS),
    "unspent": wire(
        [*lines(3), line("b", {"family": "power", "coefficient": 8, "exponent": 0.5})],
        name="Unspent",
        objective={"maximize": "profit"},
        budget={"at_most": 100},
    ),
    "goals": wire(
        [
            line("a", {"family": "linear", "slope": 3}, metrics={"contacts": {"per_spend": 20}}),
            line("b", {"family": "linear", "slope": 2}, assumptions=["slope of last year"]),
        ],
        name="Goals",
        budget={"at_most": 100},
        goals=[
            {"name": "FY", "metric": "revenue", "at_least": 500},
            {"name": "b", "metric": "revenue", "at_least": 90, "scope": {"tactics": ["b"]}, "required": True},
            {"name": "reach", "metric": "contacts", "at_least": 2000},
        ],
    ),
    "river": wire(
        [
            line("tv", {"family": "linear", "slope": 2}, revenue_per_outcome=0, feeds="north", lead=1),
            line("search", {"family": "linear", "slope": 4}, stage="downstream", draws_from="north"),
        ],
        name="River",
        periods=["1", "2", "3"],
        budget={"at_most": 300, "by_period": {"3": {"at_most": 50}}},
        demand_pools=[{"name": "north", "initial": 100, "organic": 50, "retention": 0.5, "end_value": 0.3}],
    ),
    "risk": wire(
        {"a": DRAWS, "b": ROOT},
        name="Risk",
        budget={"at_most": 100},
        objective={"maximize": "revenue", "confidence": 0.5},
        goals=[{"name": "FY", "metric": "revenue", "at_least": 160}],
    ),
    "elsewhere": wire(
        [
            line("tv", {"family": "linear", "slope": 5}, spend={"at_least": 10, "at_most": 60}),
            line("print", {"family": "linear", "slope": 2}, spend={"at_least": 5, "at_most": 60}),
            line("radio", {"family": "linear", "slope": 0.9}),
        ],
        name="Elsewhere",
        objective={"maximize": "profit"},
        budget={"at_most": 50},
        periods=["1", "2"],
        goals=[{"name": "steps", "metric": "revenue", "at_least": 60, "required": True, "path": {"growth": 0.5}}],
    ),
    "capped": wire(
        lines(3, 2, 0.5),
        name="Capped",
        objective={"maximize": "profit"},
        budget={"at_most": 100},
        rules=[{"rule": "spend_range", "name": "cash", "at_most": 40}],
        goals=[{"name": "FY", "metric": "revenue", "at_least": 119.6}],
    ),
    "least_spend": wire(
        {"a": ROOT, "b": DOUBLE_ROOT},
        name="Least spend",
        objective={"minimize": "spend"},
        goals=[{"name": "FY", "metric": "revenue", "at_least": 100, "required": True}],
    ),
}


@cache
def explained(name: str) -> tuple[Plan, Explanation]:
    """The plan of a scenario above, and its explanation."""
    scenario = domain(SCENARIOS[name])
    plan = optimize(scenario)
    return plan, explanation_of(scenario, plan)


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_is_told_word_for_word(name: str) -> None:
    """The stored text, which somebody has read and found right."""
    assert text_of(explained(name)[1]) == (STORED / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_figure_is_in_its_sentence(name: str) -> None:
    """The text of a figure stands in the sentence, and says its value."""
    explanation = explained(name)[1]
    sentences = [explanation.headline, *(each for section in explanation.sections for each in section.sentences)]
    figures = [(sentence.text, figure) for sentence in sentences for figure in sentence.figures]
    shown = [figure for text, figure in figures if figure.text in text]
    assert len(shown) >= len(figures) - 1  # the amount behind a share of assumptions is figure only
    for figure in shown:
        told = float(figure.text.split()[0].replace(",", ""))
        scale = 100 if figure.text.endswith("%") else 1
        assert told == pytest.approx(figure.value * scale, rel=6e-3, abs=0.005 if figure.unit == "EUR" else 1e-4)


def test_a_stored_plan_is_explained_as_the_plan_itself() -> None:
    """Over the wire and back nothing that is told is lost."""
    scenario = domain(SCENARIOS["concave"])
    plan = optimize(scenario)
    stored = plan_from_wire(PlanOut.from_domain(plan).model_dump_json())
    assert explanation_of(scenario, stored) == explanation_of(scenario, plan)


def test_a_plan_without_a_gap_is_told_by_its_bound() -> None:
    """No share of a value of 0 says how far it is from the best; where nothing was proved, that is said."""
    document = wire({"tv": ROOT}, budget={"at_most": 100})
    plan = optimize(domain(document))
    assert plan.certificate is not None
    for bound, said in (
        (0.5, "It is proved that no plan can be better by more than 0.50 EUR of revenue."),
        (None, "Nothing is proved about better plans."),
    ):
        proved = replace(plan.certificate, value=0.0, bound=bound, gap=None)
        poor = replace(plan, status="feasible", value=0.0, bound=bound, gap=None, certificate=proved)
        assert said in told_of(poor, document, "certificate")


def test_no_plan_says_why() -> None:
    """The headline claims nothing, the section has the reason and the remedy."""
    problem = plans.scenario()
    end = Termination(reason="time_limit", limit="1 s", detail="no plan was found within 1 s; allow more time")
    explanation = explanation_of(problem, replace(plans.no_plan(problem), termination=end))
    assert text_of(explanation) == (
        "test\n\nNo plan was found, nor was it proved that there is none.\n\n"
        "Why there is no plan\n- No plan was found within 1 s; allow more time.\n"
    )


def test_an_early_stop_is_told_with_what_was_proved() -> None:
    """A gap of 10 % is told as such, with what it may cost and what ended the search."""
    problem = plans.scenario()
    explanation = explanation_of(problem, plans.plan(problem, {"tv": 50.0}))
    (section,) = [section for section in explanation.sections if section.key == "certificate"]
    assert [sentence.text for sentence in section.sentences[:2]] == [
        "It is proved that no plan can be more than 10 % better, that is about 10 EUR of revenue.",
        "The search was ended by its limit of solve.time_limit before the gap that was asked for, 0.0001 %, "
        "was proved.",
    ]


def test_names_cannot_break_a_sentence() -> None:
    """Braces and percent signs in a name are text."""
    document = wire({"{0} %s {tactic}": ROOT}, budget={"at_most": 10})
    scenario = domain(document)
    assert "{0} %s {tactic} gets 10 EUR" in text_of(explanation_of(scenario, optimize(scenario)))


def test_many_tactics_are_told_together() -> None:
    """Twelve by themselves, the rest in one sentence with what they get."""
    scenario = domain(wire({f"t{number:02}": {"family": "linear", "slope": 1} for number in range(20)},
                           objective={"minimize": "spend"}, rules=[
        {"rule": "commitment", "name": f"c{number}", "amount": 20 - number, "scope": {"tactics": [f"t{number:02}"]}}
        for number in range(20)
    ]))  # fmt: skip
    (section,) = [s for s in explanation_of(scenario, optimize(scenario)).sections if s.key == "spend"]
    assert len(section.sentences) == 13
    assert section.sentences[-1].text == "8 more tactics get 36 EUR together."


def told_of(plan: Plan, document: Wire, key: str) -> str:
    """One section in one text."""
    sections = explanation_of(domain(document), plan).sections
    return " ".join(sentence.text for section in sections if section.key == key for sentence in section.sentences)


def rules_as(plan: Plan, name: str, **changes: object) -> Plan:
    """The plan with one limit told otherwise."""
    return replace(plan, rules=tuple(replace(own, **changes) if own.name == name else own for own in plan.rules))


def test_a_limit_says_what_it_counts_for() -> None:
    """A spend limit counts in each period, a range of one place is no range, and money below 0 is none that one has."""
    document = wire(lines(3, 2), budget={"at_most": 1000}, periods=["1", "2"])
    plan = optimize(domain(document))
    assert "spend limit of a: raising it by 1 EUR in each period would" in told_of(plan, document, "limits")
    once = rules_as(plan, "spend limit of a", price_holds_from=60.0, price_holds_to=60.0)
    assert ", which holds at this limit only." in told_of(once, document, "limits")
    alike = rules_as(plan, "spend limit of a", price_holds_from=59.999_999_9, price_holds_to=60.000_000_1)
    assert ", which holds to 1 % at this limit only." in told_of(alike, document, "limits")
    below = rules_as(plan, "spend limit of a", price_holds_from=-60.0, price_holds_to=-6.0)
    assert "-" not in told_of(below, document, "limits").replace("sub-", "")


def test_gains_that_the_gap_leaves_uneven_are_told() -> None:
    """Only the budget stops a use that gains more than the budget's price."""
    document = wire({"tv": ROOT, "search": DOUBLE_ROOT}, budget={"at_most": 100})
    plan = optimize(domain(document))
    assert "evened out" not in told_of(plan, document, "next_unit")
    first, *rest = plan.next_best
    apart = replace(plan, next_best=(replace(first, gain=1.2 * first.gain, limited_by=("budget",)), *rest))
    assert "more than the price of the budget says" in told_of(apart, document, "next_unit")


def test_each_of_several_conflicts_is_to_be_mended() -> None:
    """What is left when the first is mended is said to need mending, too."""
    document = wire(lines(3, 2), budget={"at_most": 100}, rules=FLOORS)
    plan = optimize(domain(document))
    assert plan.conflict is not None
    several = replace(plan, conflict=replace(plan.conflict, further=(("budget", "b floor"),)))
    assert "Each of these conflicts has to be mended." in told_of(several, document, "conflict")
    assert "without any one of them the rest of these can." in told_of(several, document, "conflict")
    assert several.conflict is not None
    first = replace(several, conflict=replace(several.conflict, conflicting=("a floor",)))
    assert told_of(first, document, "conflict").startswith("a floor cannot hold. budget and b floor cannot both hold")


def a_conflict() -> tuple[Wire, Plan, Conflict]:
    """Two floors that a budget does not hold: the document, its plan, and the conflict in it."""
    document = wire(lines(3, 2), budget={"at_most": 100}, rules=FLOORS)
    plan = optimize(domain(document))
    assert plan.conflict is not None
    return document, plan, plan.conflict


def test_several_changes_that_take_less_money_than_one_are_told() -> None:
    """They are the cheapest then; a single one is told once."""
    document, plan, conflict = a_conflict()
    assert conflict.cheapest is not None
    one, other = conflict.cheapest.changes
    for changes in ((one,), (one, other)):
        cheapest = Repair(changes=changes, money=1.0, sentence="raise this")
        less = replace(plan, conflict=replace(conflict, relaxations=(one,), cheapest=cheapest))
        said = "Less money is enough where several change: raise this." in told_of(less, document, "conflict")
        assert said == (len(changes) > 1)


def test_a_goal_that_alone_gives_way_is_not_compared_in_money() -> None:
    """Only where the single change is of money do several take less of it; several of money stand for themselves."""
    document, plan, conflict = a_conflict()
    assert conflict.cheapest is not None
    one, other = conflict.cheapest.changes
    goal = replace(one, item="FY", unit="revenue", sentence="lower goal FY to 9 revenue (by 1)")
    told = {
        "In money alone, where several change": (one, other),
        "What mends it as well, where several change": (one, goal),
    }
    for words, changes in told.items():
        cheapest = Repair(changes=changes, money=1.0, sentence="raise this")
        alone = replace(plan, conflict=replace(conflict, relaxations=(goal,), cheapest=cheapest))
        assert f"What mends it, the cheapest first: {goal.sentence}. {words}: raise this." in told_of(
            alone, document, "conflict"
        )


def test_of_two_things_both_cannot_hold() -> None:
    """One, two, or more."""
    document, plan, conflict = a_conflict()
    for names, said in (
        (("a",), "a cannot hold; without it the rest can."),
        (("a", "b"), "a and b cannot both hold; without either of them the rest can."),
        (("a", "b", "c"), "a, b and c cannot all hold; without any one of them the rest can."),
    ):
        told = replace(plan, conflict=replace(conflict, conflicting=names, further=()))
        (section,) = explanation_of(domain(document), told).sections
        assert section.sentences[0].text == said
        assert section.title == f"What cannot{said.partition(' cannot')[2].partition(';')[0]}"


PARTS = {
    "missed by 30 EUR (6 %) in 2.": (("1", None, 0.0), ("2", None, 30.0)),
    "missed by 30 EUR (6 %), added up over 1 and 2.": (("1", None, 10.0), ("2", None, 20.0)),
    "missed by 30 EUR (6 %) at the end of 1.": ((None, "1", 30.0), (None, None, 0.0)),
    "missed by 30 EUR (6 %), added up over the end of 1 and the end.": ((None, "1", 10.0), (None, None, 20.0)),
    "missed by 30 EUR (6 %).": ((None, "1", 0.0), (None, None, 30.0)),
}


@pytest.mark.parametrize("words", PARTS)
def test_what_parts_of_a_goal_miss_is_said_of_them(words: str) -> None:
    """The whole may miss less than its parts do together."""
    plan = explained("goals")[0]
    parts = tuple(GoalPart(period=period, by=by, target=1.0, achieved=0.0, shortfall=missing)
                  for period, by, missing in PARTS[words])  # fmt: skip
    goal = replace(plan.goals[0], achieved=490.0, target=500.0, shortfall=30.0, met=False, parts=parts)
    assert f"FY: 490 EUR of 500 EUR revenue, {words}" in told_of(
        replace(plan, goals=(goal,)), SCENARIOS["goals"], "goals"
    )


def test_less_than_a_minor_unit_of_money_is_not_told_as_nothing() -> None:
    """Neither how far the best may be, nor what rounding took; where only that is known, a minor unit is."""
    document = wire({"tv": ROOT}, budget={"at_most": 100})
    plan = optimize(domain(document))
    assert plan.certificate is not None
    near = replace(plan.certificate, value=1.0, bound=1.001, gap=0.001, rounding_cost=0.001)
    told = told_of(replace(plan, value=1.0, gap=0.001, certificate=near), document, "certificate")
    assert "It is proved that no plan can be more than 0.1 % better." in told
    assert "Rounding" not in told
    none = replace(near, value=0.0, bound=8.5e-14, gap=None, rounding_cost=0.0)
    told = told_of(replace(plan, value=0.0, gap=None, certificate=none), document, "certificate")
    assert "It is proved that no plan can be better by more than 0.01 EUR of revenue." in told


def test_the_only_period_is_not_told_by_name() -> None:
    """It was given none."""
    document = wire(
        [line("search", {"family": "linear", "slope": 1}, stage="downstream", draws_from="north")],
        budget={"at_most": 30},
        demand_pools=[{"name": "north", "initial": 100, "end_value": 0.3}],
    )
    told = told_of(optimize(domain(document)), document, "demand")
    assert "north: there is more demand than is converted." in told
    assert "north: 70 (70 %) is left at the end, counted at 0.3 EUR a unit." in told


def test_the_last_cent_before_a_table_bends_earns_what_comes_after() -> None:
    """Rounding leaves spend that little before a point: the slope up to it says nothing of the next unit of money."""
    steep = {"family": "power", "coefficient": 33, "exponent": 0.5}  # a cent brings more there than half a cent on tv
    document = wire(
        {"tv": {"family": "tabulated", "points": [[0, 0], [33.335, 100]]}, "search": steep}, budget={"at_most": 100}
    )
    plan = optimize(domain(document))
    (cell,) = [cell for cell in plan.allocations if cell.tactic == "tv"]
    assert (cell.spend, cell.marginal_revenue) == (33.33, pytest.approx(100 / 33.335))
    assert "tv gets 33.33 EUR: its next unit of money would earn 0, which does not pay." in told_of(
        plan, document, "spend"
    )


def test_what_keeps_a_slope_without_end_at_nothing_is_told() -> None:
    """A rule, or the budget, where there is no other."""
    rise = {"tv": ROOT}
    switch = [{"rule": "spend_range", "name": "off", "at_most": 0}]
    for name, document in (
        ("budget", wire(rise, budget={"at_most": 0})),
        ("off", wire(rise, budget={"at_most": 100}, rules=switch)),
    ):
        told = told_of(optimize(domain(document)), document, "spend")
        assert told == f"tv gets nothing: held by {name}, though its curve rises without end at 0."


def test_lines_that_bind_have_no_price() -> None:
    """Not the price of 0 of the share beside them, which does not bind."""
    few = {"rule": "turnover_limit", "name": "gentle", "share": 300, "lines": 1}
    document = wire([line(name, ROOT, current_spend=10) for name in "ab"], budget={"at_most": 100}, rules=[few])
    told = told_of(optimize(domain(document)), document, "limits")
    assert "gentle: binds, and has no price." in told


def test_an_amount_without_a_unit_is_told_without_one() -> None:
    """A linear rule counts what its coefficients make it count."""
    mix = [
        {"rule": "linear", "name": "mix", "at_least": 90, "terms": [{"coefficient": 1, "scope": {"tactics": ["a"]}}]}
    ]
    document = wire(lines(3), budget={"at_most": 100}, rules=mix)
    assert "What mends it, the cheapest first: raise spend limit of a to 90 (by 30); or lower mix to 60 (by 30)." in (
        told_of(optimize(domain(document)), document, "conflict")
    )
