"""Schedules as pages: made by a form, run by a button, and every verdict in words."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient

from tests.app.pages.browser import sent_by
from tests.app.pages.conftest import plan
from tests.optimizer.toys import line, wire

PRESSED = {"pressed": "yes"}


@pytest.fixture(scope="module")
def behind(site: TestClient) -> str:
    """A plan of three periods, in the first of which nothing was spent, so that its goal is at risk."""
    tactics = [
        line("a", {"family": "linear", "slope": 3}, spend={"at_most": 50}),
        line("b", {"family": "linear", "slope": 2}, spend={"at_most": 50}),
    ]
    goals = [{"name": "<year>", "metric": "revenue", "at_least": 600}]
    made = plan(site, wire(tactics, periods=["1", "2", "3"], budget={"at_most": 180}, goals=goals))
    nothing = [{"tactic": name, "period": "1", "spend": 0} for name in "ab"]
    assert site.post("/v1/actuals", json={"book": "behind", "actuals": nothing}).status_code == 201
    return made


def made(site: TestClient, of: str, **changed: str) -> str:
    """The address of a schedule that the form made."""
    form = sent_by(site.get(f"/schedules/new?plan={of}").text, "/schedules/new")
    answer = site.post("/schedules/new", data=form | {"name": "<weekly>", "book": "behind"} | changed)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_schedule_is_made_and_says_when_it_is_due(site: TestClient, behind: str) -> None:
    """The form begins with a week; the page tells the next five times in words."""
    address = made(site, behind, zone="Europe/Berlin")
    page = site.get(address).text
    assert page.count("06:30 in Europe/Berlin") == 5
    assert "every Monday at 06:30" in page
    assert f"/plans/{behind}/actuals?book=behind" in page
    assert "06:30 in Europe/Berlin" in site.get("/schedules").text
    assert "&lt;weekly&gt;" in site.get("/").text


def test_what_is_wrong_is_said_at_its_field(site: TestClient, behind: str) -> None:
    """422; what was typed stays."""
    form = sent_by(site.get(f"/schedules/new?plan={behind}").text, "/schedules/new")
    for field, text in {
        "cron": "every day",
        "zone": "Mars/Base",
        "threshold.share": "lots",
        "turnover.lines": "1.5",
        "book": "a" * 101,
    }.items():
        answer = site.post("/schedules/new", data=form | {"name": "wrong", field: text})
        assert answer.status_code == 422, field
        assert f'id="f-{field}-wrong"' in answer.text
        assert f'value="{text}"' in answer.text
    neither = site.post("/schedules/new", data=form | {"name": "wrong", "plan": ""})
    assert 'id="f-scenario-wrong"' in neither.text


def test_a_run_tells_its_verdict_and_its_proposal(site: TestClient, behind: str) -> None:
    """By hand: the rest is planned again, a draft is proposed, and the goal is at risk on the first page, too."""
    address = made(site, behind)
    assert site.post(f"{address}/trigger", data=PRESSED).headers["location"] == address
    page = waited(site, address)
    assert "change the plan" in page
    assert "another plan gains enough" in page
    assert "The draft" in page
    assert "&lt;year&gt;" in page
    assert "by hand" in page
    home = site.get("/").text
    assert "Goals at risk" in home
    assert "&lt;year&gt;" in home


def waited(site: TestClient, address: str) -> str:
    """The page once no run waits."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        page = site.get(address).text
        if "being worked on" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_a_schedule_is_paused_resumed_and_deleted(site: TestClient, behind: str) -> None:
    """Each by its button."""
    address = made(site, behind)
    site.post(f"{address}/pause", data=PRESSED)
    paused = site.get(address).text
    assert f'action="{address}/resume"' in paused
    assert f'action="{address}/pause"' not in paused
    site.post(f"{address}/resume", data=PRESSED)
    assert f'action="{address}/pause"' in site.get(address).text
    assert site.post(f"{address}/delete", data=PRESSED).headers["location"] == "/schedules"
    assert site.get(address).status_code == 404


def test_a_schedule_is_changed_in_the_form_that_made_it(site: TestClient, behind: str) -> None:
    """It shows what is stated, in the units of the form; who was overtaken keeps what was typed."""
    address = made(site, behind, **{"threshold.share": "2.5", "turnover.lines": "3", "bookings[0].periods": "1"})
    form = sent_by(site.get(f"{address}/edit").text, f"{address}/edit")
    shown = {name: form[name] for name in ("threshold.share", "turnover.lines", "bookings[0].periods", "often", "cron")}
    assert shown == {"threshold.share": "2.5", "turnover.lines": "3", "bookings[0].periods": "1",
                     "often": "30 6 * * 1", "cron": ""}  # fmt: skip
    changed = site.post(f"{address}/edit", data=form | {"cron": "0 7 15 * *", "name": "monthly"})
    assert changed.headers["location"] == address
    assert "0 7 15 * *" in site.get(address).text
    late = site.post(f"{address}/edit", data=form | {"name": "late"})
    assert late.status_code == 422
    assert 'value="late"' in late.text
    again = sent_by(late.text, f"{address}/edit")
    assert site.post(f"{address}/edit", data=again).status_code == 303
    assert "<bdi>late</bdi>" in site.get(address).text


def test_bookings_that_the_form_cannot_show_stay(site: TestClient, behind: str) -> None:
    """Those of some tactics only."""
    bookings = [{"periods": 1, "scope": {"tactics": ["a"]}}, {"periods": 2, "scope": {"stage": "upstream"}}]
    stated = {"name": "booked", "cron": "0 7 * * *", "plan": behind, "bookings": bookings}
    schedule = site.post("/v1/schedules", json=stated).json()
    address = f"/schedules/{schedule['id']}"
    form = sent_by(site.get(f"{address}/edit").text, f"{address}/edit")
    assert site.post(f"{address}/edit", data=form | {"name": "booked on"}).status_code == 303
    after = site.get(f"/v1{address}").json()
    assert (after["name"], after["bookings"]) == ("booked on", schedule["bookings"])


def test_all_that_is_wrong_with_a_schedule_is_said_at_its_fields(site: TestClient) -> None:
    """In the words of the form, at once."""
    sent = {"name": "", "cron": "soon", "zone": "Berlin", "threshold.share": "much", "turnover.lines": "1.5"}
    answer = site.post("/schedules/new", data=sent)
    assert answer.status_code == 422
    for path in ("name", "cron", "zone", "threshold.share", "turnover.lines"):
        assert f'id="f-{path}-wrong"' in answer.text, path
    assert "30 6 * * 1 is every Monday at 06:30" in answer.text
    assert "the 15th of every month at 07:00" in answer.text
