"""The memory that plans of up to some 5,000 cells take, class by class: of a process that has read the scenario, and
at most."""

from __future__ import annotations

from benchmarks import river
from benchmarks.concave import Wire
from benchmarks.solved import measured
from tests.oracles import instances

HEAD = ["class", "cells", "at rest", "at most", "gap"]


def documents() -> dict[str, Wire]:
    """Up to 5,200 cells of every class."""
    coarse, bent = {"solve": {"gap": 1e-4, "time_limit": 20}}, {"s_share": 1.0}
    return {
        "20 tactics": instances.one_period(20, 1),
        "5000 tactics": instances.one_period(5000, 1),
        "5000 tactics + 5 shares": instances.with_shares(instances.one_period(5000, 1)),
        "20 x 50 regions + 70 shares": instances.regional(20, 50, 1),
        "50 x 100 regions + 150 shares": instances.regional(50, 100, 1),
        "100 x 50 regions + 300 shares": _with_brands(instances.regional(100, 50, 1), 149),
        "5000 tactics + 201 shares": instances.with_shares(instances.one_period(5000, 1), brands=200),
        "adstock 100 x 52 + 51 shares": instances.with_shares(instances.weekly(100, 1), brands=50),
        "adstock 100 x 52": instances.weekly(100, 1),
        "5000 tables of 8 points": instances.tables(5000, 1),
        "S-shaped 5000": instances.one_period(5000, 1, limits="wide", **bent),
        "S-shaped 5000 + 201 shares": instances.with_shares(
            instances.one_period(5000, 1, limits="wide", **bent), brands=200
        )
        | {"solve": {"gap": 1e-5, "time_limit": 20}},
        "S-shaped 200 + 5 shares": instances.with_shares(instances.one_period(200, 1, limits="wide", **bent)),
        "S-shaped 20 x 50 regions": instances.regional(20, 50, 1, **bent) | {"solve": {"gap": 1e-5, "time_limit": 20}},
        "S-shaped 50 x 100 regions + 150 shares": instances.regional(50, 100, 1, **bent)
        | {"solve": {"gap": 1e-5, "time_limit": 20}},
        "half S-shaped 50 x 100 regions + 150 shares": instances.regional(50, 100, 1, s_share=0.5)
        | {"solve": {"gap": 1e-5, "time_limit": 20}},
        "S-shaped adstock 20 x 52": instances.weekly(20, 1, **bent) | coarse,
        "S-shaped adstock 100 x 52": instances.weekly(100, 1, **bent) | coarse,
        "S-shaped adstock 20 x 250": instances.weekly(20, 1, weeks=250, **bent) | coarse,
        "adstock 100 x 50 + 500 rules": _by_channel(instances.weekly(100, 1, weeks=50), 10),
        "1000 tactics with on/off minimums": instances.with_minimums(instances.one_period(1000, 1, limits="wide")),
        "5000 tactics, 500 with on/off minimums": instances.with_minimums(
            instances.one_period(5000, 1, limits="wide"), 500
        ),
        "1000 bent tables + 5 shares": instances.with_shares(instances.tables(1000, 1, bent=True))
        | {"solve": {"gap": 1e-6, "time_limit": 20}},
        "5000 tables of 8 points + 5 shares": instances.with_shares(instances.tables(5000, 1)) | coarse,
        "100 x 50, change limits": _steady(instances.weekly(100, 1, weeks=50)) | coarse,
        "river 50 x 52, two pools, 30 rules": river.scenario(pools=True),
        "river 100 x 50, two pools, 30 rules": river.scenario(pools=True, tactics=100, weeks=50),
    }


def _with_brands(scenario: Wire, brands: int) -> Wire:
    """Shares of brands, and of all upstream, beside those that there are."""
    return scenario | {"rules": scenario["rules"] + instances.with_shares(scenario, brands)["rules"]}


def _by_channel(scenario: Wire, channels: int) -> Wire:
    """A limit on what each channel spends in each week."""
    rules: list[Wire] = []
    for channel in range(channels):
        own = scenario["tactics"][channel::channels]
        most = round(1.3 * sum(line["current_spend"] for line in own), 2)
        for week in scenario["periods"]:
            scope = {"tactics": [line["name"] for line in own], "periods": [week]}
            rules.append({"rule": "spend_range", "name": f"{channel} in {week}", "scope": scope, "at_most": most})
    return scenario | {"rules": rules}


def _steady(scenario: Wire) -> Wire:
    """Without adstock, each spend within a fifth of that of the week before."""
    lines = [{key: line[key] for key in line if key != "adstock"} for line in scenario["tactics"]]
    steady = {"rule": "change_limit", "name": "steady", "scope": {}, "share": 0.2}
    return scenario | {"tactics": lines, "rules": [steady]}


def rows() -> list[list[str]]:
    """One line a class."""
    return [HEAD, *(_row(name, document) for name, document in documents().items())]


def _row(name: str, document: Wire) -> list[str]:
    told = measured(document)
    cells = len(document["tactics"]) * len(document.get("periods") or ["all"])
    return [name, f"{cells:,}", f"{told['rest']:.0f} MiB", f"{told['mib']:.0f} MiB", f"{told['gap']:.1e}"]
