"""Random concave scenarios of every structure that Newton's methods see, and the relaxation of each."""

from optimizer.formulation.model import Model
from optimizer.search.region.hull import Box, Hull, Region
from tests.oracles import instances
from tests.oracles.families import Wire


def _river(seed: int, s_share: float = 0.0) -> Wire:
    """Two tactics that carry over feed a pool that a third and a fourth drain, and a fifth knows nothing of it."""
    document = instances.weekly(5, seed, weeks=4, s_share=s_share)
    one, two, three, four, _ = document["tactics"]
    one |= {"feeds": "p", "lead": 1, "demand_per_outcome": 2, "stage": "upstream", "revenue_per_outcome": 0.1}
    two |= {"feeds": "p", "stage": "upstream", "revenue_per_outcome": 0}
    three |= {"draws_from": "p", "stage": "downstream"}
    four |= {"draws_from": "p", "stage": "downstream", "demand_per_outcome": 0.5}
    organic = float(three["current_spend"])
    return document | {"demand_pools": [{"name": "p", "organic": organic, "retention": 0.6, "end_value": 0.05}]}


def _turned(seed: int) -> Wire:
    """Little may be moved from what is spent today."""
    document = instances.one_period(6, seed)
    rule = {"rule": "turnover_limit", "name": "near", "share": 0.2}
    return document | {"rules": [*document.get("rules", []), rule]}


MIXES = {
    "one budget": lambda seed: instances.one_period(6, seed),
    "tight budget": lambda seed: instances.one_period(6, seed, budget=0.4, limits="wide"),
    "shares": lambda seed: instances.with_shares(instances.one_period(6, seed, limits="wide"), brands=2),
    "adstock": lambda seed: instances.weekly(2, seed, weeks=5),
}
BENT = {
    "s-shaped": lambda seed: instances.one_period(12, seed, s_share=1.0, limits="wide"),
    "s-shaped shares": lambda seed: instances.with_shares(instances.one_period(12, seed, s_share=1.0, limits="wide")),
    "s-shaped adstock": lambda seed: instances.weekly(2, seed, weeks=6, s_share=1.0),
}

BESIDE = {"a river": _river, "turnover": _turned}
BENT_BESIDE = {"s-shaped river": lambda seed: _river(seed, s_share=1.0)}


def whole(model: Model) -> tuple[Hull, Region, Box]:
    """The envelopes, intervals and limits of all of a model."""
    region = Region(low=model.cells.low, high=model.cells.high)
    return Hull(model, region), region, Box(low=model.low, high=model.high)
