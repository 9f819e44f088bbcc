"""What if: other limits, answered and kept only when asked."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.callers import LOCAL, Role
from app.services.making import MakingService
from app.services.sessions import OpenSessions
from app.solving.solver import PoolSolver
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario
from tests.app.pages.browser import asked, looked_at
from tests.app.pages.conftest import plan, stated
from tests.app.pages.sizes import many
from tests.oracles import instances


def knobs(page: str) -> dict[str, str]:
    """The fields of the form by the limit they belong to."""
    label = r"<bdi>([^<]*)</bdi> <small>([^<\[]*) \[[^<]*</small></label>"
    found = re.findall(label + r"\s*<input id=\"k\d+\" name=\"(k\d+)\"", page)
    return {f"{name} {side}": field for name, side, field in found}


def test_the_limits_are_there_as_they_stand(site: TestClient, robyn: str) -> None:
    """The budget first, then spend limits."""
    found = list(knobs(site.get(f"/plans/{robyn}/what-if").text))
    assert found[0] == "budget at most"
    assert "spend limit of tv at most" in found


def test_another_budget_is_answered_and_not_stored(site: TestClient, robyn: str) -> None:
    """The answer is that of the scenario with that budget; the list of plans stays as it is."""
    page = site.get(f"/plans/{robyn}/what-if").text
    before = site.get("/v1/plans?limit=100").json()["plans"]
    answer = asked(site, f"/plans/{robyn}/what-if", **{knobs(page)["budget at most"]: "160000"})
    scenario = site.get(f"/v1/plans/{robyn}/scenario").json()
    told = site.post("/v1/frontiers", json={"scenario": scenario, "budgets": [160000]}).json()["points"][0]
    assert answer.status_code == 200
    assert f"{told['value']:,.0f}" in answer.text
    assert site.get("/v1/plans?limit=100").json()["plans"] == before


def test_save_makes_a_plan(site: TestClient, robyn: str) -> None:
    """Under the name that was typed, with the limit that was moved."""
    field = knobs(site.get(f"/plans/{robyn}/what-if").text)["budget at most"]
    answer = site.post(f"/plans/{robyn}/what-if", data={field: "120000", "name": "leaner", "save": "yes"})
    assert answer.status_code == 303
    made = site.get(f"/v1{answer.headers['location']}").json()
    assert (made["name"], made["totals"]["spend"]) == ("leaner", 120000.0)


def test_a_plan_without_a_name_is_named_by_its_change(site: TestClient, robyn: str) -> None:
    """In the form before it is saved; changed again, it has the newest figure only."""
    field = knobs(site.get(f"/plans/{robyn}/what-if").text)["budget at most"]
    name = site.get(f"/v1/plans/{robyn}").json()["name"]
    page = looked_at(site, f"/plans/{robyn}/what-if?{field}=121000").text
    assert f'id="name-hint">left blank: {name}, budget 121,000<' in page
    first = site.post(f"/plans/{robyn}/what-if", data={field: "121000", "name": " ", "save": "yes"}).headers["location"]
    assert site.get(f"/v1{first}").json()["name"] == f"{name}, budget 121,000"
    second = site.post(f"{first}/what-if", data={field: "122000", "save": "yes"}).headers["location"]
    assert site.get(f"/v1{second}").json()["name"] == f"{name}, budget 122,000"


def test_what_is_no_number_is_said(site: TestClient, robyn: str) -> None:
    """422, with the limit's name."""
    field = knobs(site.get(f"/plans/{robyn}/what-if").text)["budget at most"]
    answer = site.post(f"/plans/{robyn}/what-if", data={field: "lots"})
    assert answer.status_code == 422
    assert "is not a number" in answer.text


def test_limits_that_cannot_hold_are_a_conflict_in_place(site: TestClient, impossible: str) -> None:
    """What cannot hold together is named."""
    page = site.get(f"/plans/{impossible}/what-if").text
    answer = asked(site, f"/plans/{impossible}/what-if", **{knobs(page)["budget at most"]: "50"})
    assert "search floor" in answer.text


def test_a_currency_or_per_cent_sign_beside_a_number_is_read(site: TestClient, funnel: str) -> None:
    """As in the form of a scenario; another currency is refused, and per cent where no share is asked for."""
    address = f"/plans/{funnel}/what-if"
    found = knobs(site.get(address).text)
    budget, share = found["budget at most"], next(field for name, field in found.items() if "share" in name)
    sent = site.post(address, data={budget: "€ 40,000,000", share: "40 %"})
    assert sent.status_code == 303, sent.text
    told = looked_at(site, sent.headers["location"]).text
    assert f'data-for="{budget}"' in told
    assert re.search(rf'value="0.4" data-for="{share}"', told)
    assert re.search(rf'value="40000000.0" data-for="{budget}"', told)
    wrong = site.post(address, data={budget: "$ 40,000,000", share: "0.4 EUR"}).text
    assert "is in USD, and the scenario in EUR" in wrong
    assert "is per cent" in site.post(address, data={budget: "40 %"}).text


def test_an_empty_field_says_what_stands_there(site: TestClient, robyn: str) -> None:
    """422 at the field; what was typed elsewhere stays, and nothing is saved."""
    found = knobs(site.get(f"/plans/{robyn}/what-if").text)
    budget, limit = found["budget at most"], found["spend limit of tv at most"]
    typed = {budget: "  ", limit: "12,000.5", "name": "mine", "save": "yes"}
    answer = site.post(f"/plans/{robyn}/what-if", data=typed)
    assert answer.status_code == 422
    assert f'id="{budget}-wrong">is empty: type a number; it stands at 150,000' in answer.text
    assert f'name="{limit}" inputmode="decimal" autocomplete="off" value="12,000.5"' in answer.text
    assert 'value="mine"' in answer.text


def test_a_limit_that_cannot_be_is_said_in_the_page(site: TestClient, robyn: str) -> None:
    """The form stays."""
    field = knobs(site.get(f"/plans/{robyn}/what-if").text)["budget at most"]
    answer = site.post(f"/plans/{robyn}/what-if", data={field: "-5", "name": "mine"})
    assert answer.status_code == 422
    assert 'value="-5"' in answer.text
    assert 'role="alert"' in answer.text
    assert f'id="{field}-wrong">is negative: type 0 or more<' in answer.text
    assert "at_most" not in answer.text


def test_a_share_above_one_is_a_slip(site: TestClient, funnel: str) -> None:
    """It is asked at the field, what stays within 1 is taken, and no slider goes beyond."""
    address = f"/plans/{funnel}/what-if"
    page = site.get(address).text
    share = knobs(page)["brand share at most"]
    assert re.search(rf'max="1.0" step="any" value="[\d.]+" data-for="{share}"', page)
    for typed in ("150", "55", "150 %"):
        wrong = site.post(address, data={share: typed})
        assert wrong.status_code == 422
        assert f'id="{share}-wrong">is above 1: a share is between 0 and 1, as 0.5 or 50 %<' in wrong.text
    assert site.post(address, data={share: "1"}).status_code == 303


def test_the_frontier_is_a_picture_with_its_table(site: TestClient, robyn: str) -> None:
    """Budgets from a quarter to twice the plan's; a what-if stands on it."""
    page = looked_at(site, f"/plans/{robyn}/frontier").text
    assert page.count('scope="row"') == 15
    assert "37,500" in page
    assert "300,000" in page
    assert f"/plans/{robyn}/frontier.svg" in page
    field = knobs(site.get(f"/plans/{robyn}/what-if").text)["budget at most"]
    answer = asked(site, f"/plans/{robyn}/what-if", **{field: "120000"}).text.replace("&amp;", "&")
    assert f"/plans/{robyn}/frontier.svg?budget=120000.0&value=" in answer
    assert site.get(f"/plans/{robyn}/frontier.svg?budget=120000&value=400000").text.startswith("<svg")
    assert site.get(f"/plans/{robyn}/frontier.svg?budget=nan&value=1").status_code == 422


def test_an_answer_has_an_address(site: TestClient, robyn: str) -> None:
    """It stands in the answer, and asks the same again."""
    field = knobs(site.get(f"/plans/{robyn}/what-if").text)["budget at most"]
    sent = site.post(f"/plans/{robyn}/what-if", data={field: "120000", "name": "mine", "find": "budget"})
    assert sent.headers["location"] == f"/plans/{robyn}/what-if?{field}=120000&name=mine&find=budget"
    answer = looked_at(site, sent.headers["location"]).text
    address = f"/plans/{robyn}/what-if?{field}=120000"
    assert f'href="{address}"' in answer
    assert 'value="mine"' in answer
    again = looked_at(site, address).text
    assert f'name="{field}" inputmode="decimal" autocomplete="off" value="120 000"' in again
    assert again.partition("The answer")[2] == answer.partition("The answer")[2]
    assert site.get(f"/plans/{robyn}/what-if?{field}=lots").status_code == 422


def test_a_conflict_is_mended_in_place(site: TestClient, impossible: str) -> None:
    """The change that mends it is a button that asks again with it."""
    page = site.get(f"/plans/{impossible}/what-if").text
    field = knobs(page)["budget at most"]
    answer = asked(site, f"/plans/{impossible}/what-if", **{field: "50"}).text
    assert re.search(rf'<button form="limits" name="{field}" value="130"', answer)


def test_the_page_comes_before_the_answer(site: TestClient) -> None:
    """With the stored plan, greyed, and looked at again by itself without a script; then with the answer."""
    slow = instances.weekly(20, 8, s_share=1.0) | {"name": "slow", "solve": {"gap": 1e-9, "time_limit": 2}}
    made = plan(site, slow)
    began = site.get(f"/plans/{made}/what-if?k0={0.9 * slow['budget']['at_most']}")
    assert "until the answer is there" in began.text
    assert '<noscript><meta http-equiv="refresh"' in began.text
    assert "stale" in began.text
    ended = looked_at(site, f"/plans/{made}/what-if?k0={0.9 * slow['budget']['at_most']}")
    assert "The answer" in ended.text
    assert "refresh" not in ended.text


def test_goals_are_moved_too(site: TestClient, funnel: str) -> None:
    """Also those that a plan may miss."""
    page = site.get(f"/plans/{funnel}/what-if").text
    soft = [goal["name"] for goal in stated("full_funnel")["goals"] if not goal.get("required")]
    assert soft
    assert all(f"{name} at least" in knobs(page) for name in soft)


def test_one_of_very_many_limits_is_found(site: TestClient) -> None:
    """By its words; what is turned stays in the form, and its answer stands beside it."""
    made = plan(site, many(300))
    first = site.get(f"/plans/{made}/what-if").text
    assert "spend limit of tactic 0299 at most" not in knobs(first)
    assert "more limits are not shown" in first
    sought = site.get(f"/plans/{made}/what-if?find=tactic+0299").text
    assert list(knobs(sought)) == ["spend limit of tactic 0299 at most"]
    field = knobs(sought)["spend limit of tactic 0299 at most"]
    answer = asked(site, f"/plans/{made}/what-if", **{field: "0", "find": "tactic 0001"})
    assert list(knobs(answer.text)) == ["spend limit of tactic 0001 at most", "spend limit of tactic 0299 at most"]
    assert "No limit has these words" in site.get(f"/plans/{made}/what-if?find=nothing").text


def test_a_limit_with_three_decimals_stands_in_its_field(site: TestClient) -> None:
    """150.123 could be a hundred and fifty thousand where it is typed; a limit that stands is no typed one."""
    curve = {"family": "linear", "slope": 2}
    made = plan(
        site,
        {
            "name": "fils",
            "currency": "KWD",
            "objective": {"maximize": "revenue"},
            "budget": {"at_most": 150.123},
            "tactics": [{"name": "a", "stage": "upstream", "response": curve}],
        },
    )
    page = site.get(f"/plans/{made}/what-if")
    assert page.status_code == 200
    assert 'value="150.1230"' in page.text
    assert site.post(f"/plans/{made}/what-if", data={"k0": "150.1230"}).status_code == 303


def test_the_answer_that_is_there_is_what_is_saved(site: TestClient, robyn: str) -> None:
    """It is not solved again: the plan has the answer's own seconds, and the digest of the scenario it is kept with."""
    field = knobs(site.get(f"/plans/{robyn}/what-if").text)["budget at most"]
    before = asked(site, f"/plans/{robyn}/what-if", **{field: "111000"})
    with pytest.MonkeyPatch.context() as patched:
        patched.delattr("app.solving.solver.PoolSolver.solve")
        saved = site.post(f"/plans/{robyn}/what-if", data={field: "111000", "name": "kept", "save": "yes"})
    assert saved.status_code == 303, before.text
    made = site.get(f"/v1{saved.headers['location']}").json()
    scenario = site.get(f"/v1{saved.headers['location']}/scenario").json()
    again = site.post("/v1/plans", json=scenario).json()
    assert (made["name"], made["totals"]["spend"]) == ("kept", 111000.0)
    assert made["provenance"]["digest"] == again["provenance"]["digest"]


def test_an_answer_that_is_under_way_is_what_is_saved(
    site: TestClient, robyn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is waited for, not solved a second time; where that takes long it is a job, whatever the page asks then."""
    solve, solved, let = PoolSolver.solve, list[Scenario](), threading.Event()

    def slow(self: PoolSolver, scenario: Scenario, *more: Any, **others: Any) -> Plan:
        solved.append(scenario)
        assert let.wait(30)
        return solve(self, scenario, *more, **others)

    monkeypatch.setattr(PoolSolver, "solve", slow)
    address, page = f"/plans/{robyn}/what-if", {"token": "page"}
    field = knobs(site.get(address).text)["budget at most"]
    assert site.post(address, data=page | {field: "112000"}).status_code == 303
    make = MakingService.make
    monkeypatch.setattr(MakingService, "make", lambda own, who, what, _, *more: make(own, who, what, 0.05, *more))
    saved = site.post(address, data=page | {field: "112000", "name": "waited for", "save": "yes"})
    assert saved.headers["location"].startswith("/jobs/")
    site.post(address, data=page | {field: "113000"})
    let.set()
    until = time.monotonic() + 30
    job: dict[str, Any] = {}
    while job.get("state") not in ("done", "failed") and time.monotonic() < until:
        job = site.get(f"/v1{saved.headers['location']}").json()
    assert job["state"] == "done", job
    made = site.get(f"/v1/plans/{job['plan_id']}").json()
    assert (made["name"], made["totals"]["spend"]) == ("waited for", 112000.0)
    assert [scenario.budget.total.at_most for scenario in solved if scenario.budget.total].count(112000.0) == 1


def test_of_very_many_tactics_those_that_move_most_come_first(site: TestClient) -> None:
    """What is looked for is near the top."""
    made = plan(site, many(61))
    field = knobs(site.get(f"/plans/{made}/what-if?find=tactic+0033").text)["spend limit of tactic 0033 at most"]
    answer = looked_at(site, f"/plans/{made}/what-if?{field}=0").text
    rows = re.findall(r'<th scope="row"><bdi>(tactic \d+)</bdi>', answer)
    assert (len(rows), rows[0]) == (61, "tactic 0033")


def test_a_viewer_reads_the_answer_of_an_address(site: TestClient, robyn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be typed or pressed; until the answer is there, the page looks at it again by itself."""
    slow = plan(site, instances.weekly(10, 8, s_share=1.0) | {"name": "slow", "solve": {"gap": 1e-3, "time_limit": 3}})
    monkeypatch.setattr(OpenSessions, "caller", lambda *_: replace(LOCAL, role=Role.viewer))
    began = site.get(f"/plans/{slow}/what-if?k0=79000").text
    assert 'id="answer" aria-labelledby="answer-title" data-refresh="#far"' in began
    answer = looked_at(site, f"/plans/{robyn}/what-if?k0=123000").text
    assert "The answer" in answer
    assert ">123,000</td>" in answer
    assert "data-refresh" not in answer
    assert 'name="save"' not in answer
    assert answer.count("readonly") == len(knobs(answer))


def test_value_and_spend_stay_in_sight_on_a_phone(site: TestClient, robyn: str) -> None:
    """Both before and after."""
    answer = looked_at(site, f"/plans/{robyn}/what-if?k0=123000").text
    glance = re.sub(r"<[^>]*>", "", answer.partition('class="glance"')[2].partition("</p>")[0])
    assert re.search(r"value [\d,]+ → [\d,]+ \(−[\d,]+\) · spend 150,000 → 123,000 \(−27,000\)", glance)
