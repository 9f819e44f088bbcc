"""Wire tactics that carry spend over, in every way there is, by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.optimizer.toys import Wire, line, wire

RETENTION = st.floats(0.05, 0.9)
LENGTH = st.integers(1, 5)
NORMALIZED = st.booleans()

ADSTOCKS: dict[str, st.SearchStrategy[Wire]] = {
    "none": st.just({"family": "none"}),
    "geometric": st.fixed_dictionaries(
        {"family": st.just("geometric"), "retention": RETENTION, "normalized": NORMALIZED}, optional={"length": LENGTH}
    ),
    "binomial": st.fixed_dictionaries({"family": st.just("binomial"), "retention": RETENTION, "length": LENGTH}),
    "delayed": st.fixed_dictionaries(
        {"family": st.just("delayed"), "retention": RETENTION, "length": LENGTH, "peak": st.floats(0.0, 0.9)}
    ),
    "weibull_pdf": st.fixed_dictionaries(
        {"family": st.just("weibull_pdf"), "shape": st.floats(0.5, 3.0), "scale": st.floats(0.5, 3.0), "length": LENGTH}
    ),
    "weibull_cdf": st.fixed_dictionaries(
        {"family": st.just("weibull_cdf"), "shape": st.floats(0.5, 3.0), "scale": st.floats(0.5, 3.0), "length": LENGTH}
    ),
    "weights": st.fixed_dictionaries(
        {
            "family": st.just("weights"),
            "weights": st.lists(st.floats(0.1, 1.0), min_size=1, max_size=4),
            "normalized": NORMALIZED,
        }
    ),
}

RESPONSES: dict[str, Wire] = {
    "s-shaped": {"family": "hill", "ceiling": 90, "half_saturation": 30, "shape": 2.2},
    "concave": {"family": "exponential", "ceiling": 50, "scale": 25, "input_scale": 2, "output_scale": 3},
    "draws": {"family": "hill", "draws": [{"ceiling": 9, "half_saturation": h, "shape": 1.5} for h in (5, 40)]},
    "shifted": {"family": "log", "coefficient": 7, "scale": 9, "input_offset": 4},
}

SPEND = st.floats(0.1, 80.0)


@st.composite
def carrying(draw: st.DrawFn, adstock: str, periods: int = 3) -> tuple[Wire, list[list[float]]]:
    """A scenario of one tactic that carries over in this way, beside a plain one; and a spend."""
    stock = draw(ADSTOCKS[adstock])
    stock |= {"carry_in": draw(st.lists(SPEND, max_size=3)), "after_saturation": draw(st.booleans())}
    response = RESPONSES[draw(st.sampled_from(sorted(RESPONSES)))]
    season = draw(st.lists(st.floats(0.0, 2.0), min_size=periods, max_size=periods))
    one = line("tv", response, adstock=stock, seasonality=season, revenue_per_outcome=2.5, margin=0.4)
    document = wire(
        [one, line("search", {"family": "log", "coefficient": 5, "scale": 3})],
        periods=[f"{t}" for t in range(periods)],
        objective={"maximize": draw(st.sampled_from(["revenue", "profit", "outcome"]))},
        budget={"at_most": 1000},
        count_carry_out=draw(st.booleans()),
    )
    rows = st.lists(SPEND, min_size=periods, max_size=periods)
    return document, [draw(rows), draw(rows)]
