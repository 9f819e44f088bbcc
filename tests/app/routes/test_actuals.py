"""Actuals and variances over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import small

LINES = [
    {"tactic": "search", "period": "all", "spend": 30, "outcome": 80},
    {"tactic": "tv", "period": "all", "spend": 5},
]


def test_what_was_uploaded_is_told_and_held_against_a_plan(client: TestClient) -> None:
    """Upload, read, list, compare: 30 of search brought 80 where the curve says 90; 5 of tv was not measured."""
    uploaded = client.post("/v1/actuals", json={"book": "http", "actuals": LINES})
    assert uploaded.status_code == 201
    upload = uploaded.json()
    assert (upload["periods"], upload["actor"]) == (["all"], "local")
    told = client.get("/v1/actuals", params={"book": "http"}).json()
    assert told["periods"][0]["actuals"] == [
        {"tactic": "search", "spend": 30.0, "outcome": 80.0},
        {"tactic": "tv", "spend": 5.0, "outcome": None},
    ]
    assert client.get("/v1/actuals", params={"book": "http", "until": upload["upload"]}).json() == told
    assert upload.pop("unmatched") is None
    assert client.get("/v1/actuals/uploads", params={"book": "http"}).json() == {"uploads": [upload], "next": None}
    plan = client.post("/v1/plans", json=small("Spring")).json()["id"]
    found = client.get(f"/v1/plans/{plan}/variance", params={"book": "http"}).json()
    assert (found["total"]["actual_spend"], found["total"]["measured_difference"]) == (35.0, -10.0)
    assert [row["name"] for row in found["tactics"]] == ["search", "tv"]
    assert found["summary"][0].startswith("35 EUR was spent in 1 period")


def test_json_says_itself_which_book_is_meant(client: TestClient) -> None:
    """A book named beside it would be passed over, and the lines would replace those of another book."""
    before = client.get("/v1/actuals").json()
    refused = client.post("/v1/actuals", params={"book": "beside"}, json={"actuals": LINES})
    assert (refused.status_code, refused.json()["code"]) == (422, "contradictory_options")
    assert refused.json()["errors"] == [
        {"code": "contradictory_options", "path": "book", "problem": "stands beside a JSON body",
         "remedy": "put it into the body"}
    ]  # fmt: skip
    assert client.get("/v1/actuals").json() == before


def test_a_table_is_matched_with_a_plan(client: TestClient) -> None:
    """Excel's dates are the plan's periods; what matches nothing is stored, and told."""
    plan = client.post("/v1/plans", json=small("Spring") | {"periods": ["2027-01", "2027-02"]}).json()["id"]
    table = "tactic,period,spend\ntv,Jan-27,5\nsearch,01.02.2027,7\nradio,2027-01,3\ntv,2027-09,2\n"
    query = {"book": "table", "plan": plan}
    csv = {"Content-Type": "text/csv"}
    uploaded = client.post("/v1/actuals", params=query, content=table, headers=csv)
    assert uploaded.status_code == 201, uploaded.text
    strange = [
        {"tactic": "radio", "period": "2027-01", "spend": 3.0, "outcome": None, "why": "tactic"},
        {"tactic": "tv", "period": "2027-09", "spend": 2.0, "outcome": None, "why": "period"},
    ]
    assert uploaded.json()["unmatched"] == strange
    assert uploaded.json()["periods"] == ["2027-01", "2027-02", "2027-09"]
    found = client.get(f"/v1/plans/{plan}/variance", params={"book": "table"}).json()
    assert found["total"]["actual_spend"] == 12.0
    assert (found["unmatched"], found["unmatched_lines"]) == (strange, 2)
    refused = client.post("/v1/actuals", params={"book": "table"}, content=table, headers=csv)
    faults = [(fault["path"], fault["code"]) for fault in refused.json()["errors"]]
    assert (refused.status_code, faults) == (422, [("CSV!B2", "unknown_period"), ("CSV!B3", "unknown_period")])
    assert client.post("/v1/actuals?plan=plan_none", content=table, headers=csv).status_code == 404


def test_numbers_that_can_be_read_in_two_ways_are_asked_for_by_the_parameter(client: TestClient) -> None:
    """And are taken with it."""
    table, csv = "tactic;period;spend\ntv;all;1.234\n", {"Content-Type": "text/csv"}
    [fault] = client.post("/v1/actuals", content=table, headers=csv).json()["errors"]
    assert (fault["code"], fault["path"]) == ("ambiguous_number", "CSV!C2")
    assert fault["remedy"] == "say which: ?decimal=point or ?decimal=comma"
    assert client.post("/v1/actuals?book=asked&decimal=comma", content=table, headers=csv).status_code == 201


def test_a_cell_that_stands_twice_in_a_table_is_told_in_plain_words(client: TestClient) -> None:
    """By its cell."""
    table = "tactic,period,spend\ntv,all,5\ntv,all,6\n"
    answer = client.post("/v1/actuals", content=table, headers={"Content-Type": "text/csv"})
    [fault] = answer.json()["errors"]
    assert (fault["path"], fault["problem"]) == ("CSV!A3", "names a cell that was named before")


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"actuals": [LINES[0] | {"spend": -1}]}, "actuals[0].spend", "out_of_range"),
        ({"actuals": [LINES[0] | {"spend": "1"}]}, "actuals[0].spend", "not_a_number"),
        ({"actuals": [LINES[0], LINES[0]]}, "actuals[1]", "duplicate_cell"),
        ({"actuals": [LINES[0]], "clear": ["all"]}, "clear[0]", "duplicate_cell"),
        ({"book": "a/b", "actuals": LINES}, "book", None),
        ({}, "actuals", "empty"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    client: TestClient, body: dict[str, Any], path: str, code: str | None
) -> None:
    """And nothing is kept."""
    answer = client.post("/v1/actuals", json=body)
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert fault["path"] == path
    assert code is None or fault["code"] == code
    assert client.get("/v1/actuals").json()["periods"] == []


def test_unknown_plans_and_uploads_are_404(client: TestClient) -> None:
    """With a code."""
    assert client.get("/v1/plans/plan_0/variance").json()["code"] == "unknown_plan"
    assert client.get("/v1/actuals", params={"until": "upload_0"}).json()["code"] == "unknown_upload"
