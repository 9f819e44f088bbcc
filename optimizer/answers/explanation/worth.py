"""What the plan does and is worth, and how good it provably is."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Said, Sentence, Told, number, say, share
from optimizer.answers.plan import Certificate, Totals
from optimizer.wording import percent_up

BASIS = {
    "tangents": "The proof rests on tangents that lie above the true curves.",
    "envelope": "The proof rests on envelopes that lie above the true curves, and on branching where they part.",
    "integer": "The proof rests on the solver's own bound over the on/off decisions, on curves above the true ones.",
}
HEADLINES = {
    "revenue": "The plan spends {spend} and earns a revenue of {brought}",
    "profit": "The plan spends {spend} and makes a profit of {brought}",
    "outcome": "The plan spends {spend} and brings an outcome of {brought}",
    "spend": "The plan does what is asked for {spend}, and earns a revenue of {brought}",
}
TOWARDS_GOALS = "The plan spends {spend} to come as near to the goals as can be, and earns a revenue of {brought}"
TINY = 1e-9  # of the value: rounding that nobody asks about


def headline(told: Told) -> Sentence:
    """What is spent, what it brings, and how far from the best it can be."""
    assert told.plan.totals is not None
    parts: dict[str, Said] = {"spend": told.money(told.plan.totals.spend), "brought": _brought(told)}
    words, gap = HEADLINES.get(told.aim, TOWARDS_GOALS), told.plan.gap
    if gap is None:
        return say(f"{words}.", **parts)
    return say(f"{words}; no plan{_alike(told)} can be more than {{gap}} {_better(told)}.", **parts, gap=_gap(gap))


def worth(told: Told) -> Iterator[Sentence]:
    """The sums over the plan."""
    totals = told.plan.totals
    if totals is None:
        return
    yield _spent(told, totals)
    yield _earned(told, totals)
    yield from _aimed(told)
    if totals.baseline_outcome:
        yield say(
            "Without any spend there would be an outcome of {baseline}; all figures here come on top of it.",
            baseline=number(totals.baseline_outcome, "outcome"),
        )


def _aimed(told: Told) -> Iterator[Sentence]:
    """What is made as large as can be, where that is not simply the aim's own sum."""
    objective, value = told.scenario.objective, told.plan.value
    if value is None or not _is_more_than_its_metric(told):
        return
    words, parts = "What is made as large as can be is {aim}", {"value": told.worth(value)}
    if objective.confidence:
        words += ", on average over the worst {tail} of the draws"
        parts["tail"] = share(1.0 - objective.confidence)
    if objective.target_marginal_roi:
        words += ", less {charge} for each unit of money spent"
        parts["charge"] = number(objective.target_marginal_roi)
    if _counts_what_is_left(told):
        words += ", with the worth of demand that is left at the end"
    yield say(words + ": {value}.", aim=f"the {told.aim}", **parts)


def certificate(told: Told) -> Iterator[Sentence]:
    """What was proved, in words that claim no more."""
    proved, value = told.plan.certificate, told.plan.value
    if proved is None or value is None:
        return
    yield _distance(told, proved)
    if told.plan.status == "feasible":
        yield _stopped(told)
    if proved.bound is not None:
        yield Sentence(text=BASIS[proved.bound_from])
    if proved.largest_violation > 0:
        words = "The largest violation of a limit is {violation} of that limit."
        yield say(words, violation=share(proved.largest_violation))
    else:
        yield Sentence(
            text="Every limit and required goal holds, recomputed without the solver on the rounded amounts."
        )
    cost = told.worth(proved.rounding_cost)
    if proved.rounding_cost > TINY * abs(value) and not cost.vanishes:
        words = "Rounding the spend to whole amounts took {cost} from the value; the gap contains it."
        yield say(words, cost=cost)


def _better(told: Told) -> str:
    """Better in what is told beside it, or by an objective that is something else."""
    if _is_more_than_its_metric(told) or told.scenario.objective.aim not in HEADLINES:
        return "better by its objective"
    return "better" if told.scenario.objective.maximizes else "cheaper"


def _is_more_than_its_metric(told: Told) -> bool:
    """Whether what is made as large as can be is not simply a sum that is told."""
    objective = told.scenario.objective
    return bool(objective.target_marginal_roi or objective.confidence) or _counts_what_is_left(told)


def _counts_what_is_left(told: Told) -> bool:
    """Whether demand that is left after the last period is worth something to the objective."""
    return told.aim in ("revenue", "profit", "outcome") and any(pool.end_value for pool in told.scenario.demand_pools)


def _alike(told: Told) -> str:
    """Which plans the proof speaks of: of goals, those that keep what earlier priorities attain."""
    return " that attains as much at every earlier priority" if told.aim == "attainment" else ""


def _brought(told: Told) -> Said:
    totals = told.plan.totals
    assert totals is not None
    match told.aim:
        case "outcome":
            return number(totals.outcome, "outcome")
        case "profit":
            return told.money(totals.profit)
        case _:
            return told.money(totals.revenue)


def _spent(told: Told, totals: Totals) -> Sentence:
    used = sum(tactic.spend > 0 for tactic in told.plan.tactics)
    periods = told.scenario.periods
    when = f" in {len(periods)} periods, {periods[0]} to {periods[-1]}" if len(periods) > 1 else ""
    where = f"on {used} of {len(told.plan.tactics)} tactics{when}."
    budget = told.scenario.budget.total
    if budget is None or budget.at_most is None:
        return say("It spends {spend} " + where, spend=told.money(totals.spend))
    parts = {"spend": told.money(totals.spend), "budget": told.money(budget.at_most)}
    return say("It spends {spend} of a budget of {budget} " + where, **parts)


def _earned(told: Told, totals: Totals) -> Sentence:
    parts = {
        "outcome": number(totals.outcome, "outcome"),
        "revenue": told.money(totals.revenue),
        "profit": told.money(totals.profit),
    }
    words = "That brings an outcome of {outcome}, a revenue of {revenue} and a profit of {profit}"
    if totals.roi is None:
        return say(words + ".", **parts)
    return say(words + ": {roi} of revenue for each unit of money.", **parts, roi=number(totals.roi))


def _distance(told: Told, proved: Certificate) -> Sentence:
    better, gap = _better(told), proved.gap
    parts: dict[str, Said | str] = {"alike": _alike(told), "better": better}
    if proved.bound is None:
        return say("Nothing is proved about better plans.")
    if gap is not None and gap <= told.scenario.solve.gap:
        return say("It is proved that no plan{alike} can be more than {gap} {better}.", **parts, gap=_gap(gap))
    parts["aim"], distance = told.aim, abs(proved.bound - proved.value)
    if gap is None:
        words = "It is proved that no plan{alike} can be {better} by more than {distance} of {aim}."
        return say(words, **parts, distance=told.most(distance))
    words, about = "It is proved that no plan{alike} can be more than {gap} {better}", told.worth(distance)
    if about.vanishes:
        return say(words + ".", **parts, gap=_gap(gap))
    return say(words + ", that is about {distance} of {aim}.", **parts, gap=_gap(gap), distance=about)


def _stopped(told: Told) -> Sentence:
    end = told.plan.termination
    asked = share(told.scenario.solve.gap)
    if end.limit is not None:
        words = "The search was ended by its limit of {limit} before the gap that was asked for, {asked}, was proved."
        return say(words, limit=end.limit, asked=asked)
    return say("The search could not prove the gap that was asked for, {asked}.", asked=asked)


def _gap(gap: float) -> Said:
    return Said(gap, "1", percent_up(gap))
