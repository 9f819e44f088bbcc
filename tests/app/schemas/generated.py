"""Scenarios of every kind, as documents."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.app.schemas.samples import Document

PERIODS = ["1", "2", "3"]
REGIONS = ["north", "south"]

positive = st.floats(min_value=0.01, max_value=1e6) | st.integers(min_value=1, max_value=10**6)
share = st.floats(min_value=0.01, max_value=0.99)
names = st.text(min_size=1, max_size=12).map(lambda text: "n" + "".join(c for c in text if c.isprintable()))


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """An object with any of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


def all_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """An object with all of the fields."""
    return st.fixed_dictionaries(fields)


def both(*objects: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
    """The fields of all the objects together."""
    return st.tuples(*objects).map(lambda parts: {name: part[name] for part in parts for name in part})


points = st.lists(st.tuples(positive, positive), min_size=2, max_size=6).map(
    lambda pairs: [[float(x), float(y)] for x, y in zip(*map(_rising, zip(*pairs, strict=True)), strict=True)]
)


def _rising(values: tuple[float, ...]) -> list[float]:
    steps = sorted(values)
    return [value + position for position, value in enumerate(steps)]


PARAMETERS: dict[str, st.SearchStrategy[Document]] = {
    "hill": all_of(ceiling=positive, half_saturation=positive, shape=st.floats(0.5, 5)),
    "adbudg": all_of(
        floor=st.just(0.5), ceiling=st.floats(1, 9), half_effect=st.floats(0.1, 10), shape=st.floats(0.5, 5)
    ),
    "exponential": all_of(ceiling=positive, scale=positive),
    "logistic": all_of(ceiling=positive, rate=share),
    "tanh": all_of(ceiling=positive, scale=positive),
    "michaelis_menten": all_of(ceiling=positive, half_saturation=positive),
    "power": all_of(coefficient=positive, exponent=share),
    "log": all_of(coefficient=positive, scale=positive),
    "linear": all_of(slope=positive),
    "s_logistic": all_of(ceiling=positive, steepness=st.floats(0.1, 1), midpoint=st.floats(1, 20)),
    "tabulated": all_of(points=points),
}

ADSTOCKS: dict[str, st.SearchStrategy[Document]] = {
    "none": all_of(),
    "geometric": both(all_of(retention=share), some(length=st.integers(1, 9), normalized=st.booleans())),
    "binomial": both(all_of(retention=share, length=st.integers(1, 9)), some(normalized=st.booleans())),
    "weights": all_of(weights=st.lists(positive, min_size=1, max_size=4)),
}


def _responses(family: str) -> st.SearchStrategy[Document]:
    parameters = PARAMETERS[family]
    drawn = all_of(draws=st.lists(parameters, min_size=2, max_size=3))
    scales = some(input_scale=positive, input_offset=positive, output_scale=positive)
    return both(all_of(family=st.just(family)), parameters | drawn, scales)


responses = st.sampled_from(sorted(PARAMETERS)).flatmap(_responses)
carried = some(carry_in=st.lists(positive, max_size=3), count_carry_out=st.booleans(), after_saturation=st.booleans())
adstocks = st.sampled_from(sorted(ADSTOCKS)).flatmap(
    lambda family: both(all_of(family=st.just(family)), ADSTOCKS[family], carried)
)
cycles = some(cycle=st.lists(positive, min_size=1, max_size=4), growth=share)
tactics = both(
    all_of(
        stage=st.sampled_from(["upstream", "downstream"]),
        response=responses,
        tags=all_of(region=st.sampled_from(REGIONS)),
    ),
    some(
        adstock=adstocks,
        spend=some(at_least=st.just(0), at_most=positive),
        current_spend=positive,
        revenue_per_outcome=positive,
        margin=share,
        assumptions=st.lists(names, max_size=2),
        seasonality=st.lists(positive, min_size=3, max_size=3) | cycles,
        metrics=st.dictionaries(names, some(per_spend=positive, per_outcome=positive), max_size=2),
    ),
)
scopes = some(periods=st.lists(st.sampled_from(PERIODS), min_size=1, max_size=3, unique=True))
counts = st.integers(0, 4)
tiers = st.lists(positive, min_size=1, max_size=3, unique=True).map(
    lambda prices: [{"at_least": 10.0 * k, "price": price} for k, price in enumerate(sorted(prices, reverse=True))]
)
limits = all_of(at_least=share) | all_of(at_most=positive)

RULES: dict[str, st.SearchStrategy[Document]] = {
    "spend_range": both(limits, some(scope=scopes)),
    "share_range": both(limits, some(scope=scopes, of=scopes)),
    "metric_range": both(limits, all_of(metric=st.just("outcome")), some(scope=scopes)),
    "change_limit": both(all_of(amount=positive) | all_of(share=share), some(together=st.booleans())),
    "turnover_limit": both(
        all_of(amount=positive) | all_of(share=share) | all_of(lines=st.integers(0, 9)),
        all_of(reference=st.just([]) | st.just([{"tactic": "tactic 0", "period": "2", "spend": 5}])),
        some(scope=scopes),
    ),
    "efficiency": both(all_of(at_least=positive), some(scope=scopes, metric=st.sampled_from(["profit", "outcome"]))),
    "linear": both(limits, all_of(terms=st.lists(all_of(scope=scopes, coefficient=positive), min_size=1, max_size=2))),
    "commitment": both(all_of(amount=positive), some(scope=scopes)),
    "minimum_if_active": both(all_of(at_least=positive), some(scope=scopes)),
    "packages": both(all_of(price=positive), some(scope=scopes)),
    "rate_card": both(all_of(tiers=tiers), some(scope=scopes, all_units=st.booleans())),
    "active_periods": both(
        all_of(at_most=counts) | all_of(min_run=st.integers(1, 3)),
        some(minimum=positive, blackout=st.lists(st.sampled_from(PERIODS), min_size=1, unique=True)),
    ),
    "requires": both(all_of(needs=scopes), some(scope=scopes, minimum=positive, over_all=st.booleans())),
    "exclusive": both(
        all_of(groups=st.lists(scopes, min_size=1, max_size=3)) | some(scope=scopes),
        some(at_most=counts, over_all=st.booleans()),
    ),
    "active_count": both(
        all_of(at_least=counts) | all_of(at_most=counts), some(scope=scopes, minimum=positive, over_all=st.booleans())
    ),
}
rules = st.sampled_from(sorted(RULES)).flatmap(lambda kind: both(all_of(rule=st.just(kind)), RULES[kind]))
paths = some(growth=share, seasonality=cycles)
milestones = st.lists(positive, min_size=1, max_size=2).map(
    lambda amounts: [{"by": PERIODS[k], "at_least": amount} for k, amount in enumerate(amounts)]
)
goals = both(
    all_of(metric=st.sampled_from(["revenue", "spend"]), at_least=positive),
    some(required=st.booleans(), priority=st.integers(1, 9), weight=positive.map(lambda w: min(w, 1e6))),
    some(scope=scopes) | all_of(by=st.sampled_from(PERIODS)) | all_of(milestones=milestones) | all_of(path=paths),
)
amounts = all_of(at_most=positive) | all_of(exactly=positive)


def _named(prefix: str, items: list[Document]) -> list[Document]:
    return [{"name": f"{prefix} {position}", **item} for position, item in enumerate(items)]


def _lists(prefix: str, items: st.SearchStrategy[Document], least: int = 0) -> st.SearchStrategy[list[Document]]:
    return st.lists(items, min_size=least, max_size=4).map(lambda found: _named(prefix, found))


def _with_one_card(items: list[Document]) -> list[Document]:
    """No cell has two rate cards."""
    cards = [item for item in items if item["rule"] == "rate_card"]
    return [item for item in items if item not in cards[1:]]


def scenarios() -> st.SearchStrategy[Document]:
    """Valid scenario documents with every family and rule."""
    return both(
        all_of(
            name=names,
            currency=st.sampled_from(["EUR", "JPY"]),
            periods=st.just(PERIODS),
            objective=st.sampled_from([{"maximize": "revenue"}, {"maximize": "profit", "target_marginal_roi": 2}]),
            budget=both(amounts, some(by_period=st.dictionaries(st.sampled_from(PERIODS), amounts, min_size=1))),
            tactics=_lists("tactic", tactics, least=1),
        ),
        some(
            goals=_lists("goal", goals),
            rules=_lists("rule", rules).map(_with_one_card),
            events=_lists("event", both(all_of(lift=share), some(scope=scopes))),
            solve=some(gap=share, time_limit=st.integers(1, 9)),
            count_carry_out=st.booleans(),
            digits=st.integers(0, 9),
        ),
    )
