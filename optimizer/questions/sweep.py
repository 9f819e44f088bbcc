"""The points of a frontier: one model, searched at each amount from the tightest to the loosest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from optimizer.answers.frontier import Point
from optimizer.answers.plan import Provenance
from optimizer.errors import SolverFault
from optimizer.formulation.model import Model
from optimizer.formulation.moved import moved
from optimizer.formulation.spend import reach
from optimizer.optimize import search_any
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.questions.moving import Moving
from optimizer.search.ceiling import is_open
from optimizer.search.conflicts.explain import explain
from optimizer.search.deadline import Deadline
from optimizer.search.outcome import provenance
from optimizer.search.search import Found, Searcher, formulation_of
from optimizer.search.settle import empty_point, settled_point
from optimizer.search.within import enough, narrowed
from optimizer.units import LARGEST

NAMING_SECONDS = 0.5  # at the most, for each conflict that is named


class Sweep:
    """Searches a scenario, in canonical order, at one amount after the other."""

    def __init__(self, moving: Moving, amounts: Sequence[float], deadline: Deadline) -> None:
        self._moving, self._deadline = moving, deadline
        self._order = moving.tight_to_loose(tuple(amounts))
        self._valuer = Valuer(moving.scenario)
        self._searcher = Searcher()
        self._model: Model | None = None
        self._cut_short: set[float] = set()
        self._seen: Model | None = None  # the last one searched
        self._rounds = self._nodes = 0

    def points(self, later: int, report: Callable[[int], None]) -> list[Point]:
        """A point for each amount, in rising order; as much time as each of them gets is left for `later` others."""
        points = {}
        for position, amount in enumerate(self._order):
            points[amount] = self._point(amount, self._share(len(self._order) - position + later))
            report(position + 1)
        again = [amount for amount in self._order if amount in self._cut_short]
        for position, amount in enumerate(again):  # with what the others did not need
            points[amount] = _better(points[amount], self._point(amount, self._share(len(again) - position + later)))
        return sorted(self._named([points[amount] for amount in self._order]), key=lambda point: point.amount)

    def _share(self, parts: int) -> Deadline:
        return Deadline.after(max(0.0, self._deadline.left / parts), self._deadline.clock)

    def provenance(self, scenario: Scenario) -> Provenance:
        """Where the points come from; `seconds` is left to whoever holds the clock."""
        formulation = "nothing was built" if self._seen is None else formulation_of(self._seen)[1]
        return provenance(scenario, formulation, self._rounds, self._nodes)

    def _point(self, amount: float, deadline: Deadline) -> Point:
        scenario = self._moving.at(amount)
        if scenario is None:
            detail = "this budget is below the least that is to be spent"
            return Point(amount=amount, status="conflict", detail=detail, conflicting=("budget",))
        if deadline.left <= 0:
            return Point(amount=amount, status="no_plan", detail="time was over before this point")
        try:
            found = self._found(scenario, amount, deadline)
            if found.stopped:
                self._cut_short.add(amount)
            if found.columns is None:
                return empty_point(found, amount)
            return settled_point(found, self._valuer, amount, self._moving.owner)
        except SolverFault as fault:
            self._searcher = Searcher()
            return Point(amount=amount, status="no_plan", detail=f"the solver failed here: {fault.problem}")

    def _found(self, scenario: Scenario, amount: float, deadline: Deadline) -> Found:
        if self._model is None:
            self._model = self._closed_model()
        if self._model is None:
            found = search_any(scenario, deadline, lambda *_: None)
            self._model = self._model_beyond(found)
        else:
            model = moved(self._model, scenario, self._moving.amounts(amount))
            found = self._searcher.search(model, scenario.solve.gap, deadline, lambda *_: None)
        self._seen, self._rounds, self._nodes = found.model, self._rounds + found.rounds, self._nodes + found.nodes
        return found

    @property
    def _keeps(self) -> bool:
        """Whether one model serves all points: with a confidence, curves change weight from search to search."""
        return self._moving.scenario.objective.confidence is None

    def _loosest(self) -> Scenario:
        scenario = self._moving.at(self._order[-1])
        assert scenario is not None, "a looser amount than one that can be stated can be stated"
        return scenario

    def _closed_model(self) -> Model | None:
        """The model at the loosest amount, where what is stated limits every spend and is no hundredfold too wide."""
        scenario = self._loosest()
        if is_open(scenario) or not scenario.objective.maximizes or not self._keeps:
            return None
        return narrowed(scenario, reach(scenario, LARGEST))

    def _model_beyond(self, found: Found) -> Model | None:
        """The model at the loosest amount within what a plan at least as good as the first one found can spend."""
        if found.columns is None or not self._keeps:
            return None
        scenario = self._loosest()
        return narrowed(scenario, enough(scenario, found))

    def _named(self, points: list[Point]) -> Iterator[Point]:
        """Conflicts with the limits that make them: what conflicts at one amount conflicts at every tighter one."""
        names: tuple[str, ...] = ()
        for point in reversed(points):
            if point.status != "conflict" or point.conflicting:
                yield point
                continue
            if not (names and self._moving.monotone):
                names = self._conflicting(point.amount)
            yield replace(point, conflicting=names)

    def _conflicting(self, amount: float) -> tuple[str, ...]:
        scenario = self._moving.at(amount)
        seconds = min(NAMING_SECONDS, self._deadline.left)
        if scenario is None or seconds <= 0:
            return ()
        conflict = explain(scenario, Deadline.after(seconds, self._deadline.clock))
        return conflict.conflicting if conflict.minimal else ()


def _better(first: Point, second: Point) -> Point:
    """Of two answers at one amount the one that proves more."""
    if second.gap is None:
        return first if first.gap is not None or second.status == "no_plan" else second
    return second if first.gap is None or second.gap <= first.gap else first
