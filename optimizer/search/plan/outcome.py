"""From what the search found to the plan that is told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.assumptions import assumptions_of
from optimizer.answers.certificate import certify, gap_between
from optimizer.answers.demand import demand_results, late_warnings, with_demand
from optimizer.answers.goals import goal_results, tree_warnings
from optimizer.answers.margins import Limits, held_by, limited_by, next_best, unspent_because
from optimizer.answers.plan import Certificate, Conflict, LevelResult, Plan, Provenance, Termination
from optimizer.answers.price import DECIDED, ENDLESS, SHUT, STOPPED, Price
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
from optimizer.problem.limits import spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.goals.attainment import Attained, level_results, prices_of_level
from optimizer.search.money.money import Minor, minor_of, rounded, whole_cost
from optimizer.search.money.thrift import thrifty
from optimizer.search.plan.best_near import best_near
from optimizer.search.plan.margins import margins_of, spend_limit_prices
from optimizer.search.prices.anew import Named
from optimizer.search.prices.duals import Prices, prices_of
from optimizer.search.prices.fitted import fitted
from optimizer.search.prices.onward import each_alone, each_spend_alone, frees_nothing, more_budget
from optimizer.search.prices.priced import by_side, priced
from optimizer.search.search import Found, proof_of
from optimizer.solver.highs import version
from optimizer.version import VERSION
from optimizer.wording import percent

Array = NDArray[np.float64]
MOST_NAMES = 50  # in one warning
ALIKE = 1e-9  # of the largest price: less is none
COARSE = 0.01  # gap that rounding leaves, from which on it is said in so many words


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
    model = found.model
    solved, onward = Valuer(model.scenario), None
    whole, minor, warning = whole_spend(found, solved)
    if attained is None and found.weights is None and found.credit is None:
        duals = fitted(model, found.columns, found.duals, whole, minor.unit)
        onward = more_budget(model, found.columns, duals, whole, minor.unit)
        found = replace(found, duals=duals if onward is None else onward)
    prices = _prices(found, whole) if attained is None else prices_of_level(attained, whole)
    margins = margins_of(found, whole, solved, prices, minor.unit, attained)
    if attained is None and (less := thrifty(whole, solved, margins.worth, minor.unit)) is not whole:
        whole, margins = less, margins_of(found, less, solved, prices, minor.unit)
    order = _own_order(scenario, model.scenario)
    valuer = solved.ordered(scenario, order)
    valuation = _valued_in_order(whole, valuer, order)
    by_pool = prices.demand if found.credit is None else found.credit.demand
    demand = None if by_pool is None else by_pool[_own_pools(scenario, model.scenario)]
    margins = margins.ordered(order)
    limits = limited_by(valuation, margins, minor.unit)
    searched = found if attained is None else attained.searched
    pulls = spend_limit_prices(scenario, valuation, margins, minor)
    searched = searched if onward is None else replace(searched, duals=None)  # no range is known there
    known = priced(searched, prices, pulls, limit_values, until)
    told, spends = known.limits, known.spends
    if onward is not None and found.columns is not None:
        told = told | _told_alone(told, each_alone(model, found.columns, whole, minor.unit))
        spends = _spends_alone(spends, each_spend_alone(model, found.columns, whole, minor.unit, pulls))
    else:
        told = told | _without_room(told, frees_nothing(model, minor.unit))
    spends = _floors(model, told, spends)
    levels = () if attained is None else level_results(attained, valuation)
    certificate = certificate_of(scenario, found, valuation, minor, levels)
    risk, silence = risk_or_reason(scenario, valuation.spend)
    proved = is_proved(scenario, found, certificate)
    return Plan(
        status="optimal" if proved else "feasible",
        termination=termination(scenario, found, certificate, proved),
        value=certificate.value,
        bound=certificate.bound,
        gap=certificate.gap,
        certificate=certificate,
        totals=totals(valuation),
        allocations=allocations(valuation, valuer, limits, held_by(valuation, margins, minor.unit), margins.next_unit),
        tactics=with_demand(tactic_totals(valuation), valuation, demand),
        goals=goal_results(valuation, told),
        rules=rule_results(valuation, told, spends, minor.unit),
        budget=budget_result(valuation, told, minor.unit),
        conflict=None,
        warnings=(
            *_warnings(scenario, found, certificate, warning, _followed(known.left, told, spends), attained),
            *([silence] if silence else []),
        ),
        provenance=provenance,
        demand=demand_results(valuation, demand, known.demand),
        assumptions=assumptions_of(valuation),
        risk=risk,
        attainment=levels,
        next_best=next_best(valuation, margins, limits),
        unspent_because=unspent_because(valuation, margins, limits, minor.unit),
    )


def _told_alone(told: dict[str, Price], alone: dict[str, float]) -> dict[str, Price]:
    """What the limits cost one by one; what is 0 to within rounding belongs to no side; infinite is no number."""
    least = _least(alone.values())
    return {name: _alone(told[name], price, least) for name, price in alone.items() if name in told}


def _spends_alone(told: list[tuple[str, Price]], alone: dict[Named, float]) -> list[tuple[str, Price]]:
    """The same of spend limits, side by side."""
    least = _least(price.value or 0.0 for _, price in told)
    known = [(name, price, alone.get((name, price.side)) if price.side else None) for name, price in told]
    return [(name, price if own is None else _alone(price, own, least)) for name, price, own in known]


def _least(prices: Iterable[float]) -> float:
    """What is none beside the largest."""
    return ALIKE * max((abs(price) for price in prices if math.isfinite(price)), default=0.0)


def _without_room(told: dict[str, Price], names: set[str]) -> dict[str, Price]:
    """A price of 0 that only says that the model has no room there is none."""
    return {name: Price(value=None, note=SHUT) for name in names if name in told and not told[name].value}


def _floors(model: Model, told: dict[str, Price], spends: list[tuple[str, Price]]) -> list[tuple[str, Price]]:
    """The prices of spend limits; a floor that takes of what is worth without end costs without end."""
    endless = {name for name, price in told.items() if price.note == ENDLESS}
    rows = [draft.sum.columns for draft in model.drafts if draft.owner in endless]
    taken = np.isin(model.spend, np.concatenate(rows)) if rows else np.zeros(model.spend.shape, dtype=bool)
    floors = {spend_limit(model.scenario.tactics[row]) for row in np.flatnonzero(taken.any(axis=1)).tolist()}
    costs = Price(value=None, side="at_least", note=ENDLESS)
    return [(name, costs if name in floors and price.side == "at_least" else price) for name, price in spends]


def _alone(told: Price, price: float, least: float) -> Price:
    if not math.isfinite(price):
        return Price(value=None, side=told.side, note=ENDLESS)
    return replace(told, value=price) if abs(price) > least else Price(value=0.0)


def whole_spend(found: Found, valuer: Valuer) -> tuple[Valuation, Minor, str | None]:
    """The spend of a search that found one, rounded to money and valued; the unit, and a warning where it is finer."""
    assert found.columns is not None
    decided, ideal = settled(found.model, found.columns)
    minor, warning = minor_of(found.model.scenario, float(ideal.sum()))
    return rounded(decided, valuer, ideal, minor, _converted(found.model, found.columns)), minor, warning


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


def limit_values(found: Found) -> dict[Named, float]:
    """∂objective/∂limit of all limits of what a search found, by name and side."""
    scenario, valuer = found.model.scenario, Valuer(found.model.scenario)
    whole, minor, _ = whole_spend(found, valuer)
    prices = _prices(found, whole)
    return by_side(found.model, prices) | spend_limit_prices(
        scenario, whole, margins_of(found, whole, valuer, prices, minor.unit), minor
    )


def _prices(found: Found, whole: Valuation) -> Prices:
    return prices_of(found.model, found.duals, whole, found.columns)


def stopping(found: Found, whole: Valuation, valuer: Valuer, unit: float) -> Limits:
    """What stops each cell of what a search found from growing, once its spend is rounded to units of money."""
    if found.weights is None and found.credit is None:
        assert found.columns is not None
        found = replace(found, duals=fitted(found.model, found.columns, found.duals, whole, unit))
    return limited_by(whole, margins_of(found, whole, valuer, _prices(found, whole), unit), unit)


def certificate_of(
    scenario: Scenario, found: Found, valuation: Valuation, minor: Minor, levels: tuple[LevelResult, ...] = ()
) -> Certificate:
    """What the search proved, level by level where goals are the objective, beside the figures valued from nothing."""
    sign = -found.model.worth if scenario.objective.maximizes else found.model.worth
    bound = math.fsum(level.weight - level.bound for level in levels) if levels else sign * found.bound
    if not scenario.objective.maximizes:
        bound = whole_cost(bound, minor)
    lost = sign * found.cost - valuation.value
    cost = max(0.0, lost if scenario.objective.maximizes else -lost)
    return certify(valuation, bound, proof_of(found)[0], cost)


def proved_gap(found: Found) -> float:
    """The relative gap that the search proved, before rounding to money."""
    return gap_between(found.cost, min(found.bound, found.cost))


def is_proved(scenario: Scenario, found: Found, certificate: Certificate) -> bool:
    """Whether the requested gap was proved: of what the search found before rounding, or of the plan that is told."""
    told = (
        certificate.gap is not None and certificate.largest_violation == 0.0 and certificate.gap <= scenario.solve.gap
    )
    return told or proved_gap(found) <= scenario.solve.gap


def termination(scenario: Scenario, found: Found, certificate: Certificate, proved: bool) -> Termination:
    if not proved:
        limited = found.stopped
        return Termination(
            reason="time_limit" if limited else "stalled",
            limit=f"{scenario.solve.time_limit:g} s" if limited else None,
            detail="stopped before the requested gap was proved; the gap is what was proved",
        )
    if certificate.gap is None or certificate.gap > scenario.solve.gap:
        return Termination(
            reason="gap_reached",
            detail=f"proved to {proved_gap(found):.1e} before rounding; the rest is rounding money to the minor unit",
        )
    return Termination(reason="gap_reached")


def _followed(left: tuple[str, ...], told: dict[str, Price], spends: list[tuple[str, Price]]) -> tuple[str, ...]:
    """The names whose ranges were cut short, without those whose price is none, or nothing."""
    known = {name for name, price in (*told.items(), *spends) if price.value}
    return tuple(name for name in left if name in known or name.startswith("demand of "))


def _some(names: tuple[str, ...]) -> str:
    """The names, or the first of very many."""
    more = f", and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _warnings(
    scenario: Scenario,
    found: Found,
    certificate: Certificate,
    rounding: str | None,
    left: tuple[str, ...],
    attained: Attained | None,
) -> Iterator[str]:
    drawn = any(len(tactic.response.members) > 1 for tactic in scenario.tactics)
    if scenario.demand_pools and drawn and scenario.objective.confidence is None:
        yield "with demand pools the value is that of the mean curves; the mean over draws, under `risk`, may be lower"
    if rounding is not None:
        yield rounding
    if len(found.model.integer):
        yield f"prices hold {DECIDED}"
    if found.stopped and not is_proved(scenario, found, certificate):
        yield f"prices hold {STOPPED}: a better plan may have others"
    if left:
        yield f"from where to where prices hold was not worked out to the end for: {_some(left)}"
    gap = math.inf if certificate.gap is None else certificate.gap
    if proved_gap(found) <= scenario.solve.gap < gap and gap > COARSE:
        rest = f"a gap of {percent(gap)}" if math.isfinite(gap) else "nothing of the value"
        yield (
            f"proved to {proved_gap(found):.1e} before rounding, but whole minor units leave {rest}: this plan's money "
            "is small against them; state `digits` for finer ones"
        )
    if certificate.largest_violation > 0.0:
        yield (
            f"no spend in whole minor units was found that keeps every limit exactly: the largest violation is "
            f"{certificate.largest_violation:.1e} of its limit; state `digits` for finer amounts"
        )
    soft = [goal.name for goal in scenario.goals if not goal.required]
    if soft and attained is None:
        yield f"goals that are not required are measured, not pursued: {', '.join(soft)}"
    if attained is not None and attained.dearer > scenario.solve.gap:
        yield f"as much may be attained with less spend, by {percent(attained.dearer)} at the most: no more was proved"
    yield from tree_warnings(scenario)
    yield from late_warnings(scenario)
