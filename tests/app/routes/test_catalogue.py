"""/v1/catalogue, and scenarios that start from it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.schemas.scenario import read_scenario, scenario_to_wire
from optimizer.problem.catalogue import CATALOGUE
from tests.app.schemas.samples import Document, refusal

PAGE = (Path(__file__).parents[3] / "docs" / "catalogue.md").read_text()
FAIRS = {"name": "fairs", "template": "industry_events", "current_spend": 20000, "current_outcome": 35000}

DRAWING = {
    "name": "search", "stage": "downstream", "draws_from": "north", "response": {"family": "linear", "slope": 1}
}  # fmt: skip


def stated(**change: object) -> Document:
    """A scenario of one tactic from a template."""
    tactic = {name: value for name, value in (FAIRS | change).items() if value is not None}
    return {
        "name": "start",
        "currency": "EUR",
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 60000},
        "tactics": [tactic],
    }


def test_the_catalogue_is_listed(client: TestClient) -> None:
    """Every template in the catalogue's order, stated for months unless asked otherwise."""
    answer = client.get("/v1/catalogue").json()["templates"]
    assert [template["key"] for template in answer] == list(CATALOGUE)
    assert {template["period"] for template in answer} == {"month"}


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_example_of_every_template_can_be_sent(client: TestClient, key: str) -> None:
    """It is a tactic of a scenario, and its adstock and stage are those that the template tells."""
    template = client.get(f"/v1/catalogue/{key}", params={"period": "week"}).json()
    document = stated() | {"tactics": [template["example"]]}
    (tactic,) = scenario_to_wire(read_scenario(json.dumps(document).encode()))["tactics"]
    assert (tactic["stage"], tactic.get("adstock")) == (template["stage"], template["adstock"])


def test_what_there_is_not_is_not_found(client: TestClient) -> None:
    """404 for a key, 422 for a period, each by its code."""
    missing, wrong = client.get("/v1/catalogue/skywriting"), client.get("/v1/catalogue?period=day")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_template")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_parameter")


def test_the_scenario_is_kept_with_everything_written_out() -> None:
    """The template is gone; curve, adstock and assumptions stand in its place, and are read again as they are."""
    scenario = read_scenario(json.dumps(stated(assumptions=["no fair is cancelled"])).encode())
    document = scenario_to_wire(scenario)
    (tactic,) = document["tactics"]
    assert tactic["response"]["family"] == "hill"
    assert tactic["adstock"] == {"family": "geometric", "retention": 0.605, "normalized": True}
    assert tactic["assumptions"][0].endswith("(template industry_events)")
    assert tactic["assumptions"][-1] == "no fair is cancelled"
    assert not {"template", "current_outcome", "saturation", "period"} & set(tactic)
    assert read_scenario(json.dumps(document).encode()) == scenario


def test_a_tactic_may_state_an_adstock_and_limits_of_its_own() -> None:
    """They take the place of the template's."""
    change = {"adstock": {"family": "none", "carry_in": [5]}, "spend": {"at_most": 30000}, "saturation": 0.5}
    scenario = read_scenario(json.dumps(stated(**change)).encode())
    (tactic,) = scenario.tactics
    assert (tactic.carry_over.adstock.family, tactic.carry_over.carry_in) == ("none", (5.0,))
    assert tactic.spend.at_most == 30000
    assert tactic.response.supremum() == 70000


def test_a_pool_to_feed_brings_the_lead_unless_it_is_stated() -> None:
    """Three months for a fair; a lead of one's own is no assumption."""
    pools = {"periods": ["1", "2"], "demand_pools": [{"name": "north"}]}
    leads = []
    for change in ({}, {"lead": 1}):
        document = stated(feeds="north", **change) | pools
        document["tactics"].append(DRAWING)
        tactic, _ = read_scenario(json.dumps(document).encode()).tactics
        leads.append((tactic.lead, sum(text.startswith("demand arrives") for text in tactic.assumptions)))
    assert leads == [(3, 1), (1, 0)]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"template": "skywriting"}, "unknown_template", "tactics[0].template"),
        ({"current_spend": None}, "missing_field", "tactics[0].current_spend"),
        ({"current_outcome": None}, "missing_field", "tactics[0].current_outcome"),
        ({"current_spend": 0}, "not_positive", "tactics[0].current_spend"),
        ({"saturation": 2}, "out_of_range", "tactics[0].saturation"),
        ({"period": "day"}, "unknown_value", "tactics[0].period"),
        ({"response": {"family": "linear", "slope": 1}}, "unknown_field", "tactics[0].response"),
        ({"assumptions": [""]}, "empty_name", "tactics[0].assumptions[0]"),
    ],
)
def test_a_wrong_start_is_refused_where_it_is_wrong(change: Document, code: str, path: str) -> None:
    """Code and path."""
    problem = refusal(stated(**change))
    assert (problem.code, problem.errors[0].path) == (code, path)


def test_the_command_line_lists_it_too() -> None:
    """The same JSON, a table for people, and exit code 2 for a period that there is not."""
    listed = CliRunner().invoke(app, ["catalogue", "--period", "quarter"])
    assert [template["key"] for template in json.loads(listed.stdout)["templates"]] == list(CATALOGUE)
    assert "retention" in CliRunner().invoke(app, ["catalogue", "--table"]).stdout
    assert CliRunner().invoke(app, ["catalogue", "--period", "day"]).exit_code == 2


def test_the_page_has_every_template_as_it_is() -> None:
    """docs/catalogue.md tells key, name, curve, saturation, half-life and lead of each."""
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]+) \| ((?:hill|exp)[^|]+) \| (\d+) % \| ([\d.]+) \| ([\d.]+) \|$", PAGE, re.M
    )
    assert rows == [
        (
            template.key,
            template.name,
            template.family + ("" if template.shape is None else f", shape {template.shape:g}"),
            f"{template.saturation * 100:.0f}",
            f"{template.half_life:g}",
            f"{template.lead:g}",
        )
        for template in CATALOGUE.values()
    ]
