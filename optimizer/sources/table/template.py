"""Templates to start from: a header and example rows of each layout."""

from __future__ import annotations

from optimizer.errors import ScenarioError
from optimizer.sources.tables.cells import Row

TEMPLATES: dict[str, tuple[Row, ...]] = {
    "parameters": (
        ("tactic", "family", "ceiling", "half_saturation", "shape", "scale", "current_spend", "at_least", "at_most",
         "revenue_per_outcome", "adstock", "adstock_retention", "tag:region"),
        ("tv", "hill", 400000.0, 120000.0, 1.6, None, 100000.0, 0.0, 300000.0, 1.0, "geometric", 0.6, "north"),
        ("search", "exponential", 250000.0, None, None, 60000.5, 50000.0, None, None, 1.0, None, None, "north"),
    ),
    "parameters_long": (
        ("tactic", "parameter", "value"),
        ("tv", "family", "hill"),
        ("tv", "ceiling", 400000.0),
        ("tv", "half_saturation", 120000.0),
        ("tv", "shape", 1.6),
        ("tv", "current_spend", 100000.0),
    ),
    "points": (
        ("tactic", "spend", "outcome", "current_spend", "revenue_per_outcome"),
        ("tv", 0.0, 0.0, 100000.0, 1.0),
        ("tv", 50000.5, 90000.0, None, None),
        ("tv", 100000.0, 160000.0, None, None),
        ("tv", 200000.0, 240000.0, None, None),
    ),
    "points_wide": (
        ("spend", "tv", "search"),
        (0.0, 0.0, 0.0),
        (50000.5, 90000.0, 130000.0),
        (100000.0, 160000.0, 180000.0),
        (200000.0, 240000.0, None),
    ),
    "judgements": (
        ("tactic", "current_spend", "none", "minus_50", "current", "plus_50", "saturation", "revenue_per_outcome"),
        ("tv", 100000.0, 200000.0, 350000.5, 500000.0, 580000.0, 700000.0, 1.0),
    ),
}  # fmt: skip


def template(name: str) -> tuple[Row, ...]:
    """The rows of a template.

    >>> template("points_wide")[0]
    ('spend', 'tv', 'search')
    """
    if name not in TEMPLATES:
        known = ", ".join(TEMPLATES)
        raise ScenarioError("unknown_value", "template", "is no template known here", f"use one of {known}")
    return TEMPLATES[name]
