"""/v1/imports with the real library: files in, curve sets out; what means harm takes nothing with it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.schemas.curve_set import CurveSetIn
from app.schemas.scenario import ScenarioIn
from optimizer.sources.table import TEMPLATES
from tests.optimizer.sources.meridian_messages import best_on_grid, message
from tests.optimizer.sources.pymc_models import one
from tests.optimizer.sources.robyn_exports import export, file_of
from tests.optimizer.sources.tables.hostile import MAKERS
from tests.optimizer.sources.test_meridian import as_binary, table

POINTS = b"tactic;spend;outcome\ntv;0;0\ntv;10,5;4\ntv;20;7\n"
HOSTILE = ("bomb of one part", "a million empty rows", "one cell at the far corner", "entities", "macros", "nothing")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with the real solver."""
    url = f"sqlite:///{tmp_path_factory.mktemp('imports') / 'plans.sqlite3'}"
    settings = Settings(database_url=url, workers=1, log_level="error", upload_limit=1_000_000)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("name", ["robyn", "pymc", "meridian"])
def test_a_model_becomes_a_curve_set(service: TestClient, name: str) -> None:
    """What is answered is what POST /v1/curve-sets takes, and says how far it can be trusted."""
    file = {
        "robyn": file_of(export()),
        "pymc": one("logistic", {"lam": 1.0, "beta": 2.0}),
        "meridian": as_binary(message()),
    }
    answer = service.post("/v1/imports?currency=EUR&stage=upstream", content=file[name].raw)
    assert answer.status_code == 200, answer.text
    made = answer.json()["curve_set"]
    CurveSetIn.model_validate(made).check()
    assert made["report"]["source"] == name
    assert all(curve["stage"] == "upstream" for curve in made["curves"])
    assert (made["report"]["largest_difference"] or 0) < 1e-10


def test_a_stated_problem_is_solved_as_published(service: TestClient) -> None:
    """A Meridian optimisation, uploaded, becomes a scenario whose plan is worth what enumeration finds."""
    (scenario,) = service.post("/v1/imports?currency=EUR", content=as_binary(message()).raw).json()["scenarios"]
    ScenarioIn.model_validate(scenario).to_domain()
    plan = service.post("/v1/plans", json=scenario).json()
    assert plan["status"] == "optimal"
    assert plan["totals"]["outcome"] >= best_on_grid(700.0)[0] * (1 - 1e-9)


def test_a_form_carries_tables_beside_the_file(service: TestClient) -> None:
    """An export without raw data, and its spend table."""
    document = export()
    rows = document["Extras"].pop("raw_data")
    names = ("DATE", "tv_S", "radio_S", "search_S", "idle_S")
    table = "\n".join([",".join(names), *(",".join(str(row[name]) for name in names) for row in rows)]).encode()
    export_file = file_of(document)
    alone = service.post("/v1/imports", files={"file": (export_file.name, export_file.raw)})
    assert (alone.status_code, alone.json()["code"]) == (422, "no_raw_data")
    parts = [("file", (export_file.name, export_file.raw)), ("data", ("spend.csv", table))]
    both = service.post("/v1/imports", files=parts)
    assert both.status_code == 200, both.text
    assert both.json()["curve_set"]["report"]["largest_difference"] < 1e-10


def test_credible_intervals_are_kept(service: TestClient) -> None:
    """Meridian's response curves: the interval stays with the curve, point by point, and a plan is made without it."""
    curve_set = service.post("/v1/imports", content=table().raw).json()["curve_set"]
    interval = curve_set["curves"][0]["interval"]
    assert interval["probability"] == 0.9
    assert len(interval["points"]) == 5
    stored = service.post("/v1/curve-sets", json={"curve_set": curve_set})
    assert stored.status_code == 201, stored.text
    assert service.get(stored.headers["location"]).json()["curve_set"]["curves"][0]["interval"] == interval
    tactic = {"name": "tv", "stage": "upstream", "response": {"curve": curve_set["curves"][0]["name"]}}
    scenario = {"name": "x", "currency": "EUR", "objective": {"maximize": "outcome"}, "budget": {"at_most": 100},
                "curve_set": {"name": curve_set["name"]}, "tactics": [tactic]}  # fmt: skip
    plan = service.post("/v1/plans", json=scenario)
    assert plan.status_code == 201, plan.text
    assert "interval" not in str(service.get(plan.headers["location"] + "/scenario").json())


def test_intervals_that_cannot_be_are_refused(service: TestClient) -> None:
    """With the path of the point."""
    curve_set = service.post("/v1/imports", content=table().raw).json()["curve_set"]
    for points, code in (
        ([[5, 2, 1]], "crossed_interval"),
        ([[5, 1, 2], [5, 1, 2]], "not_increasing"),
        ([[1, 2]], "too_few"),
    ):
        curve_set["curves"][0]["interval"] = {"probability": 0.9, "points": points}
        answer = service.post("/v1/curve-sets", json={"curve_set": curve_set})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert "curves[0].interval.points[" in answer.json()["errors"][0]["path"]


def test_options_stand_in_the_query(service: TestClient) -> None:
    """A fit, a name; what is not known is refused."""
    answer = service.post("/v1/imports?fit=hill&name=Ours", content=POINTS)
    assert answer.json()["curve_set"]["name"] == "Ours"
    assert answer.json()["curve_set"]["curves"][0]["response"]["family"] == "hill"
    for query in ("fit=bell", "colour=red", "draws=0", "carry_over=window", "draws=x"):
        assert service.post(f"/v1/imports?{query}", content=POINTS).status_code == 422, query


def test_an_upload_is_stored_under_its_name(service: TestClient) -> None:
    """As a form or as the body: kept with its report, planned with by name, changed by another upload."""
    stored = service.post("/v1/curve-sets?name=Points&currency=EUR", files={"file": ("x.csv", POINTS)})
    assert stored.status_code == 201, stored.text
    address, tag = stored.headers["location"], stored.headers["etag"]
    assert service.get(address).json()["curve_set"]["report"]["source"] == "table"
    scenario = {
        "name": "x",
        "currency": "EUR",
        "objective": {"maximize": "outcome"},
        "budget": {"at_most": 10.5},
        "tactics": [{"name": "tv", "stage": "upstream", "response": {"curve_set": "Points", "curve": "tv"}}],
    }
    assert service.post("/v1/plans", json=scenario).json()["totals"]["outcome"] == pytest.approx(4)
    again = service.post("/v1/curve-sets?name=Points", content=POINTS, headers={"Content-Type": "text/csv"})
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    other = service.put(f"{address}?name=Points&fit=hill", content=POINTS, headers={"If-Match": tag})
    assert other.status_code == 200, other.text
    assert other.json()["version"] == 2
    refused = service.post("/v1/curve-sets", content=b"<html></html>", headers={"Content-Type": "text/html"})
    assert refused.status_code == 422


@pytest.mark.parametrize("form", ["svg", "png"])
def test_curves_are_drawn(service: TestClient, form: str) -> None:
    """As a picture in either form."""
    answer = service.post(f"/v1/imports/charts/{form}", content=POINTS)
    assert answer.status_code == 200, answer.text
    assert answer.content.lstrip().startswith(b"<svg" if form == "svg" else b"\x89PNG")


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_can_be_downloaded_and_sent_back(service: TestClient, name: str) -> None:
    """What is downloaded is read as it is; the workbook and the CSV say the same."""
    template = service.get(f"/v1/imports/templates/{name}")
    assert template.headers["content-type"] == "text/csv; charset=utf-8"
    book = service.get(f"/v1/imports/templates/{name}.xlsx")
    assert book.content.startswith(b"PK")
    read = [service.post("/v1/imports", content=sent.content) for sent in (template, book)]
    assert [answer.status_code for answer in read] == [200, 200], read[1].text
    assert read[0].json()["curve_set"]["curves"] == read[1].json()["curve_set"]["curves"]
    for other in ("none", f"{name}.pdf", f"{name}.xlsx.exe"):
        assert service.get(f"/v1/imports/templates/{other}").status_code == 404


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_are_refused(service: TestClient, what: str) -> None:
    """With the reason; the service goes on."""
    code, make = MAKERS[what]
    answer = service.post("/v1/imports", content=make())
    assert answer.status_code in (413, 422)
    assert answer.json()["code"] == code
    assert service.get("/readyz").status_code == 200


def test_a_file_that_ends_its_process_is_refused(service: TestClient) -> None:
    """HDF5 with bytes changed may end the library that reads it; the service answers, and goes on."""
    raw = bytearray(one("logistic", {"lam": 1.0, "beta": 1.0}).raw)
    for seed in range(4):
        chance = random.Random(seed)
        for _ in range(20):
            raw[chance.randrange(100, len(raw))] = chance.randrange(256)
        answer = service.post("/v1/imports", content=bytes(raw))
        assert answer.status_code in (413, 422), answer.text
    assert service.post("/v1/imports", content=POINTS).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"content": b"x" * 1_000_001}, 413, "body_too_large"),
        ({"files": {"other": ("x.csv", POINTS)}}, 400, "bad_form"),
        ({"files": [("file", ("x.csv", POINTS)), ("file", ("y.csv", POINTS))]}, 400, "bad_form"),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "bad_form"),
        ({"files": {"file": ("../../x.xlsx", POINTS)}}, 422, "wrong_extension"),
        ({"content": POINTS, "headers": {"X-File-Name": "x.xlsx"}}, 422, "wrong_extension"),
    ],
)
def test_what_is_sent_wrongly_is_told(service: TestClient, sent: dict[str, object], status: int, code: str) -> None:
    """Too long, no form, other parts, a name that lies."""
    answer = service.post("/v1/imports", **sent)  # type: ignore[arg-type]  # by keyword
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
