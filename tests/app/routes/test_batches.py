"""/v1/batches: many scenarios in one request."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import Start, small

VARIANTS = [
    {"name": "more", "patch": {"budget": {"at_most": 2000}}},
    {"name": "less search", "patch": [{"op": "replace", "path": "/tactics/0/spend/at_most", "value": 100}]},
]


def finished(client: TestClient, address: str) -> dict[str, Any]:
    """The batch once all its jobs have ended."""
    for _ in range(1000):
        batch: dict[str, Any] = client.get(address).json()
        if batch["state"] == "done":
            return batch
        time.sleep(0.02)
    raise AssertionError("the batch does not end")


def test_what_ifs_of_one_base(client: TestClient) -> None:
    """Each variant is the base with its patch, under its own name; the base is left as it is."""
    body = {"name": "what if", "base": small("base"), "variants": VARIANTS}
    answer = client.post("/v1/batches", json=body)
    assert (answer.status_code, answer.json()["size"]) == (202, 2)
    batch = finished(client, answer.headers["location"])
    assert batch["counts"] == {"queued": 0, "running": 0, "done": 2, "failed": 0, "cancelled": 0}
    jobs = client.get(answer.headers["location"] + "/jobs").json()["jobs"]
    assert [(job["name"], job["position"], job["priority"]) for job in jobs] == [
        ("more", 0, "batch"),
        ("less search", 1, "batch"),
    ]
    scenarios = [client.get(f"/v1/plans/{job['plan_id']}/scenario").json() for job in jobs]
    assert [each["budget"] for each in scenarios] == [{"at_most": 2000}, {"at_most": 1000}]
    assert [each["tactics"][0]["spend"]["at_most"] for each in scenarios] == [400, 100]


def test_whole_scenarios_and_one_that_fails(client: TestClient) -> None:
    """The others do not notice."""
    body = {"name": "mixed", "scenarios": [small("one"), small("die:abort"), small("two")]}
    batch = finished(client, client.post("/v1/batches", json=body).headers["location"])
    assert (batch["counts"]["done"], batch["counts"]["failed"]) == (2, 1)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"scenarios": [small("one"), small("two") | {"budget": {"at_most": "much"}}]}, "not_a_number",
         "scenarios[1].budget.at_most"),
        ({"scenarios": [small("one") | {"tactics": []}]}, "no_tactics", "scenarios[0].tactics"),
        ({"scenarios": [small("one")], "base": small("two")}, "bad_batch", ""),
        ({"base": small("base")}, "bad_batch", ""),
        ({"base": small("base"), "variants": [{"name": "x", "patch": [{"op": "remove", "path": "/nothing"}]}]},
         "bad_patch", "variants[0].patch[0].path"),
        ({"base": small("base"), "variants": [{"name": "x", "patch": {"budget": {"at_most": -1}}}]}, "out_of_range",
         "variants[0].budget.at_most"),
        ({"scenarios": []}, "too_few", "scenarios"),
    ],
)  # fmt: skip
def test_all_or_none(start: Start, change: dict[str, Any], code: str, path: str) -> None:
    """One scenario that is wrong is named by its place, and nothing of the batch is accepted."""
    client = start(run_jobs=False)
    answer = client.post("/v1/batches", json={"name": "wrong"} | change)
    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["path"]) == (422, code, path)
    assert client.get("/v1/jobs").json()["jobs"] == []
    assert client.get("/v1/batches").json()["batches"] == []


def test_a_batch_has_a_limit(start: Start) -> None:
    """413, with the limit named."""
    client = start(run_jobs=False, batch_limit=2)
    answer = client.post("/v1/batches", json={"name": "long", "scenarios": [small("x")] * 3})
    assert (answer.status_code, answer.json()["code"]) == (413, "batch_too_long")


def test_cancelling_a_batch(start: Start) -> None:
    """Every job that has not ended; plans that were made stay."""
    client = start(run_jobs=False)
    address = client.post("/v1/batches", json={"name": "gone", "scenarios": [small("x")] * 3}).headers["location"]
    assert client.delete(address).json()["counts"]["cancelled"] == 3
    assert client.delete(address).json()["state"] == "done"
    [listed] = client.get("/v1/batches").json()["batches"]
    assert listed["name"] == "gone"


def test_unknown_batches(client: TestClient) -> None:
    """404 for every way to ask."""
    for address in ("/v1/batches/batch_" + "0" * 30, "/v1/batches/x"):
        answers = [client.get(address), client.get(address + "/jobs"), client.delete(address)]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "unknown_batch")}


def test_who_waits_comes_before_a_batch(start: Start) -> None:
    """With one solver and a long batch, a plan that somebody asks for is next but one at most."""
    client = start(workers=1)
    batch = client.post("/v1/batches", json={"name": "long", "scenarios": [small("nap:0.2")] * 8}).headers["location"]
    answer = client.post("/v1/plans", json=small("now"), headers={"Prefer": "wait=20"})
    assert answer.status_code == 201
    assert client.get(batch).json()["counts"]["queued"] >= 5
    job = client.post("/v1/plans", json=small("soon"), headers={"Prefer": "respond-async"}).headers["location"]
    while client.get(job).json()["state"] != "done":
        time.sleep(0.02)
    assert client.get(batch).json()["counts"]["queued"] >= 3
