"""Random concave scenarios of every structure that Newton's methods see, and the relaxation of each."""

from optimizer.formulation.model import Model
from optimizer.search.hull import Box, Hull, Region
from tests.oracles import instances

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


def whole(model: Model) -> tuple[Hull, Region, Box]:
    """The envelopes, intervals and limits of all of a model."""
    region = Region(low=model.cells.low, high=model.cells.high)
    return Hull(model, region), region, Box(low=model.low, high=model.high)
