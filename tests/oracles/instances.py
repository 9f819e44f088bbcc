"""The project's own scenarios in the wire contract, made from a seed: numpy and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from tests.oracles.families import Wire

Limits = Literal["mixed", "wide", "robyn", "narrow"]
Draw = np.random.Generator

CONCAVE: dict[str, Callable[[Draw, float, float], Wire]] = {}


def _family(make: Callable[[Draw, float, float], Wire]) -> Callable[[Draw, float, float], Wire]:
    CONCAVE[make.__name__.removeprefix("_")] = make
    return make


@_family
def _hill(rng: Draw, spend: float, outcome: float) -> Wire:
    return _hill_through(spend, outcome, rng.uniform(0.6, 1.0), spend * rng.uniform(0.3, 2.5))


@_family
def _exponential(rng: Draw, spend: float, outcome: float) -> Wire:
    scale = spend * rng.uniform(0.4, 2.0)
    return {"family": "exponential", "ceiling": outcome / -np.expm1(-spend / scale), "scale": scale}


@_family
def _power(rng: Draw, spend: float, outcome: float) -> Wire:
    exponent = rng.uniform(0.3, 0.8)
    return {"family": "power", "coefficient": outcome / spend**exponent, "exponent": exponent}


@_family
def _log(rng: Draw, spend: float, outcome: float) -> Wire:
    scale = spend * rng.uniform(0.1, 1.0)
    return {"family": "log", "coefficient": outcome / np.log1p(spend / scale), "scale": scale}


@_family
def _logistic(rng: Draw, spend: float, outcome: float) -> Wire:
    rate = rng.uniform(0.5, 3.0) / spend
    return {"family": "logistic", "ceiling": outcome / np.tanh(0.5 * rate * spend), "rate": rate}


def _hill_through(spend: float, outcome: float, shape: float, half: float) -> Wire:
    ceiling = outcome * (1.0 + (half / spend) ** shape)
    return {"family": "hill", "ceiling": ceiling, "half_saturation": half, "shape": shape}


def _s_shaped(rng: Draw, spend: float, outcome: float) -> Wire:
    return _hill_through(spend, outcome, rng.uniform(1.3, 3.0), spend * rng.uniform(0.6, 2.5))


def _limits(rng: Draw, kind: Limits, current: float) -> tuple[float, float]:
    match kind:
        case "wide":
            return 0.0, 4.0 * current
        case "robyn":
            return 0.5 * current, 2.0 * current
        case "narrow":
            return 0.7 * current, 1.3 * current
        case "mixed":
            floor = 0.0 if rng.random() < 0.3 else current * rng.uniform(0.05, 0.5)
            return floor, current * rng.uniform(1.5, 4.0)


def _tactic(rng: Draw, name: str, s_share: float, limits: Limits) -> Wire:
    """A tactic whose curve passes through its current spend and outcome, all to the cent and six digits."""
    current = round(float(np.exp(rng.normal(np.log(50_000.0), 0.9))), 2)
    outcome = current * float(np.exp(rng.normal(np.log(1.5), 0.5)))
    make = _s_shaped if rng.random() < s_share else CONCAVE[str(rng.choice(sorted(CONCAVE)))]
    low, high = _limits(rng, limits, current)
    return {
        "name": name,
        "stage": "upstream" if rng.random() < 0.4 else "downstream",
        "response": {key: _plain(own) for key, own in make(rng, current, outcome).items()},
        "spend": {"at_least": round(low, 2), "at_most": round(high, 2)},
        "current_spend": current,
    }


def _plain(value: str | float) -> str | float:
    return value if isinstance(value, str) else float(f"{value:.12g}")


def one_period(tactics: int, seed: int, *, s_share: float = 0.0, limits: Limits = "mixed", budget: float = 1.0) -> Wire:
    """Maximise revenue within `budget` times the current spend; `s_share` of the curves are S-shaped."""
    rng = np.random.default_rng([tactics, seed])
    lines = [_tactic(rng, f"tactic {i:04d}", s_share, limits) for i in range(tactics)]
    return {
        "name": f"{tactics} tactics, seed {seed}",
        "currency": "EUR",
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": round(budget * sum(line["current_spend"] for line in lines), 2)},
        "tactics": lines,
        "rules": [],
        "solve": {"gap": 1e-6, "time_limit": 60},
    }


def tables(tactics: int, seed: int, *, bent: bool = False, points: int = 8) -> Wire:
    """Tables of so many points: of the concave curves, to the cent; or `bent`, steeper and flatter as they like."""
    rng = np.random.default_rng([tactics, seed, points])
    scenario = one_period(tactics, seed, limits="wide")
    for line in scenario["tactics"]:
        current = line["current_spend"]
        inputs = np.sort(current * rng.uniform(0.05, 4.0, points)).round(2)
        if bent:
            heights = np.cumsum(np.diff(inputs, prepend=0.0) * rng.uniform(0.2, 3.0, points))
        else:
            ceiling, half = current * rng.uniform(1.0, 4.0), current * rng.uniform(0.3, 2.5)
            heights = ceiling * inputs / (half + inputs)
        points_of = zip([0.0, *inputs.tolist()], [0.0, *heights.round(2).tolist()], strict=True)
        line["response"] = {"family": "tabulated", "points": [list(point) for point in points_of]}
    return scenario


def with_minimums(scenario: Wire, first: int | None = None) -> Wire:
    """Nothing, or three tenths of the current spend, for the first of the tactics, or for all."""
    rules = [
        {
            "rule": "minimum_if_active",
            "name": f"minimum of {line['name']}",
            "scope": {"tactics": [line["name"]]},
            "at_least": round(0.3 * line["current_spend"], 2),
        }
        for line in scenario["tactics"][:first]
    ]
    return scenario | {"rules": scenario["rules"] + rules}


def with_a_large_one(
    tactics: int, seed: int, *, s_share: float = 0.7, limits: Limits = "wide", budget: float = 1.0
) -> Wire:
    """The first S-shaped, and with four times the spend of any other; of the budget beyond all floors a share."""
    own = one_period(tactics, seed, s_share=s_share, limits=limits)
    first, *others = own["tactics"]
    current = 4.0 * max(line["current_spend"] for line in others)
    curve = {"family": "hill", "ceiling": 5.0 * current, "half_saturation": 1.5 * current, "shape": 2.5}
    spend = {key: round(at / first["current_spend"] * current, 2) for key, at in first["spend"].items()}
    lines = [first | {"response": curve, "spend": spend, "current_spend": current}, *others]
    least, now = sum(line["spend"]["at_least"] for line in lines), sum(line["current_spend"] for line in lines)
    return own | {"tactics": lines, "budget": {"at_most": round(least + budget * (now - least), 2)}}


def weekly(tactics: int, seed: int, *, weeks: int = 52, s_share: float = 0.0, limits: Limits = "mixed") -> Wire:
    """The same with geometric adstock and seasonality, over weeks."""
    scenario = one_period(tactics, seed, s_share=s_share, limits=limits)
    rng = np.random.default_rng([tactics, seed, weeks])
    scenario["periods"] = [f"week {week:02d}" for week in range(1, weeks + 1)]
    scenario["budget"]["at_most"] = round(scenario["budget"]["at_most"] * weeks, 2)
    for line in scenario["tactics"]:
        line["spend"]["at_least"] = round(0.2 * line["spend"]["at_least"], 2)
        line["adstock"] = {"family": "geometric", "retention": round(float(rng.uniform(0.1, 0.8)), 6)}
        swing, phase = rng.uniform(0.0, 0.35), rng.uniform(0.0, 52.0)
        wave = 1.0 + swing * np.sin(2.0 * np.pi * (np.arange(weeks) + phase) / 52.0)
        line["seasonality"] = [round(float(s), 6) for s in wave]
    return scenario


def with_shares(scenario: Wire, brands: int = 4) -> Wire:
    """The scenario with no rules but a lift of the upstream share and a corridor around each brand's current share."""
    lines = scenario["tactics"]
    upstream = [line for line in lines if line["stage"] == "upstream"]
    rules = [_share("upstream", upstream, lines, 1.15, 1.6)] if upstream else []
    rules += [_share(f"brand {b}", lines[b::brands], lines, 0.9, 1.1) for b in range(brands)]
    return scenario | {"rules": rules}


def _share(name: str, part: list[Wire], whole: list[Wire], least: float, most: float) -> Wire:
    share = sum(line["current_spend"] for line in part) / sum(line["current_spend"] for line in whole)
    return {
        "rule": "share_range",
        "name": f"share of {name}",
        "scope": {"tactics": [line["name"] for line in part]},
        "at_least": round(min(1.0, share * least), 4),
        "at_most": round(min(1.0, share * most), 4),
    }


def regional(tactics: int, regions: int, seed: int, *, s_share: float = 0.0) -> Wire:
    """Every tactic in every region: the curve shrunk to the region, with an effectiveness of its own."""
    base = one_period(tactics, seed, s_share=s_share, limits="wide")
    rng = np.random.default_rng([tactics, regions, seed])
    sizes = rng.dirichlet(np.full(regions, 1.5))
    effects = np.exp(rng.normal(0.0, 0.35, (tactics, regions)))
    cells = [
        _in_region(line, f"region {r:02d}", float(sizes[r]), float(effects[i, r]))
        for i, line in enumerate(base["tactics"])
        for r in range(regions)
    ]
    rules = [_tag_share(cells, "region", f"region {r:02d}", 0.8, 1.25) for r in range(regions)]
    rules += [_tag_share(cells, "line", line["name"], 0.7, 1.4) for line in base["tactics"]]
    return base | {"tactics": cells, "rules": rules}


def _in_region(line: Wire, region: str, size: float, effect: float) -> Wire:
    response = line["response"] | {"input_scale": _plain(size), "output_scale": _plain(size * effect)}
    return line | {
        "name": f"{line['name']} in {region}",
        "tags": {"region": region, "line": line["name"]},
        "response": response,
        "spend": {"at_least": 0, "at_most": round(line["spend"]["at_most"] * size, 2)},
        "current_spend": round(line["current_spend"] * size, 2),
    }


def _tag_share(cells: list[Wire], tag: str, own: str, least: float, most: float) -> Wire:
    part = [cell for cell in cells if cell["tags"][tag] == own]
    return _share(own, part, cells, least, most) | {"scope": {"tags": {tag: own}}}
