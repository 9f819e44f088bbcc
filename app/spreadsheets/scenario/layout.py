"""Which sheets a scenario's workbook has, and which part of the document each of them holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_type_hints

from app.spreadsheets.scenario.keys import Steps
from optimizer.curves import ADSTOCKS, FAMILIES
from optimizer.problem.rules import RULES

SCENARIO, PERIODS, SERIES, FURTHER, EXACT = "Scenario", "Periods", "Over time", "Further fields", "Exact numbers"

# lists of names, one on each line of a cell: no name holds a line break
NAME_LISTS = frozenset({"tactics", "periods", "blackout", "assumptions"})
TEXTS = frozenset({
    "name", "currency", "maximize", "minimize", "stage", "feeds", "draws_from", "template", "period", "metric",
    "parent", "by", "rule", "family", "tactic", "owner", "reference_plan", "curve_set", "curve",
})  # fmt: skip
FLAGS = frozenset(
    own for kind in (*RULES.values(), *ADSTOCKS.values()) for own, hint in get_type_hints(kind).items() if hint is bool
) | {"required", "count_carry_out", "after_saturation"}
CHOICES: dict[str, tuple[str, ...]] = {
    "stage": ("upstream", "downstream"),
    "rule": tuple(RULES),
    "response.family": tuple(FAMILIES),
    "adstock.family": tuple(ADSTOCKS),
    "objective.maximize": ("revenue", "profit", "outcome", "goals"),
    "objective.minimize": ("spend",),
    "period": ("week", "month", "quarter"),
}

SCENARIO_FIELDS = (
    "name", "currency", "objective.maximize", "objective.minimize", "objective.target_marginal_roi",
    "objective.confidence", "budget.at_least", "budget.at_most", "budget.exactly", "solve.gap", "solve.time_limit",
    "count_carry_out", "digits", "curve_set.name", "curve_set.version",
)  # fmt: skip
PERIOD_LIMITS = ("at_least", "at_most", "exactly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet with one row for each item of `list`, or, where `part` is named, for each entry of that list in it.

    `under` is where in the item its columns stand; `usual` are the columns that are there even when empty; `given`
    is what an entry has where its cells are empty.
    """

    sheet: str
    list: str
    item: str
    about: str
    under: Steps = ()
    part: bool = False
    pairs: bool = False
    usual: tuple[str, ...] = ()
    given: dict[str, object] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """The heading of the first column: the item's own name, or the name of the item that a row belongs to."""
        return "name" if not self.under else self.item


SCOPE = ("tactics", "stage", "periods")


def _scoped(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for name in SCOPE)


TABLES: tuple[Table, ...] = (
    Table(
        sheet="Tactics",
        list="tactics",
        item="tactic",
        about="One row for each line that money is spent on. Add columns tags.NAME and metrics.NAME.per_spend freely.",
        usual=(
            "stage",
            "tags.region",
            "spend.at_least",
            "spend.at_most",
            "current_spend",
            "revenue_per_outcome",
            "margin",
            "feeds",
            "lead",
            "draws_from",
            "demand_per_outcome",
            "template",
            "current_outcome",
            "assumptions",
        ),
    ),
    Table(
        sheet="Curves",
        list="tactics",
        item="tactic",
        about="The response curve of each tactic: its family and the parameters of that family. Points of a tabulated "
        "curve stand on their own sheet.",
        under=("response",),
        usual=(
            "family",
            "ceiling",
            "half_saturation",
            "shape",
            "scale",
            "rate",
            "coefficient",
            "exponent",
            "slope",
            "steepness",
            "midpoint",
            "floor",
            "half_effect",
            "input_scale",
            "input_offset",
            "output_scale",
        ),
    ),
    Table(
        sheet="Curve points",
        list="tactics",
        item="tactic",
        about="Points of tabulated curves, from the least spend to the most.",
        under=("response", "points"),
        part=True,
        pairs=True,
        usual=("spend", "outcome"),
    ),
    Table(
        sheet="Carry-over",
        list="tactics",
        item="tactic",
        about="How spend lives on in later periods (adstock). Earlier spend (carry_in) stands on Over time.",
        under=("adstock",),
        usual=("family", "retention", "length", "normalized", "count_carry_out", "after_saturation"),
    ),
    Table(
        sheet="Goals",
        list="goals",
        item="goal",
        about="Top-down targets: the metric of the scope reaches at_least. An empty scope is everything.",
        usual=(
            "metric",
            "at_least",
            "required",
            "priority",
            "parent",
            "by",
            "weight",
            "path.growth",
            *_scoped("scope"),
        ),
    ),
    Table(
        sheet="Rules",
        list="rules",
        item="rule",
        about="Constraints, one a row: each kind uses the columns that its section of the manual names.",
        usual=("rule", "at_least", "at_most", "amount", "share", *_scoped("scope")),
    ),
    Table(
        sheet="Demand pools",
        list="demand_pools",
        item="pool",
        about="Stocks of demand that upstream tactics fill and downstream tactics convert.",
        usual=("initial", "organic", "retention", "end_value"),
    ),
    Table(
        sheet="Events",
        list="events",
        item="event",
        about="Something dated that multiplies the response of the tactics and periods in its scope.",
        usual=("lift", *_scoped("scope")),
    ),
    Table(
        sheet="Milestones",
        list="goals",
        item="goal",
        about="What of a goal is due earlier, in time.",
        under=("milestones",),
        part=True,
        usual=("by", "at_least"),
    ),
    Table(
        sheet="Price tiers",
        list="rules",
        item="rule",
        about="The tiers of rate cards: from at_least units on, a unit costs price.",
        under=("tiers",),
        part=True,
        usual=("at_least", "price"),
    ),
    Table(
        sheet="Rule terms",
        list="rules",
        item="rule",
        about="What a linear rule adds up: coefficient times the spend of the scope.",
        under=("terms",),
        part=True,
        usual=("coefficient", *_scoped("scope")),
        given={"scope": {}},
    ),
    Table(
        sheet="Rule groups",
        list="rules",
        item="rule",
        about="Scopes that count as one each in an exclusive rule.",
        under=("groups",),
        part=True,
        usual=SCOPE,
    ),
    Table(
        sheet="Reference plan",
        list="rules",
        item="rule",
        about="The plan that a turnover_limit compares with; cells that are not named count as 0.",
        under=("reference",),
        part=True,
        usual=("tactic", "period", "spend"),
    ),
    Table(
        sheet="Draws",
        list="tactics",
        item="tactic",
        about="Curves with draws (a posterior): the parameters of each draw, in order; the family stands on Curves.",
        under=("response", "draws"),
        part=True,
    ),
)
BY_ITEM = {table.item: table for table in TABLES if not table.under}
ALWAYS = frozenset({"Tactics", "Curves", "Curve points", "Carry-over", "Goals", "Rules", "Demand pools"})
ORDER = (SCENARIO, PERIODS, *(table.sheet for table in TABLES), SERIES, FURTHER, EXACT)


def kind_of(steps: Steps) -> str:
    """What a cell of the field holds: `names`, `text`, `flag`, or `number` (which takes text as it is)."""
    last = steps[-1]
    if last in NAME_LISTS and "tags" not in steps:
        return "names"
    if last in TEXTS or "tags" in steps[:-1]:
        return "text"
    return "flag" if last in FLAGS else "number"
