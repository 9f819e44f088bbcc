"""Rows from a spreadsheet as people have them: their headings, their currency, and numbers that could be two."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import WorkbookError
from app.pages.editor.draft import Draft
from app.pages.editor.pasting import pasted
from app.pages.editor.reading import read
from tests.app.pages.browser import sent_by
from tests.app.pages.conftest import stated


def tactics(rows: str, written: str = "") -> dict[str, Any]:
    """The tactics of an example after rows were pasted, by name."""
    found = pasted(Draft(document=stated("robyn")), "tactics", rows, written).document["tactics"]
    return {tactic["name"]: tactic for tactic in found}


def faults(rows: str, written: str = "") -> list[str]:
    """What is said of rows that cannot be put in."""
    with pytest.raises(WorkbookError) as caught:
        tactics(rows, written)
    return [f"{fault.problem}: {fault.remedy}" for fault in caught.value.faults]


@pytest.mark.parametrize(
    "heads",
    [
        "name\tstage\tspend today, a period\tmost spend a period\tfamily\tslope",
        "Name\tSTAGE\tCurrent Spend\tSpend at most\tResponse family\tresponse_slope",
        " name \tStage\tcurrent_spend\tspend.at_most\tresponse.family\tresponse.slope",
    ],
)
def test_headings_are_the_words_of_the_form_or_the_names_of_the_wire(heads: str) -> None:
    """In any case; so are stages and families."""
    radio = tactics(f"{heads}\nradio\tUpstream\t400\t900\tLINEAR\t1.5")["radio"]
    assert radio == {
        "name": "radio",
        "stage": "upstream",
        "current_spend": 400.0,
        "spend": {"at_most": 900.0},
        "response": {"family": "linear", "slope": 1.5},
    }


def test_two_headings_for_one_field_are_refused() -> None:
    """Neither wins in silence."""
    assert "spend.at_most and most spend a period" in faults("name\tspend.at_most\tmost spend a period\ntv\t5\t7")[0]


@pytest.mark.parametrize(
    ("typed", "value"),
    [("€ 20,000.00", 20000.0), ("20000 €", 20000.0), ("EUR 1.234,56", 1234.56), ("1 234,5 eur", 1234.5), ("-5 €", -5)],
)
def test_amounts_may_have_their_currency_beside_them(typed: str, value: float) -> None:
    """Typed and pasted."""
    assert tactics(f"name\tcurrent_spend\ntv\t{typed}")["tv"]["current_spend"] == value
    assert read({"currency": "EUR", "budget.at_most": typed}).document["budget"]["at_most"] == value


def test_shares_may_be_per_cent() -> None:
    """Where shares are asked for, and nowhere else."""
    assert tactics("name\tmargin\ntv\t35 %")["tv"]["margin"] == 0.35
    assert read({"tactics[0].margin": "12,5%"}).document["tactics"][0]["margin"] == 0.125
    assert "per cent, where no share is asked for" in read({"budget.at_most": "20 %"}).faults[0].problem


@pytest.mark.parametrize(
    ("typed", "told"),
    [("$5000", "is in USD, and the scenario in EUR"), ("20k", "write it out: 20000 for 20k"), ("5 boxes", "a number")],
)
def test_other_marks_beside_a_number_are_told(typed: str, told: str) -> None:
    """With what to do; typed and pasted."""
    assert told in faults(f"name\tcurrent_spend\ntv\t{typed}")[0]
    fault = read({"currency": "EUR", "budget.at_most": typed}).faults[0]
    assert told in f"{fault.problem}: {fault.remedy}"


def test_a_number_that_another_cell_makes_a_thousandth_is_asked_for() -> None:
    """15,000 is not 15 because somebody wrote 2,5 elsewhere; cents settle what stands between thousands."""
    told = faults("name\tspend.at_most\tcurrent_spend\ntv\t15,000\t2,5\nfacebook\t7.000\t8")
    assert told == [
        "row 2 (tv), column spend.at_most: can be read as 15 or as 15,000: "
        "choose how numbers are written, or write 15 or 15000"
    ]
    settled = tactics("name\tspend.at_most\tcurrent_spend\ntv\t90,000\t€ 20,000.00")["tv"]
    assert (settled["spend"]["at_most"], settled["current_spend"]) == (90000.0, 20000.0)


def test_every_number_that_could_be_two_is_asked_for_until_one_says(site: TestClient) -> None:
    """With a remedy that the page has: the choice beside the rows."""
    rows = "name\tspend.at_most\ntv\t20,000\nfacebook\t30,000"
    assert [told.partition(",")[0] for told in faults(rows)] == ["row 2 (tv)", "row 3 (facebook)"]
    assert tactics(rows, "point")["facebook"]["spend"]["at_most"] == 30000.0
    page = site.get("/scenarios/new?example=robyn").text
    sent = sent_by(page, "/scenarios/new") | {"do": "paste", "into": "tactics", "pasted": rows}
    answer = site.post("/scenarios/new", data=sent)
    assert answer.status_code == 422
    assert "choose how numbers are written" in answer.text
    assert 'name="written"' in answer.text


def test_rows_go_into_tactics_to_begin_with(site: TestClient) -> None:
    """Until one chooses another list."""
    assert sent_by(site.get("/scenarios/new").text, "/scenarios/new")["into"] == "tactics"


GOALS = "name\tmetric\tat_least\nenough\trevenue\t1"


def test_rows_left_in_their_box_are_planned_with(site: TestClient) -> None:
    """As if they had been put in first: the plan is of all that was typed."""
    sent = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new")
    answer = site.post("/scenarios/new", data=sent | {"do": "solve", "into": "goals", "pasted": GOALS})
    assert answer.status_code == 303, answer.text
    made = site.get(f"/v1{answer.headers['location']}").json()
    assert [goal["name"] for goal in made["goals"]] == ["enough"]


def test_rows_left_in_their_box_are_kept(site: TestClient) -> None:
    """As a first version, and as a next one."""
    sent = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new") | {"name": "kept with its rows"}
    kept = site.post("/scenarios/new", data=sent | {"do": "keep", "into": "goals", "pasted": GOALS})
    assert kept.status_code == 303, kept.text
    address = kept.headers["location"]
    again = sent_by(site.get(address).text, address)
    more = {"do": "keep", "into": "goals", "pasted": GOALS.replace("enough", "more")}
    assert site.post(address, data=again | more).status_code == 303
    goals = read(sent_by(site.get(address).text, address)).document["goals"]
    assert [goal["name"] for goal in goals] == ["enough", "more"]


@pytest.mark.parametrize("do", ["solve", "keep"])
@pytest.mark.parametrize("box", ["pasted", "document"])
def test_what_cannot_be_put_in_keeps_all_from_being_planned_or_kept(site: TestClient, do: str, box: str) -> None:
    """The form comes back with the error at the box and the text in it."""
    sent = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new") | {"notes": "not lost"}
    text = GOALS.replace("metric", "gauge") if box == "pasted" else "{}"
    answer = site.post("/scenarios/new", data=sent | {"do": do, "into": "goals", box: text})
    assert answer.status_code == 422
    assert f'id="f-{box}-wrong"' in answer.text
    left = sent_by(answer.text, "/scenarios/new")
    assert (left[box], left["into"], left["notes"]) == (text, "goals", "not lost")


def test_what_came_of_rows_is_said_at_their_box(site: TestClient) -> None:
    """How many are new, and how many changed; also where the plan then fails for another reason."""
    sent = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new") | {"do": "paste"}
    rows = "name\tspend.at_most\nradio\t1\nkino\t2\ntv\t90001"
    assert "2 tactics added, 1 changed." in site.post("/scenarios/new", data=sent | {"pasted": rows}).text
    failed = site.post("/scenarios/new", data=sent | {"do": "solve", "pasted": rows})
    assert failed.status_code == 422
    assert "2 tactics added, 1 changed." in failed.text
    assert sent_by(failed.text, "/scenarios/new")["pasted"] == ""


@pytest.mark.parametrize(("word", "required"), [("ja", True), ("Nein", False), ("oui", True), ("non", False),
                                                ("SÍ", True), ("no", False), ("yes", True)])  # fmt: skip
def test_goals_are_read_as_the_page_of_a_plan_has_them(site: TestClient, word: str, required: bool) -> None:
    """By its headings, and with the yes and no of the sheet's language."""
    sent = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new")
    rows = f"Goal\tMeasure\tTarget\tRequired\nenough\trevenue\t5\t{word}"
    page = site.post("/scenarios/new", data=sent | {"do": "paste", "into": "goals", "pasted": rows}).text
    goal = read(sent_by(page, "/scenarios/new")).document["goals"][-1]
    assert (goal["name"], goal["metric"], goal["at_least"]) == ("enough", "revenue", 5.0)
    assert goal.get("required", False) is required


def test_a_paste_beyond_all_bounds_has_a_way_back(site: TestClient) -> None:
    """With what to do, to the form that it came from; to no other site."""
    rows = "name\tstage\n" + "a" * 8_000_000
    for sender, back in (("http://testserver/scenarios/new?example=robyn", "/scenarios/new?example=robyn"),
                         ("http://elsewhere/scenarios", "/scenarios/new"), ("", "/scenarios/new"),
                         ("http://[", "/scenarios/new")):  # fmt: skip
        answer = site.post("/scenarios/new", data={"do": "paste", "pasted": rows}, headers={"referer": sender})
        assert answer.status_code == 413
        assert "paste fewer rows at a time" in answer.text
        assert f'<a href="{back}">Back to the form</a>' in answer.text
