"""Scenarios under names, in the form."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from fastapi.testclient import TestClient

from app.pages.editor.reading import read
from tests.app.pages.browser import sent_by
from tests.app.spreadsheets.opened import opened as cells_of


def test_a_scenario_is_kept_changed_and_planned(site: TestClient) -> None:
    """Each keeping is a version; one that was opened before another's change is refused."""
    form = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new")
    kept = site.post("/scenarios/new", data=form | {"name": "kept here", "do": "keep", "tags": "north\nweekly"})
    assert kept.status_code == 303, kept.text
    address = kept.headers["location"]
    assert "kept here" in site.get("/scenarios").text
    opened = sent_by(site.get(address).text, address)
    assert opened["version"] == "1"
    assert site.post(address, data=opened | {"budget.at_most": "140000", "do": "keep"}).status_code == 303
    late = site.post(address, data=opened | {"budget.at_most": "130000", "do": "keep"})
    assert "version" in late.text
    assert site.get(f"/v1{address}").json()["scenario"]["budget"]["at_most"] == 140000
    planned = site.post(address, data=sent_by(site.get(address).text, address) | {"do": "solve"})
    assert site.get(f"/v1{planned.headers['location']}").json()["totals"]["spend"] == 140000


def test_a_name_that_is_taken_is_said_at_the_form(site: TestClient) -> None:
    """Nothing is kept twice under one name."""
    form = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new") | {"name": "twice", "do": "keep"}
    assert site.post("/scenarios/new", data=form).status_code == 303
    again = site.post("/scenarios/new", data=form)
    assert again.status_code == 422
    assert 'role="alert"' in again.text


def test_who_is_overtaken_keeps_what_was_typed(site: TestClient) -> None:
    """412 says who kept what; notes and tags stay, and the next press keeps it after the newest."""
    form = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new")
    address = site.post("/scenarios/new", data=form | {"name": "raced", "do": "keep"}).headers["location"]
    opened = sent_by(site.get(address).text, address)
    site.post(address, data=opened | {"budget.at_most": "140000", "do": "keep"})
    typed = {"budget.at_most": "130000", "notes": "mine", "tags": "late", "do": "keep"}
    late = site.post(address, data=opened | typed)
    assert late.status_code == 412
    assert "kept version 2 meanwhile" in late.text
    again = sent_by(late.text, address)
    assert (again["notes"], again["tags"], "".join(again["budget.at_most"].split())) == ("mine", "late", "130000")
    assert site.post(address, data=again | {"do": "keep"}).status_code == 303
    assert site.get(f"/v1{address}").json()["scenario"]["budget"]["at_most"] == 130000
    assert site.post(address, data=opened | {"version": "<x>", "do": "keep"}).status_code == 412


def test_what_stands_beside_a_refused_scenario_stays(site: TestClient) -> None:
    """Tags and notes."""
    form = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new")
    sent = form | {"name": "again and again", "notes": "why", "tags": "a\nb", "do": "keep"}
    site.post("/scenarios/new", data=sent)
    again = sent_by(site.post("/scenarios/new", data=sent).text, "/scenarios/new")
    assert (again["notes"], again["tags"]) == ("why", "a\nb")


def test_a_workbook_is_shown_in_the_form(site: TestClient, funnel: str) -> None:
    """Sent back as it was, it makes the same plan."""
    raw = site.get(f"/v1/plans/{funnel}/scenario.xlsx").content
    shown = site.post("/scenarios/from-workbook", files={"file": ("scenario.xlsx", raw)})
    assert shown.status_code == 200, shown.text
    planned = site.post("/scenarios/new", data=sent_by(shown.text, "/scenarios/new") | {"do": "solve"})
    digests = [site.get(f"/v1/plans/{own}").json()["provenance"]["digest"]
               for own in (funnel, planned.headers["location"].rpartition("/")[2])]  # fmt: skip
    assert digests[0] == digests[1]


def test_what_is_wrong_in_a_workbook_is_told_by_its_cell(site: TestClient) -> None:
    """422; what is no workbook is said, too."""
    assert "From a workbook" in site.get("/scenarios").text
    assert site.get("/scenarios/from-workbook").status_code == 200
    empty = site.get("/v1/scenarios/template.xlsx").content
    answer = site.post("/scenarios/from-workbook", files={"file": ("scenario.xlsx", empty)})
    assert answer.status_code == 422
    assert "<code>Scenario!" in answer.text or "<code>Tactics!" in answer.text
    for raw in (b"", b"nonsense", b"a,b\n1,2"):
        assert site.post("/scenarios/from-workbook", files={"file": ("a.xlsx", raw)}).status_code == 422


def with_text(raw: bytes, cell: str, text: str) -> bytes:
    """The workbook with a text in a cell of the sheet Tactics."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as book, zipfile.ZipFile(out, "w") as made:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        sheet = f"xl/worksheets/sheet{names.index('Tactics') + 1}.xml"
        for name in book.namelist():
            held = book.read(name)
            if name == sheet:
                own = f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'
                held, count = re.subn(rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)', own, held.decode())
                assert count == 1
                held = held.encode()
            made.writestr(name, held)
    return out.getvalue()


@pytest.mark.parametrize(("text", "told"), [
    ("1.234,56 €", ""),
    ("abc", "Spend today: is not a number: type a number into the cell"),
    ("12.345", "Spend today: can be read as 12.345 or as 12,345: type 12.3450 or 12345"),
])  # fmt: skip
def test_a_number_that_stands_as_text_is_read_or_asked_for(site: TestClient, robyn: str, text: str, told: str) -> None:
    """As in pasted rows; a fault names the cell and the heading of its column."""
    raw = site.get(f"/v1/plans/{robyn}/scenario.xlsx").content
    cells = cells_of(raw).values["Tactics"]
    key = next(cell for cell, held in cells.items() if held == "current_spend")
    cell = f"{key.rstrip('0123456789')}{int(key.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) + 1}"
    answer = site.post("/scenarios/from-workbook", files={"file": ("a.xlsx", with_text(raw, cell, text))})
    if told:
        assert answer.status_code == 422
        assert f"<code>Tactics!{cell}</code> {told}" in answer.text
    else:
        tactics = read(sent_by(answer.text, "/scenarios/new")).document["tactics"]
        assert tactics[0]["current_spend"] == 1234.56


def test_a_plan_of_a_kept_scenario_can_be_its_baseline(site: TestClient) -> None:
    """Planned as it was opened it is of that version; changed and not kept it is of none, and the page says the way."""
    form = sent_by(site.get("/scenarios/new?example=robyn").text, "/scenarios/new")
    address = site.post("/scenarios/new", data=form | {"name": "held to", "do": "keep"}).headers["location"]
    opened = sent_by(site.get(address).text, address) | {"do": "solve"}
    plan = site.post(address, data=opened).headers["location"]
    for step in ("approve", "make-baseline"):
        assert site.post(f"{plan}/standing/{step}", data={"pressed": "yes"}).status_code == 303
    assert site.get(f"/v1{plan}/standing").json()["state"] == "baseline"
    changed = site.post(address, data=opened | {"budget.at_most": "130000"}).headers["location"]
    assert site.post(f"{changed}/standing/approve", data={"pressed": "yes"}).status_code == 303
    shown = site.get(changed).text
    assert "Make it the baseline" not in shown
    assert f"/scenarios/new?plan={changed.removeprefix('/plans/')}" in shown
