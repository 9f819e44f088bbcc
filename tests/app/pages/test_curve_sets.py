"""Curve sets: imported from a table, listed, and shown with every curve."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_a_table_is_imported_and_shown(site: TestClient) -> None:
    """The template itself is a file that can be imported."""
    table = site.get("/v1/imports/templates/parameters").content
    made = site.post("/curve-sets", files={"file": ("curves.csv", table, "text/csv")})
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    page = site.get(address).text
    for curve in site.get(f"/v1{address}").json()["curve_set"]["curves"]:
        assert curve["name"] in page
    assert site.get(f"{address}/curves.svg").text.startswith("<svg")
    assert address in site.get("/curve-sets").text


def test_what_is_no_model_is_refused_with_the_reason(site: TestClient) -> None:
    """As a page."""
    answer = site.post("/curve-sets", files={"file": ("x.json", b'{"hello": 1}', "application/json")})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_an_upload_from_another_site_is_refused(site: TestClient) -> None:
    """Like every form."""
    files = {"file": ("x.csv", b"a,b", "text/csv")}
    assert site.post("/curve-sets", files=files, headers={"Origin": "https://elsewhere.example"}).status_code == 403
