"""Names that turn the direction of writing: on every page the figures beside them stay as they are."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.app.pages.conftest import plan

TURNED = "\u202evt \u2067search"
KEPT = "\u2068\u202evt \u2067search\u2069\u202c\u2069"


def test_a_name_that_turns_is_kept_to_itself(site: TestClient) -> None:
    """In sentences, choices and charts, where no element can stand around it."""
    tactic = {"stage": "upstream", "response": {"family": "exponential", "ceiling": 900.0, "scale": 300.0}}
    made = plan(
        site,
        {
            "name": TURNED,
            "currency": "EUR",
            "objective": {"maximize": "revenue"},
            "budget": {"at_most": 1234.0},
            "tactics": [tactic | {"name": TURNED, "current_spend": 10.0}, tactic | {"name": "tv"}],
        },
    )
    page = site.get(f"/plans/{made}").text
    sentences = page.partition("In sentences")[2].partition("Standing")[0]
    assert KEPT in sentences
    assert TURNED not in sentences.replace(KEPT, "")
    assert f">{KEPT}, " in site.get("/reconcile").text
    drawn = site.get(f"/plans/{made}/charts/tactics.svg").text
    assert KEPT in drawn
