"""Toys whose rows are pinned as LP text: `PIN_LP=1` writes the texts anew, to be read before they are committed."""

from __future__ import annotations

import os
from pathlib import Path

from optimizer.formulation.model import to_pulp
from tests.optimizer.toys import HILL, LINE, ROOT, Wire, line, modelled, wire

HERE = Path(__file__).parent / "lp"
PIN = "PIN_LP"

TV, SEARCH = {"tactics": ["tv"]}, {"tactics": ["search"]}
PAIR = {"tv": ROOT, "search": LINE}


def _rule(kind: str, **more: object) -> Wire:
    return wire(PAIR, budget={"at_most": 100}, rules=[{"rule": kind, "name": "r"} | more])


def _changing(kind: str, **more: object) -> Wire:
    tactics = [line(name, response, current_spend=20) for name, response in PAIR.items()]
    rule = {"rule": kind, "name": "r"} | more
    return wire(tactics, periods=["1", "2"], budget={"at_most": 100}, rules=[rule])


def _switched(kind: str, **more: object) -> Wire:
    return _rule(kind, **more) | {"periods": ["1", "2", "3"]}


def _carried(adstock: Wire, **more: object) -> Wire:
    tv = line("tv", ROOT, adstock=adstock, seasonality=[1, 0.5])
    return wire([tv], periods=["1", "2"], budget={"at_most": 100}) | more


def _aimed(objective: Wire) -> Wire:
    """Every column stands in a row: PuLP 4 writes no others."""
    tactics = [
        line("tv", ROOT, spend={"at_most": 60}, revenue_per_outcome=4, margin=0.5),
        line("search", LINE, spend={"at_most": 60}),
    ]
    goal = {"name": "sales", "metric": "revenue", "at_least": 50, "required": True}
    return wire(tactics, objective=objective, goals=[goal], budget={"at_most": 100})


TIERS = [{"at_least": 0, "price": 1}, {"at_least": 40, "price": 0.75}]
TERMS = [{"scope": TV, "coefficient": 2}, {"scope": {}, "coefficient": -0.5}]
GEOMETRIC = {"family": "geometric", "retention": 0.5, "carry_in": [8]}
REACH = {"reach": {"per_spend": 2, "per_outcome": 1}}

RULES: dict[str, dict[str, Wire]] = {
    "spend_range": {
        "both sides": _rule("spend_range", scope=TV, at_least=10, at_most=40),
        "one amount": _rule("spend_range", at_least=40, at_most=40),
    },
    "share_range": {
        "both sides": _rule("share_range", scope=TV, at_least=0.2, at_most=0.6),
        "one share of another": _rule("share_range", scope=TV, of=SEARCH, at_least=0.5, at_most=0.5),
    },
    "metric_range": {
        "outcome": _rule("metric_range", metric="outcome", at_least=5, at_most=90),
        "profit": _rule("metric_range", metric="profit", scope=TV, at_least=1),
    },
    "efficiency": {
        "revenue": _rule("efficiency", at_least=0.75),
        "profit of one": _rule("efficiency", scope=TV, metric="profit", at_least=1.5),
    },
    "linear": {"two terms": _rule("linear", terms=TERMS, at_least=-10, at_most=10)},
    "commitment": {"one amount": _rule("commitment", scope=SEARCH, amount=32.5)},
    "minimum_if_active": {"every cell": _rule("minimum_if_active", at_least=30)},
    "change_limit": {
        "amount and share": _changing("change_limit", amount=15, share=0.25, scope=TV),
        "together from current": _changing("change_limit", share=0.5, from_current=True, together=True),
    },
    "active_count": {
        "by period": _switched("active_count", at_least=1, at_most=2),
        "over all": _switched("active_count", at_most=1, minimum=20, over_all=True),
    },
    "turnover_limit": {
        "amount": _changing("turnover_limit", amount=15, scope=TV),
        "lines and share of a plan": _changing(
            "turnover_limit", share=0.5, lines=2, reference=[{"tactic": "tv", "period": "1", "spend": 30.005}]
        ),
    },
    "rate_card": {
        "by the unit": _rule("rate_card", scope=TV, tiers=TIERS),
        "all units": _rule("rate_card", scope=TV, tiers=TIERS, all_units=True),
    },
    "active_periods": {
        "runs": _switched("active_periods", scope=TV, at_least=1, at_most=2, min_run=2),
        "blackout": _switched("active_periods", scope=TV, blackout=["2"]),
    },
    "requires": {
        "one of them": _switched("requires", scope=TV, needs=SEARCH),
        "an amount over all": _switched("requires", scope=TV, needs=SEARCH, minimum=20, over_all=True),
    },
    "exclusive": {
        "by period": _switched("exclusive"),
        "groups over all": _switched("exclusive", groups=[TV, SEARCH], over_all=True),
    },
    "packages": {"one tactic": _rule("packages", scope=TV, price=15)},
}

POOL = {"name": "north", "initial": 10, "organic": 4, "retention": 0.5, "end_value": 0.25}
RIVER = [
    line("tv", LINE, feeds="north", lead=1, demand_per_outcome=2, revenue_per_outcome=0),
    line("search", ROOT, stage="downstream", draws_from="north"),
]

OTHERS: dict[str, Wire] = {
    "demand pool": wire(RIVER, periods=["1", "2"], budget={"at_most": 100}, demand_pools=[POOL]),
    "budget at most": wire(PAIR, budget={"at_most": 100}),
    "budget exactly": wire(PAIR, budget={"exactly": 100}),
    "budget by period": wire(
        {"tv": ROOT},
        periods=["1", "2"],
        budget={"at_most": 100, "by_period": {"1": {"at_most": 70}, "2": {"exactly": 40}}},
    ),
    "adstock none": _carried({"family": "none"}),
    "adstock recursion": _carried(GEOMETRIC),
    "adstock finite": _carried({"family": "weights", "weights": [1, 0.5], "carry_in": [8]}),
    "adstock after saturation": _carried(GEOMETRIC | {"after_saturation": True}),
    "adstock carry-out": _carried({"family": "weights", "weights": [1, 0.5]}, count_carry_out=True),
    "goals": wire(
        [line("tv", ROOT, metrics=REACH), line("search", HILL)],
        budget={"at_most": 100},
        goals=[
            {"name": "sales", "metric": "revenue", "at_least": 50, "required": True},
            {"name": "reach", "metric": "reach", "at_least": 20, "required": True, "scope": TV},
            {"name": "wish", "metric": "revenue", "at_least": 500},
        ],
    ),
    "maximize revenue": _aimed({"maximize": "revenue"}),
    "maximize profit": _aimed({"maximize": "profit"}),
    "maximize outcome": _aimed({"maximize": "outcome"}),
    "maximize less a charge": _aimed({"maximize": "revenue", "target_marginal_roi": 1.5}),
    "minimize spend": _aimed({"minimize": "spend"}),
}

PINS = OTHERS | {f"{kind} {name}": toy for kind, toys in RULES.items() for name, toy in toys.items()}


def path(name: str) -> Path:
    """Where the text of a toy is stored."""
    return HERE / f"{name.replace(' ', '_').replace('-', '_')}.lp"


def text(name: str, at: Path) -> str:
    """The LP text of a toy as PuLP writes it, by way of a file; PuLP 3 and 4 list limits in different orders."""
    to_pulp(modelled(PINS[name])).writeLP(str(at))
    rows, limits = at.read_text(encoding="utf-8").split("Bounds\n")
    return f"{rows}Bounds\n{''.join(_sorted(limits.splitlines(keepends=True)))}"


def _sorted(lines: list[str]) -> list[str]:
    """The lines of each section sorted, the sections in their order."""
    ordered: list[str] = []
    part: list[str] = []
    for each in lines:
        if each.strip() in ("Binaries", "Generals", "End"):
            ordered += [*sorted(part), each]
            part = []
        else:
            part.append(each)
    return ordered


def pinning() -> bool:
    """Whether the texts are to be written anew."""
    return bool(os.environ.get(PIN))
