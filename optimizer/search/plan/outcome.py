"""From what the search found to the plan that is told."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.assumptions import assumptions_of
from optimizer.answers.certificate import largest_violation
from optimizer.answers.demand import demand_results, with_demand
from optimizer.answers.goals import goal_results
from optimizer.answers.margins import Limits, held_by, limited_by, next_best, unspent_because
from optimizer.answers.plan import Conflict, Plan, Provenance, Termination
from optimizer.answers.report import (
    allocations,
    tactic_totals,
    totals,
)
from optimizer.answers.risk import risk_or_reason
from optimizer.answers.standing import budget_result, rule_results
from optimizer.formulation.decisions import settled
from optimizer.formulation.model import Model
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.goals.attainment import Attained, beside_told, level_results, prices_of_level
from optimizer.search.money.money import Minor, minor_of, rounded
from optimizer.search.money.thrift import thrifty
from optimizer.search.plan.best_near import best_near
from optimizer.search.plan.ending import certificate_of, is_proved, termination, warnings
from optimizer.search.plan.margins import margins_of, spend_limit_prices
from optimizer.search.plan.told import as_told
from optimizer.search.prices.duals import Prices, prices_of
from optimizer.search.prices.fitted import fitted, moved_to
from optimizer.search.prices.onward import more_room
from optimizer.search.prices.priced import by_side, priced
from optimizer.search.prices.reading import reading
from optimizer.search.prices.steps import shut
from optimizer.search.ranges.solved.anew import Named
from optimizer.search.search import Found, proof_of
from optimizer.solver.highs import version
from optimizer.units import MOST_DIGITS
from optimizer.version import VERSION

Array = NDArray[np.float64]
FINER = 1.0  # seconds in which digits are looked for that would help


def provenance_of(scenario: Scenario, found: Found) -> Provenance:
    """Where the plan of a search comes from; `seconds` is left to whoever holds the clock."""
    return provenance(scenario, proof_of(found)[1], found.rounds, found.nodes)


def provenance(scenario: Scenario, formulation: str, rounds: int, nodes: int) -> Provenance:
    """Where an answer comes from; `seconds` is left to whoever holds the clock."""
    return Provenance(
        digest=digest(scenario),
        solver=version(),
        headrace=VERSION,
        seconds=0.0,
        formulation=formulation,
        rounds=rounds,
        nodes=nodes,
    )


def found_plan(
    scenario: Scenario,
    found: Found,
    provenance: Provenance,
    attained: Attained | None = None,
    until: Deadline | None = None,
) -> Plan:
    """The plan of a search that found one: rounded to money, certified, priced; rows in the scenario's own order.

    `attained` says level by level what was proved where goals are the objective; ranges of prices are worked out
    `until` when there is time.
    """
    found = best_near(found, until) if attained is None else found
    assert found.columns is not None
    model, columns = found.model, found.columns
    solved, together, roomless = Valuer(model.scenario), False, False
    whole, minor, warning = whole_spend(found, solved, until)
    at, unit = whole, minor.unit
    if attained is None:
        at, unit = reading(model, columns, whole, solved, unit)
    if attained is None and found.weights is None and found.credit is None:
        duals = fitted(model, columns, found.duals, at, unit)
        more = more_room(model, columns, duals, at, unit)
        if more is not None or duals is not found.duals:
            found, together = replace(found, duals=duals if more is None else more), more is not None
        roomless = together and bool(shut(model, unit).any())
    prices = _prices(found, at) if attained is None else prices_of_level(attained, whole)
    margins = margins_of(found, at, solved, prices, unit, attained)
    stands = found
    if attained is None and (less := thrifty(whole, solved, margins.worth, minor.unit)) is not whole:
        whole, at, margins = less, less, margins_of(found, less, solved, prices, unit)
        stands = replace(found, columns=moved_to(model, columns, less))
    order = _own_order(scenario, model.scenario)
    valuer = solved.ordered(scenario, order)
    valuation = _valued_in_order(whole, valuer, order)
    beside = None if attained is None else beside_told(attained, valuation)
    proof, levels = (found, ()) if beside is None else (beside.found, level_results(beside.levels, valuation))
    by_pool = prices.demand if found.credit is None else found.credit.demand
    demand = None if by_pool is None else by_pool[_own_pools(scenario, model.scenario)]
    margins = margins.ordered(order)
    limits = limited_by(valuation, margins, minor.unit)
    searched = found if attained is None else attained.searched
    pulls = spend_limit_prices(scenario, valuation, margins, minor)
    pulls = pulls._replace(tactics=np.array(order)[pulls.tactics])  # where they were searched for, in their own order
    searched = replace(searched, duals=None) if roomless else searched  # no range is known there
    known = priced(searched, prices, pulls, partial(limit_values, until=until), until)
    told = as_told(known, stands, scenario, at, unit, together=together)
    certificate = certificate_of(scenario, proof, valuation, minor, levels)
    risk, silence = risk_or_reason(scenario, valuation.spend)
    proved = is_proved(scenario, proof, certificate)
    finer = finer_digits(found, solved, minor.digits, until) if certificate.largest_violation > 0.0 else None
    return Plan(
        status="optimal" if proved else "feasible",
        termination=termination(scenario, proof, certificate, proved),
        value=certificate.value,
        bound=certificate.bound,
        gap=certificate.gap,
        certificate=certificate,
        totals=totals(valuation),
        allocations=allocations(valuation, valuer, limits, held_by(valuation, margins, minor.unit), margins.next_unit),
        tactics=with_demand(tactic_totals(valuation), valuation, demand),
        goals=goal_results(valuation, told.limits),
        rules=rule_results(valuation, told.limits, told.spends, minor.unit),
        budget=budget_result(valuation, told.limits, minor.unit),
        conflict=None,
        warnings=(
            *warnings(scenario, proof, certificate, warning, finer, told.left, attained),
            *([silence] if silence else []),
        ),
        provenance=provenance,
        demand=demand_results(valuation, demand, told.demand),
        assumptions=assumptions_of(valuation),
        risk=risk,
        attainment=levels,
        next_best=next_best(valuation, margins, limits),
        unspent_because=unspent_because(valuation, margins, limits, minor.unit),
    )


def whole_spend(found: Found, valuer: Valuer, until: Deadline | None = None) -> tuple[Valuation, Minor, str | None]:
    """The spend of a search that found one, rounded to money and valued; the unit, and a warning where it is finer."""
    assert found.columns is not None
    decided, ideal = settled(found.model, found.columns)
    minor, warning = minor_of(found.model.scenario, float(ideal.sum()))
    worth = -found.model.worth * found.cost  # of what is maximised
    converted = _converted(found.model, found.columns)
    return rounded(decided, valuer, ideal, minor, converted, worth, until, found.model), minor, warning


def finer_digits(found: Found, valuer: Valuer, digits: int, until: Deadline | None = None) -> int | None:
    """The fewest `digits` beyond some with which a plan of the same search keeps every limit; None where none is found.

    Fewer need not be tried: whole numbers of larger units are whole numbers of smaller ones.
    """
    until = None if until is None else until.within(FINER)
    for more in range(digits + 1, MOST_DIGITS + 1):
        model = replace(found.model, scenario=replace(found.model.scenario, digits=more))
        whole, minor, _ = whole_spend(replace(found, model=model), valuer.under(model.scenario), until)
        if largest_violation(whole) == 0.0:
            return more
        if minor.digits < more or (until is not None and until.left <= 0.0):
            break
    return None


def _converted(model: Model, columns: Array) -> Array | None:
    """What the point converts of demand, shape (tactics, periods) [outcome]; None without pools."""
    return None if model.currents is None else model.currents.converted(columns * model.scale)


def _own_pools(scenario: Scenario, ordered: Scenario) -> list[int]:
    """Where each pool of the scenario stands in the order it was solved in."""
    place = {pool.name: row for row, pool in enumerate(ordered.demand_pools)}
    return [place[pool.name] for pool in scenario.demand_pools]


def conflict_plan(conflict: Conflict, provenance: Provenance) -> Plan:
    """The answer to a scenario that nothing satisfies."""
    return _without_plan("conflict", Termination(reason="conflict", detail=conflict.detail), provenance, conflict)


def missing_plan(scenario: Scenario, stopped: bool, provenance: Provenance) -> Plan:
    """The answer when the search ended before any plan was found: time was up, or it could not go on."""
    seconds = f"{scenario.solve.time_limit:g} s"
    within = f" within {seconds}" if stopped else ""
    remedy = "allow more time" if stopped else "relax a limit by a little"
    detail = f"no plan was found{within}, nor was it proved that there is none; {remedy}"
    ending = (
        Termination(reason="time_limit", limit=seconds, detail=detail)
        if stopped
        else Termination(reason="stalled", detail=detail)
    )
    return _without_plan("no_plan", ending, provenance, None)


def _without_plan(status: str, termination: Termination, provenance: Provenance, conflict: Conflict | None) -> Plan:
    return Plan(
        status="conflict" if status == "conflict" else "no_plan",
        termination=termination,
        value=None,
        bound=None,
        gap=None,
        certificate=None,
        totals=None,
        allocations=(),
        tactics=(),
        goals=(),
        rules=(),
        budget=None,
        conflict=conflict,
        warnings=(),
        provenance=provenance,
    )


def _valued_in_order(whole: Valuation, valuer: Valuer, order: list[int]) -> Valuation:
    """The valuation of tactics in the order of the scenario; what is in it already is valued as it is."""
    if valuer.scenario is whole.scenario and whole.flow is None:
        return whole
    converted = None if whole.flow is None else whole.flow.converted[order]
    return valuer.value(whole.spend[order], converted, more=False)


def _own_order(scenario: Scenario, ordered: Scenario) -> list[int]:
    """Where each tactic of the scenario stands in the order it was solved in."""
    place = {tactic.name: row for row, tactic in enumerate(ordered.tactics)}
    return [place[tactic.name] for tactic in scenario.tactics]


def limit_values(found: Found, until: Deadline | None = None) -> dict[Named, float]:
    """∂objective/∂limit of all limits of what a search found, by name and side."""
    scenario, valuer = found.model.scenario, Valuer(found.model.scenario)
    whole, minor, _ = whole_spend(found, valuer, until)
    assert found.columns is not None
    at, unit = reading(found.model, found.columns, whole, valuer, minor.unit)
    prices = _prices(found, at)
    spends = spend_limit_prices(scenario, whole, margins_of(found, at, valuer, prices, unit), minor)
    return by_side(found.model, prices) | spends.named(scenario)


def _prices(found: Found, whole: Valuation) -> Prices:
    return prices_of(found.model, found.duals, whole, found.columns)


def stopping(found: Found, whole: Valuation, valuer: Valuer, unit: float) -> Limits:
    """What stops each cell of what a search found from growing, once its spend is rounded to units of money."""
    assert found.columns is not None
    at, near = reading(found.model, found.columns, whole, valuer, unit)
    if found.weights is None and found.credit is None:
        found = replace(found, duals=fitted(found.model, found.columns, found.duals, at, near))
    return limited_by(whole, margins_of(found, at, valuer, _prices(found, at), near), unit)
