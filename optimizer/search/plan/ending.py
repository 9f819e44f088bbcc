"""How a plan ends: what was proved of it, why the search stopped, and what its reader is warned of."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.answers.certificate import certify, gap_between
from optimizer.answers.demand import late_warnings
from optimizer.answers.goals import tree_warnings
from optimizer.answers.plan import Certificate, LevelResult, Termination
from optimizer.answers.price import DECIDED, STOPPED
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import ROUNDED, Valuation
from optimizer.search.goals.attainment import Attained
from optimizer.search.money.money import Minor, whole_cost
from optimizer.search.money.whole_pieces import step_of
from optimizer.search.search import Found, proof_of
from optimizer.wording import percent

MOST_NAMES = 50  # in one warning
COARSE = 0.01  # gap that rounding leaves, from which on it is said in so many words


def certificate_of(
    scenario: Scenario, found: Found, valuation: Valuation, minor: Minor, levels: tuple[LevelResult, ...] = ()
) -> Certificate:
    """What the search proved, level by level where goals are the objective, beside the figures valued from nothing."""
    sign = -found.model.worth if scenario.objective.maximizes else found.model.worth
    bound = math.fsum(level.weight - level.bound for level in levels) if levels else sign * found.bound
    if levels and bound >= valuation.value - ROUNDED * math.fsum(level.weight for level in levels):
        bound = max(bound, valuation.value)  # what is next to nothing is a difference of two that are nearly all
    if not scenario.objective.maximizes:
        bound = whole_cost(bound, minor, step_of(scenario))
    lost = sign * found.cost - valuation.value
    cost = max(0.0, lost if scenario.objective.maximizes else -lost)
    return certify(valuation, bound, proof_of(found)[0], cost)


def proved_gap(found: Found) -> float:
    """The relative gap that the search proved, before rounding to money."""
    return gap_between(found.cost, min(found.bound, found.cost))


def is_proved(scenario: Scenario, found: Found, certificate: Certificate) -> bool:
    """Whether the requested gap was proved: of what the search found before rounding, or of the plan that is told.

    Where rounding counts pieces it decides as the search does elsewhere: only the plan that is told counts there.
    """
    told = (
        certificate.gap is not None and certificate.largest_violation == 0.0 and certificate.gap <= scenario.solve.gap
    )
    return told or (not len(found.model.uncounted) and proved_gap(found) <= scenario.solve.gap)


def termination(scenario: Scenario, found: Found, certificate: Certificate, proved: bool) -> Termination:
    """Why the search stopped, and what of the gap is rounding."""
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


def _some(names: tuple[str, ...]) -> str:
    """The names, or the first of very many."""
    more = f", and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def warnings(
    scenario: Scenario,
    found: Found,
    certificate: Certificate,
    rounding: str | None,
    finer: int | None,
    left: tuple[str, ...],
    attained: Attained | None,
) -> Iterator[str]:
    of_means = scenario.demand_pools and scenario.objective.confidence is None
    if of_means and any(len(tactic.response.members) > 1 for tactic in scenario.tactics):
        yield "with demand pools the value is that of the mean curves; the mean over draws, under `risk`, may be lower"
    if rounding is not None:
        yield rounding
    if attained is None and found.duals is None and found.model.drafts:
        yield "limits have no prices here: time was up before they were worked out"
    else:
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
        none = "no other `digits` was found to help: loosen a limit by as much"
        yield (
            f"no spend in whole minor units was found that keeps every limit exactly: the largest violation is "
            f"{certificate.largest_violation:.1e} of its limit; "
            f"{none if finer is None else f'with `digits` {finer} every limit is kept'}"
        )
    soft = [goal.name for goal in scenario.goals if not goal.required]
    if soft and attained is None:
        yield f"goals that are not required are measured, not pursued: {', '.join(soft)}"
    if attained is not None and attained.dearer > scenario.solve.gap:
        yield f"as much may be attained with less spend, by {percent(attained.dearer)} at the most: no more was proved"
    yield from tree_warnings(scenario)
    yield from late_warnings(scenario)
