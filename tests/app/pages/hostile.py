"""A scenario full of hostile names: markup, a template's own signs, right to left, pictures, 300 characters."""

from __future__ import annotations

from typing import Any

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = '"><img src=x onerror=window.pwned=1>'
TEMPLATE = "{{ 7*7 }} {% raw %} &amp; </textarea></title>"
RIGHT_TO_LEFT = "\u202eevil\u202c شركة تلفزيون"
EMOJI = "📺 & <b>télé</b>"
LONG = "x" * 260 + SCRIPT
SPACED = "a 'quoted' name with a\\backslash and `ticks` ${window.pwned=1}"
NAMES = (SCRIPT, IMAGE, TEMPLATE, RIGHT_TO_LEFT, EMOJI, LONG, SPACED)
UNESCAPED = (SCRIPT, "<img src=x", "<b>t", "</textarea></title>", "{% raw %}'")


def scenario(**changed: Any) -> dict[str, Any]:
    """Every name in it is hostile."""
    tactics: list[dict[str, Any]] = [
        {
            "name": name,
            "stage": "downstream" if number % 2 else "upstream",
            "tags": {"owner": name[:100]},
            "response": {"family": "exponential", "ceiling": 900.0 + number, "scale": 300.0},
            "current_spend": 80.0,
            "spend": {"at_most": 500.0},
            "revenue_per_outcome": 1.0,
            **({"draws_from": IMAGE} if number % 2 else {"feeds": IMAGE}),
        }
        for number, name in enumerate(NAMES)
    ]
    return {
        "name": f"{SCRIPT}{EMOJI}",
        "currency": "EUR",
        "periods": [RIGHT_TO_LEFT, IMAGE],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 2500.0},
        "tactics": tactics,
        "demand_pools": [{"name": IMAGE, "initial": 500.0, "organic": 100.0, "retention": 0.5}],
        "goals": [{"name": f"goal {SCRIPT}", "metric": "revenue", "at_least": 900_000.0}],
        "rules": [{"rule": "spend_range", "name": f"rule {IMAGE}", "scope": {"tactics": [LONG]}, "at_least": 100.0}],
    } | changed
