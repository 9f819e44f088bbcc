"""Workbooks and CSV over HTTP: out, back in, and refused where they are not what they claim."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.schemas.scenario import ScenarioIn, scenario_to_wire
from app.spreadsheets.book import MEDIA_TYPE as XLSX
from app.spreadsheets.book import Book
from app.spreadsheets.scenario.encode import encode
from app.spreadsheets.scenario.write import scenario_workbook
from tests.app.conftest import small
from tests.app.spreadsheets.opened import opened

CSV = "text/csv"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with the real solver: a workbook shows everything that a plan has."""
    url = f"sqlite:///{tmp_path_factory.mktemp('service') / 'plans.sqlite3'}"
    settings = Settings(database_url=url, workers=1, log_level="error")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def plan_id(client: TestClient, name: str = "Spring") -> str:
    """A stored plan."""
    made: str = client.post("/v1/plans", json=small(name)).json()["id"]
    return made


def workbook(**changed: Any) -> bytes:
    """The small scenario as a workbook."""
    return scenario_workbook(scenario_to_wire(ScenarioIn.model_validate(small("Spring") | changed).to_domain()))


def with_part(raw: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one more part, or another content of one."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for own in archive.namelist():
            if own != name:
                out.writestr(own, archive.read(own))
        out.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("address", "sheet"),
    [("/v1/plans/{id}.xlsx", "Allocation"), ("/v1/plans/{id}/scenario.xlsx", "Curves"),
     ("/v1/comparisons.xlsx?plans={id},{other}", "Scenario differences"), ("/v1/scenarios/template.xlsx", "Goals")],
)  # fmt: skip
def test_workbooks_are_answered(client: TestClient, address: str, sheet: str) -> None:
    """With their type, under a name to save them by, with the sheets that they should have."""
    answer = client.get(address.format(id=plan_id(client), other=plan_id(client, "better")))
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX), answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert sheet in opened(answer.content).values


def test_csv_is_answered_long_and_wide(client: TestClient) -> None:
    """Rows for cells, or for tactics."""
    plan = plan_id(client)
    long = client.get(f"/v1/plans/{plan}.csv")
    wide = client.get(f"/v1/plans/{plan}.csv", params={"form": "wide"})
    assert long.text.splitlines()[0].startswith("\ufefftactic,stage,period,spend")
    assert wide.text.splitlines()[0] == "\ufefftactic,stage,all,total"
    assert len(long.text.splitlines()) == len(wide.text.splitlines()) == 3


@pytest.mark.parametrize("address", ["/v1/plans/{id}.xlsx", "/v1/plans/{id}.csv", "/v1/plans/{id}/scenario.xlsx"])
def test_what_is_not_kept_is_not_found(client: TestClient, address: str) -> None:
    """404 as anywhere."""
    for unknown in ("plan_" + "0" * 30, "nonsense"):
        answer = client.get(address.format(id=unknown))
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_plan")


def test_a_downloaded_scenario_is_the_same_when_it_is_sent_back(client: TestClient) -> None:
    """Read as the canonical document, and solved as the same scenario: the digest says so."""
    plan = plan_id(client)
    raw = client.get(f"/v1/plans/{plan}/scenario.xlsx").content
    read = client.post("/v1/scenarios/from-workbook", content=raw, headers={"content-type": XLSX})
    assert read.json() == client.get(f"/v1/plans/{plan}/scenario").json()
    made = client.post("/v1/plans", content=raw, headers={"content-type": XLSX})
    assert made.status_code == 201, made.text
    digests = [client.get(f"/v1/plans/{own}").json()["provenance"]["digest"] for own in (plan, made.json()["id"])]
    assert digests[0] == digests[1]


def test_a_fault_names_its_cell(client: TestClient) -> None:
    """In an answer like any other, with the sheet and cell as the path."""
    raw = scenario_workbook(small("Spring") | {"budget": {"at_most": -5}})
    answer = client.post("/v1/plans", content=raw, headers={"content-type": XLSX})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "Scenario!B12"), answer.text


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (b"", "empty_file"),
        (b'{"name": "json"}', "wrong_extension"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_workbook"),
        (workbook()[:2000], "damaged_file"),
        (with_part(workbook(), "xl/vbaProject.bin", b"x"), "macros"),
        (with_part(workbook(), "xl/externalLinks/externalLink1.xml", b"<x/>"), "external_links"),
        (with_part(workbook(), "xl/workbook.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), "xml_entities"),
        (with_part(workbook(), "xl/bomb.xml", b"0" * 50_000_000), "file_too_large"),
        (with_part(workbook(), "[Content_Types].xml", b"<x>"), "damaged_file"),
    ],
)
def test_bad_files_are_refused_with_the_reason(client: TestClient, spoiled: bytes, code: str) -> None:
    """Never solved, never a failure of ours."""
    answer = client.post("/v1/scenarios/from-workbook", content=spoiled, headers={"content-type": XLSX})
    assert (answer.status_code, answer.json()["code"]) in ((422, code), (413, code)), answer.text


@pytest.mark.parametrize("media", ["application/vnd.ms-excel", "text/csv", "multipart/form-data; boundary=x", ""])
def test_other_types_are_refused(client: TestClient, media: str) -> None:
    """415: the type is the sender's word for what it is."""
    answer = client.post("/v1/plans", content=workbook(), headers={"content-type": media})
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json_type")


def test_a_proposal_as_csv_is_that_as_json(client: TestClient) -> None:
    """Against the scenario of a stored plan; decimal commas are found out."""
    text = "owner;tactic;spend;expected_outcome\nnorth team;search;200,50;700\nsouth team;tv;700;\n"
    lines = [
        {"owner": "north team", "tactic": "search", "spend": 200.5, "expected_outcome": 700},
        {"owner": "south team", "tactic": "tv", "spend": 700},
    ]
    scenario = small("Spring") | {"goals": [{"name": "FY", "metric": "revenue", "at_least": 2100}]}
    plan = client.post("/v1/plans", json=scenario).json()["id"]
    told = client.post("/v1/reconciliations", json={"scenario": scenario, "proposal": lines}).json()
    sent = client.post(f"/v1/reconciliations?plan={plan}", content=text.encode(), headers={"content-type": CSV})
    assert sent.status_code == 200, sent.text
    assert sent.json() == told


def test_a_proposal_belongs_to_one_scenario(client: TestClient) -> None:
    """A plan and a scenario are two; a JSON body brings its own, and its own method."""
    plan, text = plan_id(client), b"owner;tactic;spend\nnorth;tv;5\n"
    sent = client.post(f"/v1/reconciliations?plan={plan}&scenario=x", content=text, headers={"content-type": CSV})
    assert (sent.status_code, sent.json()["errors"][0]["path"]) == (422, "scenario")
    asked = {"scenario": small("Spring"), "proposal": []}
    for name, value in (("plan", plan), ("method", "fewest_lines"), ("decimal", "comma")):
        told = client.post(f"/v1/reconciliations?{name}={value}", json=asked)
        assert (told.status_code, told.json()["code"]) == (422, "contradictory_options")
        assert told.json()["errors"][0]["path"] == name


def test_a_proposal_in_the_scenarios_workbook(client: TestClient) -> None:
    """Its own sheet, a column for each period."""
    book = Book("Proposal", 2, None)
    sheet = book.sheet("Proposal", [])
    sheet.row(0, ("Owner", "Tactic", "2027"))
    sheet.row(1, ("north", "search", 100.0))
    sheet.row(2, ("south", "tv", None))
    plan = client.post("/v1/plans", json=small("Spring") | {"periods": ["2027"]}).json()["id"]
    sent = client.post(f"/v1/reconciliations?plan={plan}", content=book.bytes(), headers={"content-type": XLSX})
    assert sent.status_code == 200, sent.text
    assert [(owner["owner"], owner["spend"]) for owner in sent.json()["owners"]] == [("north", 100.0)]


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("owner,tactic,spend\nnorth,nobody,1\n", "unknown_tactic", "CSV!B2"),
        ("owner,tactic,spend\nnorth,tv,x\n", "not_a_number", "CSV!C2"),
        ("owner,tactic,spend\n,tv,1\n", "missing_field", "CSV!A2"),
        ("owner,tactic,spend\nnorth,tv,-1\n", "out_of_range", "CSV!C2"),
        ("owner,tactic,spent\nnorth,tv,1\n", "unknown_column", "CSV!C1"),
        ("owner,tactic,spend\n'=1+1,tv,1\nnorth,=1+1,1\n", "unknown_tactic", "CSV!B3"),
    ],
)
def test_faults_of_a_proposal_name_their_cell(client: TestClient, text: str, code: str, path: str) -> None:
    """Sheet and cell of the table that was sent."""
    answer = client.post(
        f"/v1/reconciliations?plan={plan_id(client)}", content=text.encode(), headers={"content-type": CSV}
    )
    assert answer.status_code == 422, answer.text
    assert (answer.json()["code"], answer.json()["errors"][0]["path"]) == (code, path)


def test_json_is_read_as_ever(client: TestClient, scenario: dict[str, Any]) -> None:
    """A document has no sheets."""
    answer = client.post("/v1/plans", content=json.dumps(scenario), headers={"content-type": "application/json"})
    assert answer.status_code == 201


def test_a_stored_scenario_keeps_its_names(client: TestClient) -> None:
    """A tactic that names a curve of a stored curve set names it in the workbook, too, and back."""
    curves = [{"name": "tv", "response": {"family": "linear", "slope": 2.5}}]
    kept = client.post("/v1/curve-sets", json={"curve_set": {"name": "Model", "curves": curves}})
    assert kept.status_code == 201, kept.text
    scenario = small("Named") | {"curve_set": {"name": "Model"}}
    scenario["tactics"][1]["response"] = {"curve": "tv"}
    stored = client.post("/v1/scenarios", json={"scenario": scenario}).json()["id"]
    raw = client.get(f"/v1/scenarios/{stored}.xlsx").content
    read = client.post("/v1/scenarios/from-workbook", content=raw, headers={"content-type": XLSX})
    assert read.json() == scenario
    made = client.post("/v1/plans", content=raw, headers={"content-type": XLSX})
    assert made.json()["value"] == 400 * 3 + 600 * 2.5
    spoiled = scenario_workbook(scenario | {"curve_set": {"name": "Nothing"}})
    answer = client.post("/v1/plans", content=spoiled, headers={"content-type": XLSX})
    [fault] = answer.json()["errors"]
    assert (fault["path"], fault["problem"]) == ("Scenario!B18", "curve_set.name: no curve set has this id or name")


def test_actuals_as_a_table(client: TestClient) -> None:
    """Long and wide, CSV and workbook: the book tells what was sent."""
    book = Book("Actuals", 2, None)
    book.sheet("Notes", []).put(0, 0, "not read")
    sheet = book.sheet("Actuals", [])
    sheet.row(0, ("tactic", "period", "spend", "outcome"))
    sheet.row(1, ("search", "w1", 30.5, 80.0))
    sheet.row(2, ("tv", "w1", 5.0, None))
    for content, media, name in ((book.bytes(), XLSX, "long"), (b"tactic;w1\nsearch;30,5\ntv;5\n", CSV, "wide")):
        sent = client.post(f"/v1/actuals?book={name}", content=content, headers={"content-type": media})
        assert (sent.status_code, sent.json().get("periods")) == (201, ["w1"]), sent.text
        [told] = client.get("/v1/actuals", params={"book": name}).json()["periods"]
        assert [(line["tactic"], line["spend"]) for line in told["actuals"]] == [("search", 30.5), ("tv", 5.0)]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("tactic,period,spend\ntv,w1,-1\n", "CSV!C2"),
        ("tactic,period,spend\ntv,,1\n", "CSV!B2"),
        ("tactic,period,spend\ntv,w1,1\ntv,w1,2\n", "CSV!A3"),
    ],
)
def test_faults_of_actuals_name_their_cell(client: TestClient, text: str, path: str) -> None:
    """Also those that only the whole upload shows."""
    answer = client.post("/v1/actuals?book=x", content=text.encode(), headers={"content-type": CSV})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path), answer.text


def test_a_scenario_and_its_proposal_in_one_workbook(client: TestClient) -> None:
    """Without a stored plan the goals are those of the workbook itself; plain sheets of keys and rows will do."""
    scenario = small("Spring") | {"goals": [{"name": "FY", "metric": "revenue", "at_least": 2100}]}
    book = Book("Both", 2, None)
    for name, page in encode(scenario).items():
        sheet = book.sheet(name, [])
        sheet.row(0, page.keys)
        for row, cells in enumerate(page.rows, 1):
            sheet.row(row, [cells.get(key) for key in page.keys])
    proposal = book.sheet("Proposal", [])
    proposal.row(0, ("owner", "tactic", "spend"))
    proposal.row(1, ("north", "tv", 700.0))
    told = client.post(
        "/v1/reconciliations",
        json={"scenario": scenario, "proposal": [{"owner": "north", "tactic": "tv", "spend": 700}]},
    )
    sent = client.post("/v1/reconciliations", content=book.bytes(), headers={"content-type": XLSX})
    assert (sent.status_code, sent.json()) == (200, told.json()), sent.text
