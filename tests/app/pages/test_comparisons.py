"""Plans side by side."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from tests.app.pages.conftest import plan, stated


def test_one_plan_waits_for_another(site: TestClient, robyn: str) -> None:
    """The form is there, nothing is compared yet."""
    page = site.get(f"/compare?plan={robyn}")
    assert page.status_code == 200
    assert robyn in page.text
    assert "One plan is chosen" in page.text


def test_ticked_plans_stand_side_by_side(site: TestClient, robyn: str, funnel: str) -> None:
    """Names lead to the plans, and totals are those of each."""
    page = site.get(f"/compare?plan={funnel}&plan={robyn}").text
    for own in (robyn, funnel):
        assert f'href="/plans/{own}"' in page
        assert f"{site.get(f'/v1/plans/{own}').json()['totals']['revenue']:,.0f}" in page


def test_addresses_can_be_pasted(site: TestClient, robyn: str, funnel: str) -> None:
    """Whatever holds ids is read for them."""
    text = f"https://plans.example/plans/{robyn} and /plans/{funnel}"
    assert "Side by side" in site.get("/compare", params={"plans": text}).text


def test_differences_are_drawn(site: TestClient, robyn: str, funnel: str) -> None:
    """As a picture."""
    answer = site.get(f"/compare/{robyn},{funnel}/differences.svg")
    assert answer.text.startswith("<svg")


def test_seven_are_too_many(site: TestClient, robyn: str) -> None:
    """The page says how many may be named; one named twice counts once."""
    many = "".join(f"&plan=plan_{number:030x}" for number in range(7))
    assert site.get(f"/compare?plan={robyn}{many}").status_code in (404, 422)
    assert site.get(f"/compare?plan={robyn}&plan={robyn}").status_code == 200


def test_every_plan_stands_on_the_common_curves(site: TestClient, robyn: str, funnel: str) -> None:
    """The curves of either can be asked for; the picture names both plans."""
    for common in (robyn, funnel):
        answer = site.get(f"/compare/{robyn},{funnel}/curves.svg?common={common}")
        assert answer.text.startswith("<svg")
        assert "First half of 2027" in answer.text
    assert f"/compare/{funnel},{robyn}/curves.svg?common={robyn}" in site.get(
        f"/compare?plan={funnel}&plan={robyn}&common={robyn}"
    ).text.replace("&amp;", "&")


def test_differences_are_told_in_words(site: TestClient, funnel: str) -> None:
    """No brackets, quotation marks or nulls."""
    other = stated("full_funnel") | {"name": "other", "budget": {"at_most": 34000000}}
    other["rules"] = [rule for rule in other["rules"] if rule["name"] != "brand share"]
    other["tactics"][0]["tags"] = {"owner": "media"}
    page = site.get(f"/compare?plan={funnel}&plan={plan(site, other)}").text
    told = page[page.index("Where the scenarios differ") :]
    assert "budget, at most" in told
    assert "34,000,000" in told
    assert "rule brand share" in told
    assert "at least 0.4, at most 0.6" in told
    assert "tactic tv: tags, owner" in told
    assert not any(sign in told for sign in ("null", "{", "[", "&#34;"))


def test_a_tactic_in_one_plan_only_counts_as_nothing_in_the_other(site: TestClient, robyn: str, funnel: str) -> None:
    """In the table, with the change, and in the chart; the page says so."""
    page = site.get(f"/compare?plan={robyn}&plan={funnel}").text
    rows = site.get(f"/v1/plans/{funnel}").json()["tactics"]
    alone = next(row for row in rows if row["tactic"] == "online_video")
    row = page.partition(">online_video</bdi></th>")[2].partition("</tr>")[0]
    assert re.findall(r"[+\d,]+", re.sub(r"<[^>]*>", " ", row)) == [
        "0", f"{alone['spend']:,.0f}", f"+{alone['spend']:,.0f}"]  # fmt: skip
    assert "not in every plan: counted as 0" in page
    drawn = site.get(f"/compare/{robyn},{funnel}/differences.json").text
    assert "online_video" in drawn


def test_facts_of_scenarios_are_told_without_the_words_of_forms(site: TestClient, funnel: str) -> None:
    """A goal that is or is not required, and a period more."""
    other = stated("full_funnel") | {"name": "other"}
    other["goals"] = [*other["goals"], {"name": "extra", "metric": "revenue", "at_least": 1}]
    page = site.get(f"/compare?plan={funnel}&plan={plan(site, other)}").text
    told = page[page.index("Where the scenarios differ") :]
    assert "has to be met" in told
    assert "no plan without it" not in told
    assert "not in it" in told
