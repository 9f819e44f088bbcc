"""What a scenario is worth as its budget, or the target of a goal, moves: and where the money stops paying."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from optimizer.answers.frontier import Frontier, Point, SoughtBudget
from optimizer.errors import LimitError, ScenarioError
from optimizer.optimize import SizeLimits, check_size
from optimizer.problem.canonical import canonical_order
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario
from optimizer.questions.moving import Moving
from optimizer.questions.sought import at_marginal_roi, at_roi, beyond_return, for_profit, stops_paying
from optimizer.questions.sweep import Sweep
from optimizer.search.deadline import Clock, Deadline
from optimizer.search.money.money import minor_of
from optimizer.units import number, positive, tidy

_Ask = Callable[[Deadline, float | None], SoughtBudget]  # with the highest return of the points
MOST_POINTS = 200
MOST_CELLS = 1_000_000  # spends in one answer
USUAL = (0.25, 2.0, 21)  # of what the scenario states: from, to, points


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """`points` amounts from `start` to `stop`, equally far from each other."""

    start: float
    stop: float
    points: int

    def __post_init__(self) -> None:
        number(self.start, "from")
        number(self.stop, "to", least=self.start)
        number(self.points, "points", least=1, most=MOST_POINTS)

    @property
    def amounts(self) -> tuple[float, ...]:
        """The amounts in rising order.

        >>> Spread(start=0.0, stop=100.0, points=5).amounts
        (0.0, 25.0, 50.0, 75.0, 100.0)
        """
        step = (self.stop - self.start) / max(1, self.points - 1)
        return tuple(tidy(self.start + step * position) for position in range(self.points))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierQuestion:
    """Which amounts to look at: budgets [money], or targets of `goal` [units of the goal]; `spread` or a usual one.

    `target_roi` and `target_marginal_roi` ask for the budgets at which return and marginal return fall to them [1].
    `time_limit` [seconds] is for all of it; None takes the scenario's.
    """

    scenario: Scenario
    goal: str | None = None
    amounts: tuple[float, ...] | None = None
    spread: Spread | None = None
    target_roi: float | None = None
    target_marginal_roi: float | None = None
    time_limit: float | None = None

    def __post_init__(self) -> None:
        Moving(scenario=self.scenario, goal=self.goal)
        if self.amounts is not None and self.spread is not None:
            raise ScenarioError("one_range", "range", f"stands beside {self.field}", "give one or the other")
        if self.spread is not None and self.goal is None:
            number(self.spread.start, "range.from", least=0.0)
        for position, amount in enumerate(self.amounts or ()):
            number(amount, f"{self.field}[{position}]", **({"least": 0.0} if self.goal is None else {}))
        if self.amounts is not None and not self.amounts:
            raise ScenarioError("empty", self.field, "is empty", "give one amount at least, or leave it out")
        if self.amounts is not None and len(self.amounts) > MOST_POINTS:
            raise ScenarioError("too_many", self.field, f"holds more than {MOST_POINTS}", "give fewer")
        if self.time_limit is not None:
            number(self.time_limit, "time_limit", least=0.01, most=86400.0)
        self._check_targets()

    @property
    def field(self) -> str:
        """What the amounts are called."""
        return "budgets" if self.goal is None else "targets"

    @property
    def seconds(self) -> float:
        """Time for all of it."""
        return self.scenario.solve.time_limit if self.time_limit is None else self.time_limit

    def _check_targets(self) -> None:
        objective, aim = self.scenario.objective, self.scenario.objective.aim
        if aim == "goals":
            raise ScenarioError(
                "no_such_frontier",
                "scenario.objective",
                "pursues goals by priority, which have no one value that a frontier could show",
                "maximise a metric or minimise spend, and make goals required; or plan at each budget",
            )
        plain = objective == Objective(aim="revenue")
        if self.target_roi is not None:
            positive(self.target_roi, "target_roi")
            if not plain or self.goal is not None:
                raise ScenarioError(
                    "no_such_target",
                    "target_roi",
                    "asks for revenue per spend of the plans with the most revenue at each budget",
                    "maximise revenue and nothing besides, and move the budget; or leave it out",
                )
            for position, pool in enumerate(self.scenario.demand_pools):
                if pool.end_value:
                    raise ScenarioError(
                        "no_such_target",
                        f"scenario.demand_pools[{position}].end_value",
                        "counts demand that is left over beside revenue, of which target_roi asks the return",
                        "leave it out, or leave target_roi out",
                    )
        if self.target_marginal_roi is not None:
            charge = self.scenario.objective.target_marginal_roi
            number(self.target_marginal_roi, "target_marginal_roi", least=charge)
            if aim == "spend" or self.goal is not None:
                raise ScenarioError(
                    "no_such_target",
                    "target_marginal_roi",
                    "asks what one more unit of budget returns",
                    "maximise something and move the budget, or leave it out",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How far a frontier has come."""

    points: int
    of: int
    seconds: float


def frontier(
    question: FrontierQuestion,
    *,
    clock: Clock = time.monotonic,
    progress: Callable[[Swept], None] | None = None,
    limits: SizeLimits | None = None,
) -> Frontier:
    """Best value at each amount, each point certified on its own; and the budgets asked for.

    Raises LimitError and ScenarioError; what cannot be satisfied or found in time is said point by point.
    """
    scenario = question.scenario
    amounts = amounts_of(question)
    check_size(scenario, limits or SizeLimits())
    _check_answer(scenario, amounts)
    deadline = Deadline.after(question.seconds, clock)
    ordered = canonical_order(scenario)
    sweep = Sweep(Moving(scenario=ordered, goal=question.goal), amounts, deadline, _pursued(question, ordered))
    asked = _asked(question, ordered, sweep)

    def report(points: int) -> None:
        if progress is not None:
            progress(Swept(points=points, of=len(amounts), seconds=deadline.spent))

    points = sweep.points(len(asked), report)
    highest = max((point.roi for point in points if point.roi is not None), default=None)
    sought = [ask(_share(deadline, len(asked) - position), highest) for position, ask in enumerate(asked)]
    names = None if scenario.tactics == ordered.tactics else scenario.tactic_names
    return Frontier(
        aim=scenario.objective.aim,
        goal=question.goal,
        periods=scenario.periods,
        points=tuple(_in_order(point, names) for point in points),
        sought=tuple(
            answer if answer.plan is None else replace(answer, plan=_in_order(answer.plan, names)) for answer in sought
        ),
        provenance=replace(sweep.provenance(scenario), seconds=deadline.spent),
    )


def amounts_of(question: FrontierQuestion) -> tuple[float, ...]:
    """The amounts to look at, each once, in rising order; those of a spread in whole minor units of money."""
    if question.amounts is not None:
        return tuple(sorted({float(amount) for amount in question.amounts}))
    spread = question.spread or _usual(question)
    if question.goal is not None:
        return spread.amounts
    minor, _ = minor_of(question.scenario, spread.stop)
    return tuple(sorted({round(amount, minor.digits) for amount in spread.amounts}))


def _usual(question: FrontierQuestion) -> Spread:
    now = Moving(scenario=question.scenario, goal=question.goal).now
    if now is None or now <= 0:
        raise ScenarioError(
            "no_range",
            question.field,
            "are left out, and the scenario states no amount above 0",
            "give them, or a range",
        )
    low, high, count = USUAL
    return Spread(start=low * now, stop=high * now, points=count)


def _pursued(question: FrontierQuestion, ordered: Scenario) -> list[Objective]:
    """What is pursued without a budget where budgets are asked for."""
    if question.goal is not None or not ordered.objective.maximizes:
        return []
    target = question.target_marginal_roi
    return [for_profit(ordered)] + ([] if target is None else [beyond_return(ordered, target)])


def _asked(question: FrontierQuestion, ordered: Scenario, sweep: Sweep) -> list[_Ask]:
    asked: list[_Ask] = []
    if question.goal is None and ordered.objective.maximizes:
        asked.append(lambda deadline, _: stops_paying(ordered, sweep.charged, deadline))
    if (roi := question.target_roi) is not None:
        asked.append(lambda deadline, highest: at_roi(ordered, roi, deadline, highest))
    if (marginal := question.target_marginal_roi) is not None:
        asked.append(lambda deadline, _: at_marginal_roi(ordered, marginal, sweep.charged, deadline))
    return asked


def _share(deadline: Deadline, parts: int) -> Deadline:
    return Deadline.after(max(0.0, deadline.left / parts), deadline.clock)


def _in_order(point: Point, names: Sequence[str] | None) -> Point:
    return replace(point, tactics=point.tactics.ordered(names)) if names and point.tactics else point


def _check_answer(scenario: Scenario, amounts: tuple[float, ...]) -> None:
    spends = len(amounts) * len(scenario.tactics) * len(scenario.periods)
    if spends > MOST_CELLS:
        raise LimitError(
            "frontier_too_large",
            "",
            f"would answer with {spends:,} spends; at most {MOST_CELLS:,} are answered",
            "ask for fewer points",
        )
