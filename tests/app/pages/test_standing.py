"""Approval and notes on the page of a plan."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.app.pages.browser import sent_by
from tests.app.pages.conftest import plan, stated


def test_a_plan_is_approved_and_withdrawn(site: TestClient) -> None:
    """The page offers the steps that can be taken, and shows how the plan stands."""
    made = plan(site, stated("robyn"))
    assert "Approve" in site.get(f"/plans/{made}").text
    assert site.post(f"/plans/{made}/standing/approve", data={"pressed": "yes"}).status_code == 303
    assert "Withdraw the approval" in site.get(f"/plans/{made}").text
    site.post(f"/plans/{made}/standing/withdraw", data={"pressed": "yes"})
    assert "Withdraw the approval" not in site.get(f"/plans/{made}").text


def test_notes_are_kept_after_the_revision_that_was_shown(site: TestClient) -> None:
    """A second page that was opened before says that it was changed meanwhile."""
    made = plan(site, stated("robyn"))
    sent = {"revision": "0", "notes": "for <finance>", "pinned": "yes"}
    assert site.post(f"/plans/{made}/notes", data=sent).status_code == 303
    assert "for &lt;finance&gt;" in site.get(f"/plans/{made}").text
    late = site.post(f"/plans/{made}/notes", data=sent | {"notes": "late <b>"})
    assert late.status_code == 412
    assert "for &lt;finance&gt;" in late.text
    assert "late &lt;b&gt;" in late.text
    again = sent_by(late.text, f"/plans/{made}/notes")
    assert again["notes"] == "late <b>"
    assert site.post(f"/plans/{made}/notes", data=again).status_code == 303
    assert site.get(f"/v1/plans/{made}/standing").json()["notes"] == "late <b>"


def test_notes_that_are_too_long_stay_in_the_form(site: TestClient) -> None:
    """422; nothing is cut off."""
    made = plan(site, stated("robyn"))
    answer = site.post(f"/plans/{made}/notes", data={"revision": "0", "notes": "x" * 10_001})
    assert answer.status_code == 422
    assert "x" * 10_001 in answer.text
