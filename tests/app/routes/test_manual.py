"""The OpenAPI document is complete: it says what each operation takes, answers and refuses."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.callers import Role
from optimizer.errors import ScenarioError


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return document


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, found) for path, item in document["paths"].items() for method, found in item.items()]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """Bodies that handlers read themselves are described with all that they hold."""
    schemas = document["components"]["schemas"]
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names <= set(schemas)
    assert {"ScenarioIn", "EvaluationIn", "StoredPlanOut", "Problem", "Fault"} <= names


def test_every_operation_is_explained(document: dict[str, Any]) -> None:
    """A summary, a description, and what each parameter means."""
    for path, method, operation in operations(document):
        assert operation["summary"], (method, path)
        assert len(operation["description"]) > 40, (method, path)
        for parameter in operation.get("parameters", []):
            assert parameter.get("description") or parameter["schema"].get("description"), (
                path,
                parameter["name"],
            )


def test_every_failure_is_a_problem(document: dict[str, Any]) -> None:
    """No operation promises another form of error than application/problem+json."""
    for path, method, operation in operations(document):
        if path.startswith("/v1/"):
            failures = {status: found for status, found in operation["responses"].items() if status >= "400"}
            assert {"500", "503"} <= set(failures), (method, path)
            for found in failures.values():
                assert list(found["content"]) == ["application/problem+json"], (method, path)


def test_every_operation_says_who_may(document: dict[str, Any]) -> None:
    """All of /v1 names the one role it takes, and the answers of those who do not have it."""
    for path, method, operation in operations(document):
        if path.startswith("/v1/"):
            [stated] = operation["security"]
            [role] = stated["key"]
            assert Role(role), (method, path)
            assert {"401", "403"} <= set(operation["responses"]), (method, path)


def test_every_answer_has_a_schema(document: dict[str, Any]) -> None:
    """What is answered is described, also where it is stored text."""
    for path, method, operation in operations(document):
        answers = [found for status, found in operation["responses"].items() if status < "300" and status != "204"]
        kinds = [kind for found in answers for kind in found["content"].values()]
        assert kinds, (method, path)
        assert all(kind["schema"] for kind in kinds), (method, path)


def test_the_example_can_be_sent(client: TestClient, document: dict[str, Any]) -> None:
    """The scenario that the document shows is one that the service takes."""
    [example] = document["components"]["schemas"]["ScenarioIn"]["examples"]
    assert client.post("/v1/plans", json=example).status_code == 201


def test_nothing_is_loaded_from_elsewhere(client: TestClient) -> None:
    """There is no page that fetches scripts of others."""
    assert {client.get(path).status_code for path in ("/docs", "/redoc")} == {404}


def test_an_unexpected_error_says_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 as a problem without a trace of the inside; the log has the place, not the message."""

    def broken(*_: object) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr("app.services.plans.PlanService.page", broken)
    answer = client.get("/v1/plans")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]


def test_expected_errors_elsewhere_keep_their_code(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library error from any depth is a problem with its path."""

    def refuse(*_: object) -> None:
        raise ScenarioError("odd", "here", "is odd", "make it even")

    monkeypatch.setattr("app.services.plans.PlanService.page", refuse)
    assert client.get("/v1/plans").json()["errors"][0]["path"] == "here"


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("a b", False), ("x" * 65, False), ("", False)])
def test_a_plain_request_id_is_kept(client: TestClient, given: str, kept: bool) -> None:
    """A caller's id comes back, anything that could harm a log is replaced."""
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1", 404), ("GET", "/v1/plans/", 404), ("POST", "/healthz", 405)]
)
def test_addresses_that_are_not_there(client: TestClient, method: str, path: str, status: int) -> None:
    """404 and 405 are problems too."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
