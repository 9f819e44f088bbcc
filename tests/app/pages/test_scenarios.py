"""The form for a scenario: what it shows it reads back, and what is wrong is said where it is."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings

from app.pages.editor.acts import Draft, acted
from app.pages.editor.reading import read
from app.pages.editor.view import Node, tree
from app.schemas.scenario import ScenarioIn
from optimizer.problem.canonical import digest
from tests.app.pages.browser import sent_by
from tests.app.pages.conftest import stated
from tests.app.schemas.generated import scenarios
from tests.effort import examples


def fields(nodes: tuple[Node, ...]) -> dict[str, str]:
    """The fields that a browser would send for these nodes."""
    sent: dict[str, str] = {}
    for node in nodes:
        if node.held is not None:
            sent[node.address] = node.held
        if node.children:
            sent |= fields(node.children)
        elif node.control == "flag":
            sent |= {node.address: "yes"} if node.value else {}
        elif node.control not in ("record", "several", "one_of"):
            sent[node.address] = node.value
    return sent


@pytest.mark.parametrize("key", ["robyn", "full_funnel", "launch"])
@pytest.mark.parametrize("opened", [False, True])
def test_an_example_comes_back_as_it_went(key: str, opened: bool) -> None:
    """Whether its entries are shown open or closed."""
    document = stated(key)
    entries = [f"{name}[{number}]" for name in ("tactics", "goals", "rules", "demand_pools", "events")
               for number in range(len(document.get(name, [])))]  # fmt: skip
    sent = fields(tree(document, {}, frozenset(entries if opened else []), {}))
    found = read(sent)
    assert not found.faults
    assert digest(ScenarioIn.model_validate(found.document).to_domain()) == digest(
        ScenarioIn.model_validate(document).to_domain()
    )


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(
    "response", [{"curve_set": "Model of October", "version": 3}, {"curve": "tv in the north"}, {"family": "linear"}]
)
def test_curves_of_stored_sets_come_back_as_they_went(response: dict[str, Any], opened: bool) -> None:
    """What a tactic names is not lost, whatever else is changed."""
    document = {"name": "s", "tactics": [{"name": "tv", "stage": "upstream", "response": response}]}
    sent = fields(tree(document, {}, frozenset(["tactics[0]"] if opened else []), {}))
    assert read(sent).document["tactics"] == document["tactics"]


@settings(max_examples=examples(10), deadline=None)
@given(scenarios())
def test_any_scenario_comes_back_as_it_went(document: dict[str, Any]) -> None:
    """Every entry open: each field of every family and rule is in the form."""
    entries = [f"{name}[{number}]" for name in ("tactics", "goals", "rules", "demand_pools", "events")
               for number in range(len(document.get(name, [])))]  # fmt: skip
    found = read(fields(tree(document, {}, frozenset(entries), {})))
    assert not found.faults
    assert digest(ScenarioIn.model_validate(found.document).to_domain()) == digest(
        ScenarioIn.model_validate(document).to_domain()
    )


def test_what_is_wrong_is_said_at_its_field(site: TestClient) -> None:
    """422; the entry is opened, the field is marked, and the words stand beside it."""
    document = stated("robyn")
    document["tactics"][2]["response"]["shape"] = -1.0
    sent = fields(tree(document, {}, frozenset(), {})) | {"do": "solve"}
    answer = site.post("/scenarios/new", data=sent)
    assert answer.status_code == 422
    assert 'id="f-tactics[2].response.shape"' in answer.text
    assert 'aria-describedby="f-tactics[2].response.shape-wrong"' in answer.text


def test_letters_in_a_number_are_said_and_kept_out(site: TestClient) -> None:
    """The address of the field leads to it."""
    sent = fields(tree(stated("robyn"), {}, frozenset(), {})) | {"solve.gap": "small", "do": "solve"}
    answer = site.post("/scenarios/new", data=sent)
    assert answer.status_code == 422
    assert 'href="#f-solve.gap"' in answer.text
    assert 'name="solve.gap" value="small"' in answer.text


def test_what_cannot_be_read_stays_whatever_button_is_pressed(site: TestClient) -> None:
    """A limit that was mistyped does not vanish when a goal is added."""
    sent = fields(tree(stated("robyn"), {}, frozenset(), {})) | {"budget.at_most": "abc", "do": "add goals"}
    again = site.post("/scenarios/new", data=sent)
    assert 'name="budget.at_most" value="abc"' in again.text
    assert site.post("/scenarios/new", data=sent_by(again.text, "/scenarios/new") | {"do": "solve"}).status_code == 422


def test_rows_that_cannot_be_put_in_stay_in_their_box(site: TestClient) -> None:
    """Nothing that was pasted is lost for one wrong cell."""
    rows = "name,stage,spend.at_most\nradio,upstream,lots"
    sent = {"do": "paste", "into": "tactics", "pasted": rows.replace(",", "\t")}
    answer = site.post("/scenarios/new", data=fields(tree(stated("robyn"), {}, frozenset(), {})) | sent)
    assert answer.status_code == 422
    assert "radio\tupstream\tlots" in answer.text


def test_the_form_makes_a_plan(site: TestClient) -> None:
    """From the fields as they are shown."""
    page = site.get("/scenarios/new?example=robyn").text
    answer = site.post("/scenarios/new", data=sent_by(page, "/scenarios/new") | {"do": "solve"})
    assert answer.status_code == 303, answer.text
    assert site.get(f"/v1{answer.headers['location']}").json()["status"] == "optimal"


def test_rows_of_a_spreadsheet_are_put_in() -> None:
    """A known name is changed, a new one added."""
    document = stated("robyn")
    rows = "name,stage,response.family,response.slope,spend.at_most\ntv,,,,90000\nradio,upstream,linear,1.5,10000"
    found = acted(
        Draft(document=document), "paste tactics", {"into": "tactics", "pasted": rows.replace(",", "\t")}
    ).document["tactics"]
    tactics = {tactic["name"]: tactic for tactic in found}
    assert tactics["tv"]["spend"]["at_most"] == 90000.0
    assert tactics["tv"]["response"] == next(t for t in document["tactics"] if t["name"] == "tv")["response"]
    assert tactics["radio"]["response"] == {"family": "linear", "slope": 1.5}


def test_entries_are_added_and_removed() -> None:
    """A new one is open, with a family to begin with."""
    added = acted(Draft(document=stated("robyn")), "add tactics", {})
    assert added.opened == {"tactics[5]"}
    assert len(acted(added, "remove tactics[0]", {}).document["tactics"]) == 5
