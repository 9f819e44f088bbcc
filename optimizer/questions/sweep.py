"""The points of a frontier: one model, searched at all amounts together, or one by one, the tightest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from optimizer.answers.certificate import largest_violation
from optimizer.answers.frontier import Point
from optimizer.answers.plan import Provenance
from optimizer.curves import Array
from optimizer.errors import ScenarioError, SolverFault
from optimizer.formulation.model import Model, build
from optimizer.formulation.moved import limited, moved
from optimizer.formulation.spend import reach
from optimizer.optimize import search_any
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.limits import limits_of
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.questions.moving import Moving
from optimizer.search.choices.kinds import choices_of
from optimizer.search.conflicts.explain import names_alone
from optimizer.search.conflicts.least import kept_above
from optimizer.search.conflicts.sums import Sums
from optimizer.search.deadline import Deadline
from optimizer.search.many.abreast import shared
from optimizer.search.many.charged import charged
from optimizer.search.many.chosen import Chosen
from optimizer.search.many.together import Together
from optimizer.search.newton.spends import Spends
from optimizer.search.plan.ending import proved_gap
from optimizer.search.plan.outcome import provenance
from optimizer.search.plan.settle import EMPTY, Whole, empty_point, settled_point, whole_spends
from optimizer.search.search import Found, Searcher, proof_of
from optimizer.search.spends.ceiling import is_open
from optimizer.search.spends.within import enough, narrowed
from optimizer.units import LARGEST

NAMING_SECONDS = 0.5  # at the most, for each conflict that is named
Answer = Found | Point  # a point where nothing was searched
Charged = Mapping[Objective, tuple[Found, Whole]]  # plans without a budget, by what they pursue


class Sweep:
    """Searches a scenario, in canonical order, at many amounts: together where that can be, else one by one."""

    def __init__(
        self, moving: Moving, amounts: Sequence[float], deadline: Deadline, pursued: Sequence[Objective] = ()
    ) -> None:
        self._moving, self._deadline, self._pursued = moving, deadline, pursued
        self.charged: Charged = {}  # of what is `pursued` without a budget, what points lead to
        self._order = moving.tight_to_loose(tuple(amounts))
        self._searcher = Searcher()
        self._model: Model | None = None
        self._spends: Spends | None = None  # of all points together
        self._starts: dict[float, Array] | None = None  # plans to be bettered; None before the search of all together
        self._seen: Found | None = None  # the last one
        self._rounds = self._nodes = 0

    def points(self, later: int, report: Callable[[int], None]) -> list[Point]:
        """A point for each amount, in rising order; as much time as each of them gets is left for `later` others."""
        answers: dict[float, Answer] = {}
        for position, amount in enumerate(self._order):
            answers |= self._together(position, later, report)
            if self._starts is not None:
                break
            answers[amount] = self._answer(amount, self._share(len(self._order) - position + later))
            report(len(answers))
        answers |= self._left_open(answers, later, report)
        again = [amount for amount in self._order if _is_cut_short(answers[amount])]
        for position, amount in enumerate(again):  # with what the others did not need
            more = self._answer(amount, self._share(len(again) - position + later))
            answers[amount] = _better(answers[amount], more)
        return sorted(self._named(self._settled(answers)), key=lambda point: point.amount)

    def _left_open(
        self, answers: Mapping[float, Answer], later: int, report: Callable[[int], None]
    ) -> dict[float, Answer]:
        """The amounts that the search of all together left, the loosest first: what is empty there is empty at tighter
        ones. Where that search found no plan a conflict is looked for before another one. What it proved empty is
        named with them, but for what limits of single spends leave nothing, which is named apart."""
        found: dict[float, Answer] = {}
        walked = {
            amount for amount, own in answers.items() if isinstance(own, Found) and own.proved_empty and own.nodes
        }
        left = [amount for amount in reversed(self._order) if amount in walked or amount not in answers]
        empty: tuple[str, ...] | None = None  # the names of a conflict, as far as they are known
        for position, amount in enumerate(left):
            if empty is not None and self._moving.at(amount) is not None:
                found[amount] = _conflict(amount, empty)
            else:
                share = self._share(len(left) - position + later)
                names = () if amount in (self._starts or {}) else self._conflicting(amount)
                known = _conflict(amount, names) if names else answers.get(amount)
                found[amount] = known or self._answer(amount, share)
                if self._moving.monotone and (names or _is_empty(found[amount])):
                    empty = names
            report(len(answers.keys() | found.keys()))
        return found

    def _share(self, parts: float) -> Deadline:
        return Deadline.after(max(0.0, self._deadline.left / parts), self._deadline.clock)

    def provenance(self, scenario: Scenario) -> Provenance:
        """Where the points come from; `seconds` is left to whoever holds the clock."""
        formulation = "nothing was built" if self._seen is None else proof_of(self._seen)[1]
        return provenance(scenario, formulation, self._rounds, self._nodes)

    def _together(self, past: int, later: int, report: Callable[[int], None]) -> dict[float, Answer]:
        """What one search settles of all amounts but those `past`, once there is a model that serves them."""
        self._model = self._model or self._closed_model()
        amounts = self._order[past:]
        if self._model is None or self._starts is not None or len(amounts) == 1:
            return {}
        stated = {amount: scenario for amount in amounts if (scenario := self._moving.at(amount)) is not None}
        self._starts = {}
        if not stated:
            return {}
        models = limited(self._model, list(stated.values()), [self._moving.amounts(own) for own in stated])
        if (search := self._of_all(models, self._share((len(models) + later) / len(models)))) is None:
            return {}
        founds = dict(zip(stated, search.run(lambda done: report(past + done)), strict=True))
        self._starts = {amount: found.columns for amount, found in founds.items() if found.columns is not None}
        settled = {own: found for own, found in founds.items() if found.stopped or proved_gap(found) <= self._gap}
        for found in settled.values():
            self._note(found)
        if any(found.stopped for found in settled.values()):
            report(past + len(settled))
        return dict(settled)

    def _of_all(self, models: Sequence[Model], until: Deadline) -> Together | Chosen | None:
        """The search of all points at once; None where each is searched by itself."""
        if (choices := choices_of(models[0], None)) is not None:
            return Chosen(models, choices, self._gap, until)
        self._spends = spends = shared(models[0])
        return None if spends is None else Together(models, spends, self._gap, until)

    @property
    def _gap(self) -> float:
        return self._moving.scenario.solve.gap

    def _answer(self, amount: float, deadline: Deadline) -> Answer:
        scenario = self._moving.at(amount)
        if scenario is None:
            detail = "this budget is below the least that is to be spent"
            return Point(amount=amount, status="conflict", detail=detail, conflicting=("budget",))
        if deadline.left <= 0:
            return Point(amount=amount, status="no_plan", detail="time was over before this point")
        try:
            found = self._found(scenario, amount, deadline)
        except SolverFault as fault:
            self._searcher = Searcher()
            return _failed(amount, fault)
        self._note(found)
        return found

    def _found(self, scenario: Scenario, amount: float, deadline: Deadline) -> Found:
        self._model = self._model or self._closed_model()
        if self._model is None:
            found = search_any(scenario, deadline, lambda *_: None)
            self._model = self._model_beyond(found)
            return found
        model = moved(self._model, scenario, self._moving.amounts(amount))
        start = None if self._starts is None else self._starts.get(amount)
        return self._searcher.search(model, self._gap, deadline, lambda *_: None, start)

    def _note(self, found: Found) -> None:
        self._seen, self._rounds, self._nodes = found, self._rounds + found.rounds, self._nodes + found.nodes

    def _settled(self, answers: Mapping[float, Answer]) -> list[Point]:
        """The points of all answers, from the tightest to the loosest: their spends are rounded and valued together."""
        planned = {
            own: found for own, found in answers.items() if isinstance(found, Found) and found.columns is not None
        }
        without = self._without_budget(planned.values())
        founds = [*planned.values(), *without.values()]
        spends = whole_spends(founds, Valuer(self._moving.scenario), self._deadline)
        wholes = dict(zip(planned, spends, strict=False))
        self.charged = dict(zip(without, zip(without.values(), spends[len(planned) :], strict=True), strict=True))
        points = []
        for amount in self._order:
            answer = answers[amount]
            if isinstance(answer, Point):
                points.append(answer)
            elif answer.columns is None:
                points.append(empty_point(answer, amount))
            else:
                points.append(self._settled_point(answer, wholes[amount], amount))
        return points

    def _without_budget(self, founds: Iterable[Found]) -> dict[Objective, Found]:
        """What points lead to of what is pursued without a budget."""
        led: dict[Objective, Found] = {}
        if self._spends is None:
            return led
        for objective in self._pursued:
            with suppress(ScenarioError):  # nothing limits the spend
                found = charged(list(founds), self._spends, self._moving.without_budget(objective))
                led |= {} if found is None else {objective: found}
        return led

    def _settled_point(self, found: Found, whole: Whole, amount: float) -> Point:
        scenario, valuation = found.model.scenario, whole.valuation
        if largest_violation(valuation) > 0.0:
            names = Sums(scenario, valuation.spend).conflict(limits_of(scenario))
            if names is not None:
                return _conflict(amount, tuple(sorted(names)))
        try:
            return settled_point(found, whole, amount, self._moving.owner)
        except SolverFault as fault:
            return _failed(amount, fault)

    @property
    def _keeps(self) -> bool:
        """Whether one model serves all points: with a confidence, curves change weight from search to search."""
        return self._moving.scenario.objective.confidence is None

    def _loosest(self) -> Scenario:
        scenario = self._moving.at(self._order[-1])
        assert scenario is not None, "a looser amount than one that can be stated can be stated"
        return scenario

    def _closed_model(self) -> Model | None:
        """The model at the loosest amount, where what is stated limits every spend and is no hundredfold too wide; none
        where not even that can be stated."""
        scenario = self._moving.at(self._order[-1])
        if scenario is None or is_open(scenario) or not scenario.objective.maximizes or not self._keeps:
            return None
        return self._serving_all(scenario, reach(scenario, LARGEST))

    def _model_beyond(self, found: Found) -> Model | None:
        """The model at the loosest amount within what a plan at least as good as the first one found can spend.

        What is to be spent to the last unit has no plan as good at the next amount.
        """
        if found.columns is None or not self._keeps or not self._moving.monotone:
            return None
        scenario = self._loosest()
        return self._serving_all(scenario, enough(scenario, found))

    def _serving_all(self, scenario: Scenario, most: Array) -> Model:
        """A model whose spends no point needs to pass: what must be spent to the last unit at one implies nothing of
        another."""
        if not self._moving.exact:
            return narrowed(scenario, most)
        total = scenario.budget.total
        assert total is not None
        up_to = replace(scenario, budget=replace(scenario.budget, total=BudgetLimit(at_most=total.at_most)))
        within = narrowed(up_to, most)
        return build(scenario, (within.high * within.scale)[within.spend])

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
        until = Deadline.after(seconds, self._deadline.clock)
        if self._model is not None:
            [own] = limited(self._model, [scenario], [self._moving.amounts(amount)])
            if names := kept_above(own, self._moving.owner, until):
                return names
        conflict = names_alone(scenario, until)
        return conflict.conflicting if conflict.minimal else ()


def _conflict(amount: float, names: tuple[str, ...]) -> Point:
    return Point(amount=amount, status="conflict", detail=EMPTY, conflicting=names)


def _failed(amount: float, fault: SolverFault) -> Point:
    return Point(amount=amount, status="no_plan", detail=f"the solver failed here: {fault.problem}")


def _is_empty(answer: Answer) -> bool:
    return isinstance(answer, Found) and answer.proved_empty


def _is_cut_short(answer: Answer) -> bool:
    return isinstance(answer, Found) and answer.stopped


def _better(first: Answer, second: Answer) -> Answer:
    """Of two answers at one amount the one that proves more."""
    if isinstance(second, Point):
        return first
    if isinstance(first, Point) or first.columns is None:
        return second
    return first if second.columns is None or proved_gap(first) < proved_gap(second) else second
