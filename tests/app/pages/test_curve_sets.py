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


def test_intervals_of_a_file_are_shown(site: TestClient) -> None:
    """As a band and in words; where there is one for today only, as a bar."""
    rows = [f"{m},web,{metric},{100 * m},{y}" for m in (0, 1, 2)
            for metric, y in (("mean", 90 * m), ("ci_lo", 50 * m), ("ci_hi", 120 * m))]  # fmt: skip
    table = "\n".join(["spend_multiplier,channel,metric,spend,incremental_outcome", *rows]).encode()
    address = site.post("/curve-sets", files={"file": ("c.csv", table, "text/csv")}).headers["location"]
    assert "50 to 120 (90" in site.get(address).text
    assert "computed of them" in site.get(address).text
    assert site.get(f"{address}/curves.svg").text.count('role="graphics-symbol"') > 0
    document = site.get(f"/v1{address}").json()["curve_set"] | {"name": "One bar"}
    document["curves"][0]["interval"]["points"] = [[100, 50, 120]]
    alone = site.post("/v1/curve-sets", json={"curve_set": document}).headers["location"].removeprefix("/v1")
    assert "50 to 120 (90" in site.get(alone).text
    assert site.get(f"{alone}/curves.svg").text != site.get(f"{address}/curves.svg").text


def test_what_is_no_model_is_refused_with_the_reason(site: TestClient) -> None:
    """As a page."""
    answer = site.post("/curve-sets", files={"file": ("x.json", b'{"hello": 1}', "application/json")})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_file_that_was_not_chosen_is_asked_for_at_its_field(site: TestClient) -> None:
    """In the form, as everything else that is wrong, on both pages that take one."""
    for address, label in (("/curve-sets", "File"), ("/scenarios/from-workbook", "Workbook, XLSX")):
        answer = site.post(address, files={"file": ("", b""), "data": ("", b"")})
        assert answer.status_code == 422, address
        assert f'<a href="#f-file">{label}</a> is not chosen: choose a file' in answer.text
        assert 'aria-describedby="f-file-wrong"' in answer.text
        assert f'action="{address}"' in answer.text


def test_an_upload_from_another_site_is_refused(site: TestClient) -> None:
    """Like every form."""
    files = {"file": ("x.csv", b"a,b", "text/csv")}
    assert site.post("/curve-sets", files=files, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_curves_are_shown_one_by_one_with_a_plan_on_them(site: TestClient, funnel: str) -> None:
    """Its levels as a table, how far it is saturated, and the plan's average spend: that of tv over its six periods."""
    table = site.get("/v1/imports/templates/parameters").content
    address = site.post("/curve-sets?name=single", files={"file": ("c.csv", table, "text/csv")}).headers["location"]
    page = site.get(f"{address}?curve=tv&plan={funnel}").text
    assert 'rel="next"' in page
    assert "Saturated to" in page
    spend = next(row["spend"] for row in site.get(f"/v1/plans/{funnel}").json()["tactics"] if row["tactic"] == "tv")
    assert f"{spend / 6:,.0f}" in page
    assert "42.8 %" in page  # 171,034 of 400,000
    assert site.get(f"{address}/curves.svg?curve=tv&plan={funnel}").text.count("tv") >= 1
    assert site.get(f"{address}?curve=nobody").status_code == 404


def test_curves_without_a_spend_today_are_drawn(site: TestClient) -> None:
    """Over the range of their data; an empty legend does not take the picture's room."""
    table = b"tactic,spend,outcome\nfilm,0,0\nfilm,1000,166\nfilm,2000,285\nfilm,4000,444"
    made = site.post("/curve-sets", files={"file": ("without.csv", table, "text/csv")}).headers["location"]
    assert "Curves without a spend today" in site.get(made).text
    values = next(iter(site.get(f"{made}/curves.json").json()["datasets"].values()), None) or []
    drawn = site.get(f"{made}/curves.svg").text
    assert float(drawn.partition('width="')[2].partition('"')[0]) > 180
    assert max(value["spend"] for value in values) == 4000.0


def test_an_import_that_fails_shows_its_form_again(site: TestClient) -> None:
    """With what is wrong, and the columns that a table may have."""
    answer = site.post("/curve-sets", files={"file": ("c.csv", b"colour,size\nred,5\n", "text/csv")})
    assert answer.status_code == 422
    assert 'action="/curve-sets"' in answer.text
    assert 'id="wrong"' in answer.text
    assert "<details open><summary>Columns of a table of curves" in answer.text
    assert "<dd>tactic, " in answer.text
