"""The form for a scenario: what it shows it reads back, and what is wrong is said where it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings

from app.pages.editor.acts import acted
from app.pages.editor.draft import Draft
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
    assert 'aria-describedby="f-tactics[2].response.shape-wrong ' in answer.text


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


@pytest.mark.parametrize(("typed", "ways"), [("50.000", "50 or 50000"), ("50,000", "50 or 50000"),
                                             ("1.125", "1.1250 or 1125")])  # fmt: skip
def test_what_can_be_read_in_two_ways_is_asked_for(site: TestClient, robyn: str, typed: str, ways: str) -> None:
    """In the form, in pasted rows and in a what-if; what is shown is typed so that it comes back as it went."""
    shown = fields(tree(stated("robyn"), {}, frozenset(), {}))
    answer = site.post("/scenarios/new", data=shown | {"budget.at_most": typed, "do": "solve"})
    assert answer.status_code == 422
    assert f"type {ways}" in answer.text
    assert f'name="budget.at_most" value="{typed}"' in answer.text
    rows = {"do": "paste", "into": "tactics", "pasted": f"name\tspend.at_most\ntv\t{typed}"}
    assert "row 2 (tv), column spend.at_most: can be read as" in site.post("/scenarios/new", data=shown | rows).text
    told = site.post(f"/plans/{robyn}/what-if", data={"k0": typed})
    assert told.status_code == 422
    assert f"type {ways}" in told.text


def test_pasted_rows_say_together_how_numbers_are_written() -> None:
    """One row with a decimal comma says what the points of the others are."""
    rows = "name\tspend.at_most\tcurrent_spend\ntv\t50.000\t1.234,5"
    found = acted(Draft(document=stated("robyn")), "paste", {"into": "tactics", "pasted": rows}).document["tactics"]
    tv = next(tactic for tactic in found if tactic["name"] == "tv")
    assert (tv["spend"]["at_most"], tv["current_spend"]) == (50000.0, 1234.5)


def test_an_untouched_entry_makes_way_for_pasted_rows(site: TestClient) -> None:
    """The form begins with one."""
    rows = "name\tstage\tresponse.family\tresponse.slope\ntv\tupstream\tlinear\t2"
    sent = sent_by(site.get("/scenarios/new").text, "/scenarios/new")
    page = site.post("/scenarios/new", data=sent | {"do": "paste", "into": "tactics", "pasted": rows}).text
    assert [tactic["name"] for tactic in read(sent_by(page, "/scenarios/new")).document["tactics"]] == ["tv"]


def test_a_name_that_is_pasted_twice_is_refused(site: TestClient) -> None:
    """With both rows."""
    rows = "name\tspend.at_most\ntv\t5\ntv\t7"
    sent = fields(tree(stated("robyn"), {}, frozenset(), {})) | {"do": "paste", "into": "tactics", "pasted": rows}
    answer = site.post("/scenarios/new", data=sent)
    assert answer.status_code == 422
    assert "row 3 repeats tv, which row 2 names" in answer.text


def test_entries_are_added_and_removed() -> None:
    """A new one is open, with a family to begin with."""
    added = acted(Draft(document=stated("robyn")), "add tactics", {})
    assert added.opened == {"tactics[5]"}
    assert len(acted(added, "remove tactics[0]", {}).document["tactics"]) == 5


def test_a_pasted_row_is_named_with_its_column(site: TestClient) -> None:
    """Every row that cannot be read, by its number and name; none is put in, none is lost."""
    rows = "name\tstage\tspend.at_most\tcolour\nradio\tupstream\tlots\t\nkino\tupstream\t5\tred"
    sent = fields(tree(stated("robyn"), {}, frozenset(), {})) | {"do": "paste", "into": "tactics", "pasted": rows}
    answer = site.post("/scenarios/new", data=sent)
    assert answer.status_code == 422
    assert "row 2 (radio), column spend.at_most: is not a number" in answer.text
    assert "row 3 (kino), column colour: is no field of it" in answer.text
    assert 'id="f-pasted-wrong"' in answer.text
    assert rows in answer.text


def test_a_pasted_row_is_read_as_the_entry_that_it_changes() -> None:
    """A parameter of the family that the entry has already."""
    document = stated("robyn")
    document["tactics"][0]["response"] = {"family": "exponential", "ceiling": 10.0, "scale": 5.0}
    rows = f"name\tresponse.scale\n{document['tactics'][0]['name']}\t7"
    found = acted(Draft(document=document), "paste", {"into": "tactics", "pasted": rows}).document["tactics"][0]
    assert found["response"] == {"family": "exponential", "ceiling": 10.0, "scale": 7.0}


@pytest.mark.parametrize(
    "typed",
    ["{", "[1]", '"text"', '{"tactics": "tv"}', '{"tactics": [1]}', '{"tactics": [{"response": 5}]}', '{"colour": 1}',
     '{"tactics": [{"name": "tv", "response": {"family": "bent"}}]}', '{"budget": []}', "NaN", '{"name": 5}',
     '{"demand_pools": {"a": 1}}', '{"rules": [{"rule": "<b>"}]}', '{"goals": null}'],
)  # fmt: skip
def test_a_document_that_the_form_cannot_show_stays_in_its_box(site: TestClient, typed: str) -> None:
    """Said at the box; what is in the form stays in the form."""
    kept = fields(tree(stated("robyn"), {}, frozenset(), {})) | {"notes": "n<otes", "tags": "a\nb"}
    answer = site.post("/scenarios/new", data=kept | {"do": "document", "document": typed})
    assert answer.status_code == 422, answer.text
    assert 'id="f-document-wrong"' in answer.text
    again = sent_by(answer.text, "/scenarios/new")
    assert again["document"] == typed
    assert (again["notes"], again["tags"]) == ("n<otes", "a\nb")
    assert read(again).document == read(kept).document


def test_a_document_takes_the_place_of_the_form(site: TestClient) -> None:
    """A number that is wrong in it is said at its field once it is to be planned."""
    typed = json.dumps(stated("robyn") | {"name": "typed", "budget": {"at_most": -5}})
    kept = fields(tree(stated("robyn"), {}, frozenset(), {}))
    answer = site.post("/scenarios/new", data=kept | {"do": "document", "document": typed})
    assert answer.status_code == 200, answer.text
    again = sent_by(answer.text, "/scenarios/new")
    assert (again["name"], again["budget.at_most"], again["document"]) == ("typed", "-5", "")
    assert 'id="f-budget.at_most-wrong"' in site.post("/scenarios/new", data=again | {"do": "solve"}).text


def test_json_of_another_kind_stays_in_its_field(site: TestClient) -> None:
    """Draws that are no list."""
    document = stated("robyn")
    document["tactics"][0]["response"] = {"family": "linear", "draws": [{"slope": 1.0}] * 60}
    sent = fields(tree(document, {}, frozenset({"tactics[0]"}), {}))
    for typed in ('{"slope": 1}', "[1, 2]", "5", "true"):
        answer = site.post("/scenarios/new", data=sent | {"tactics[0].response.draws": typed, "do": "solve"})
        assert answer.status_code == 422, typed
        assert json.loads(sent_by(answer.text, "/scenarios/new")["tactics[0].response.draws"]) == json.loads(typed)


@pytest.mark.parametrize(
    ("typed", "count", "last"),
    [
        ("2027-01 ... 2027-12", 12, "2027-12"),
        ("2026-W50 ... 2027-W02", 6, "2027-W02"),
        ("2027-Q3 ... 2028-Q1", 3, "2028-Q1"),
    ],
)
def test_periods_in_a_row_are_stated_by_the_first_and_the_last(typed: str, count: int, last: str) -> None:
    """Months, weeks of the ISO calendar (2026 has 53 of them), quarters."""
    periods = read({"periods": f"before\n{typed}\nafter"}).document["periods"]
    assert (len(periods), periods[-2], periods[0], periods[-1]) == (count + 2, last, "before", "after")


@pytest.mark.parametrize(
    "typed",
    ["2027-12 ... 2027-01", "2027-13 ... 2028-01", "2027-W54 ... 2028-W01", "0000-W01 .. 0001-W01", "1000-01…9999-12"],
)
def test_a_span_that_leads_nowhere_is_said_at_its_field(site: TestClient, typed: str) -> None:
    """And stays in it."""
    sent = fields(tree(stated("robyn"), {}, frozenset(), {})) | {"periods": typed, "do": "solve"}
    answer = site.post("/scenarios/new", data=sent)
    assert answer.status_code == 422
    assert "do not lead from the first to the last" in answer.text
    assert sent_by(answer.text, "/scenarios/new")["periods"] == typed


def test_curves_of_a_stored_set_are_planned_with(site: TestClient) -> None:
    """Each becomes a tactic; the plan is that of the same scenario over HTTP."""
    table = site.get("/v1/imports/templates/parameters").content
    made = site.post("/curve-sets?name=planned with", files={"file": ("c.csv", table, "text/csv")}).headers["location"]
    assert f"/scenarios/new?curves={made.rpartition('/')[2]}" in site.get(made).text
    shown = sent_by(site.get(f"/scenarios/new?curves={made.rpartition('/')[2]}").text, "/scenarios/new")
    budget = {"name": "curves of a set", "budget.at_most": "300000", "do": "solve"}
    plan = site.get(f"/v1{site.post('/scenarios/new', data=shown | budget).headers['location']}").json()
    curves = site.get(f"/v1{made}").json()["curve_set"]["curves"]
    assert [row["tactic"] for row in plan["tactics"]] == [curve["name"] for curve in curves]
    assert plan["status"] == "optimal"


def test_pasted_numbers_are_read_as_one_says(site: TestClient) -> None:
    """Where the rows do not tell by themselves."""
    rows = {"do": "paste", "into": "tactics", "pasted": "name\tspend.at_most\ntv\t50.000"}
    shown = fields(tree(stated("robyn"), {}, frozenset(), {}))
    for written, value in (("comma", "50 000"), ("point", "50")):
        page = site.post("/scenarios/new", data=shown | rows | {"written": written}).text
        assert f'value="{value}"' in page
    assert site.post("/scenarios/new", data=shown | rows | {"written": "<b>"}).status_code == 422


def test_a_curve_of_a_stored_set_is_one_of_the_families(site: TestClient) -> None:
    """Chosen in the list, with the names of the workspace's sets and curves; another family takes its place again."""
    table = site.get("/v1/imports/templates/parameters").content
    assert site.post("/curve-sets?name=to choose", files={"file": ("c.csv", table, "text/csv")}).status_code == 303
    sent = sent_by(site.get("/scenarios/new").text, "/scenarios/new") | {"tactics[0].name": "tv"}
    assert '<option value="stored">a curve of a curve set</option>' in site.get("/scenarios/new").text
    page = site.post("/scenarios/new", data=sent | {"tactics[0].response.family": "stored", "do": "again"}).text
    shown = sent_by(page, "/scenarios/new")
    assert (shown["tactics[0].response.curve"], shown["tactics[0].response.family"]) == ("tv", "stored")
    assert '<option value="to choose">' in page
    assert 'list="names-curve_sets"' in page
    stated_now = read(shown | {"tactics[0].response.curve_set": "to choose"}).document["tactics"][0]["response"]
    assert stated_now == {"curve_set": "to choose", "curve": "tv"}
    back = read(shown | {"tactics[0].response.family": "linear"}).document["tactics"][0]["response"]
    assert back == {"family": "linear"}


def test_rules_and_goals_are_offered_the_names_of_tactics(site: TestClient) -> None:
    """Beside the field that takes them."""
    sent = fields(tree(stated("robyn"), {}, frozenset(), {})) | {"do": "add goals"}
    page = site.post("/scenarios/new", data=sent).text
    assert "names, one a line: <bdi>" in page


def test_a_tactic_begins_with_the_catalogue(site: TestClient) -> None:
    """From home and from nothing, with today's spend and outcome alone; the plan says what is assumed."""
    for address in ("/", "/scenarios"):
        assert "/scenarios/new#f-from_catalogue" in site.get(address).text
    sent = sent_by(site.get("/scenarios/new").text, "/scenarios/new")
    sent |= {"from_catalogue": "personal_selling", "do": "catalogue"}
    page = site.post("/scenarios/new", data=sent).text
    shown = sent_by(page, "/scenarios/new")
    assert shown["tactics[0].template"] == "personal_selling"
    assert "its curve is an assumption" in page
    money = {"tactics[0].current_spend": "10000", "tactics[0].current_outcome": "25000", "budget.at_most": "12000"}
    made = site.post("/scenarios/new", data=shown | money | {"name": "begun", "do": "solve"})
    assert made.status_code == 303, made.text
    assert site.get(f"/v1{made.headers['location']}").json()["status"] == "optimal"
    unknown = site.post("/scenarios/new", data=sent | {"from_catalogue": "<b>"})
    assert unknown.status_code == 422


def test_names_are_tidied_wherever_they_are_typed(site: TestClient) -> None:
    """In fields, in entries that are closed, and in lists that mention them."""
    closed = json.dumps({"name": " tv\u200e", "stage": "upstream", "response": {"family": "linear", "slope": 2}})
    scope = json.dumps({"rule": "spend_range", "name": "floor ", "scope": {"tactics": ["tv "]}, "at_least": 1})
    sent = {"name": "Cafe\u0301 ", "currency": "EUR", "objective.maximize": "revenue", "budget.at_most": "9",
            "tactics[0]": closed, "rules[0]": scope, "tags": "north\u200e\n \n", "do": "keep"}  # fmt: skip
    kept = site.post("/scenarios/new", data=sent)
    assert kept.status_code == 303, kept.text
    found = site.get(f"/v1{kept.headers['location']}").json()
    assert (found["name"], found["tags"]) == ("Caf\u00e9", ["north"])
    assert found["scenario"]["tactics"][0]["name"] == "tv"
    [rule] = found["scenario"]["rules"]
    assert (rule["name"], rule["scope"]["tactics"]) == ("floor", ["tv"])
