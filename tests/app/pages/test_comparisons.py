"""Plans side by side."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_one_plan_waits_for_another(site: TestClient, robyn: str) -> None:
    """The form is there, nothing is compared yet."""
    page = site.get(f"/compare?plan={robyn}")
    assert page.status_code == 200
    assert robyn in page.text


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
