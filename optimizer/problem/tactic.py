"""One line that money is spent on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from optimizer.curves import Adstock, Array, NoAdstock, ResponseCurve
from optimizer.errors import Gathering, ScenarioError
from optimizer.problem.pattern import Pattern
from optimizer.problem.scope import STAGES, Stage
from optimizer.units import number, positive

NEGLIGIBLE = 1e-12  # share of spend still at work at which carry-out is taken to have ended
LONGEST_TAIL = 600  # periods after the last that carry-out is followed


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendLimits:
    """Spend per period stays within [at_least, at_most] [money per period]; no upper limit when None."""

    at_least: float = 0.0
    at_most: float | None = None

    def __post_init__(self) -> None:
        number(self.at_least, "at_least", least=0.0)
        if self.at_most is not None:
            number(self.at_most, "at_most", least=0.0)
            if self.at_most < self.at_least:
                raise ScenarioError(
                    "minimum_above_maximum", "at_least", "is above at_most", "lower at_least or raise at_most"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A planner's own measure: per_spend · spend + per_outcome · incremental outcome."""

    per_spend: float = 0.0
    per_outcome: float = 0.0

    def __post_init__(self) -> None:
        number(self.per_spend, "per_spend")
        number(self.per_outcome, "per_outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOver:
    """How spend lives on: the adstock, where it stands, what came before and whether what comes after counts.

    `adstock` before saturation: r_t = s_t · f(Σ_l w_l x_{t−l}); `after_saturation`: r_t = s_t · Σ_l w_l f(x_{t−l}).
    `carry_in` is earlier spend, newest last [money]. `count_carry_out` None follows the scenario.
    """

    adstock: Adstock = field(default_factory=NoAdstock)
    after_saturation: bool = False
    carry_in: tuple[float, ...] = ()
    count_carry_out: bool | None = None

    def __post_init__(self) -> None:
        for position, spend in enumerate(self.carry_in):
            number(spend, f"carry_in[{position}]", least=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tactic:
    """A tactic i: its stage, response curve f_i, carry-over, spend limits and what its outcome is worth.

    `revenue_per_outcome` [money per outcome], `margin` [share of revenue], `seasonality` s_t [1 per period],
    `current_spend` [money per period], `metrics` by name, `tags` as (key, value) pairs; `assumptions` says in sentences
    what of it was assumed rather than fitted or judged.

    An upstream tactic may feed a demand pool: its outcome arrives `lead` periods later, `demand_per_outcome` [demand
    per outcome] for each. A downstream tactic may draw from one: what it converts takes as much.
    """

    name: str
    stage: Stage
    response: ResponseCurve
    carry_over: CarryOver = field(default_factory=CarryOver)
    spend: SpendLimits = field(default_factory=SpendLimits)
    current_spend: float | None = None
    revenue_per_outcome: float = 1.0
    margin: float = 1.0
    seasonality: Pattern | None = None
    tags: tuple[tuple[str, str], ...] = ()
    metrics: tuple[tuple[str, Metric], ...] = ()
    feeds: str | None = None
    lead: int = 0
    draws_from: str | None = None
    demand_per_outcome: float = 1.0
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("empty_name", "name", "is empty", "give the tactic a name")
        if self.stage not in STAGES:
            raise ScenarioError("unknown_stage", "stage", "is not a stage", "use upstream or downstream")
        parts = Gathering()
        for field_name in ("revenue_per_outcome", "margin", "current_spend"):
            stated = getattr(self, field_name)
            with parts.part():
                number(0.0 if stated is None else stated, field_name, least=0.0)
        with parts.part():
            _check_river(self)
        parts.check()
        object.__setattr__(self, "tags", tuple(sorted(self.tags)))
        object.__setattr__(self, "metrics", tuple(sorted(self.metrics)))

    def metric(self, name: str) -> Metric:
        """The tactic's own metric of that name; one it does not have is nothing."""
        return dict(self.metrics).get(name, Metric())

    @property
    def carries_over(self) -> bool:
        """Whether what its curve reads is made of the spend of several periods."""
        return not self.carry_over.after_saturation and self.carry_over.adstock.family != "none"

    @property
    def longest_tail(self) -> int:
        """How many periods after the last its effects can be counted in.

        After the last period no demand is followed: what draws from a pool has no tail.
        """
        adstock = self.carry_over.adstock
        if self.draws_from is not None:
            return 0
        if adstock.length is not None:
            return adstock.length - 1
        retention = adstock.recursion or 0.0
        return min(LONGEST_TAIL, math.ceil(math.log(NEGLIGIBLE) / math.log(retention))) if retention > 0 else 0


def _check_river(tactic: Tactic) -> None:
    for link, stage in (("feeds", "upstream"), ("draws_from", "downstream")):
        if getattr(tactic, link) is not None and tactic.stage != stage:
            raise ScenarioError(
                "wrong_stage", link, f"stands on a tactic that is not {stage}", f"move it, or make the stage {stage}"
            )
    if isinstance(tactic.lead, bool) or not isinstance(tactic.lead, int):
        raise ScenarioError("not_a_count", "lead", "is not a whole number of periods", "give 0, 1, 2, …")
    number(tactic.lead, "lead", least=0)
    positive(tactic.demand_per_outcome, "demand_per_outcome")
    if tactic.lead and tactic.feeds is None:
        raise ScenarioError("no_pool", "lead", "stands on a tactic that feeds no pool", "name a pool in `feeds`")
    if tactic.demand_per_outcome != 1.0 and tactic.feeds is None and tactic.draws_from is None:
        raise ScenarioError(
            "no_pool", "demand_per_outcome", "stands on a tactic without a pool", "name one in `feeds` or `draws_from`"
        )


def own_limits(tactics: Sequence[Tactic]) -> tuple[Array, Array]:
    """The least and the most that tactics may spend in a period by their own limits [money], both (tactics, 1).

    >>> from optimizer.curves import Linear
    >>> tv = Tactic(name="tv", stage="upstream", response=Linear(slope=1.0), spend=SpendLimits(at_least=2.0))
    >>> [limit.tolist() for limit in own_limits([tv])]
    [[[2.0]], [[inf]]]
    """
    limits = [tactic.spend for tactic in tactics]
    least = np.array([own.at_least for own in limits])
    most = np.array([np.inf if own.at_most is None else own.at_most for own in limits])
    return least[:, None], most[:, None]


def rates_of(tactics: Sequence[Tactic], metric: str) -> tuple[Array, Array]:
    """What a unit of spend and a unit of incremental outcome add to a metric, their own or one that all have."""
    none, one = np.zeros(len(tactics)), np.ones(len(tactics))
    match metric:
        case "spend":
            return one, none
        case "outcome":
            return none, one
        case "revenue":
            return none, np.array([tactic.revenue_per_outcome for tactic in tactics])
        case "profit":
            return -one, np.array([tactic.margin * tactic.revenue_per_outcome for tactic in tactics])
        case _:
            own = [tactic.metric(metric) for tactic in tactics]
            return np.array([part.per_spend for part in own]), np.array([part.per_outcome for part in own])
