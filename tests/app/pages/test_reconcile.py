"""A proposal against the goals, and the change that is accepted."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from tests.app.pages.browser import asked, looked_at, sent_by
from tests.app.pages.conftest import plan

GOALS = {
    "name": "top down",
    "currency": "EUR",
    "objective": {"maximize": "revenue"},
    "budget": {"at_most": 1000},
    "tactics": [
        {"name": "search", "stage": "downstream", "response": {"family": "linear", "slope": 3},
         "spend": {"at_most": 600}},
        {"name": "tv", "stage": "upstream", "response": {"family": "linear", "slope": 2}},
    ],
    "goals": [{"name": "<FY>", "metric": "revenue", "at_least": 2000, "required": True}],
}  # fmt: skip
LINES = "owner,tactic,spend\nperformance,search,100\nbrand,tv,700"


def test_the_gap_and_the_least_change_are_shown(site: TestClient) -> None:
    """100 · 3 + 700 · 2 = 1,700 of 2,000: 100 more for search close it."""
    made = plan(site, GOALS)
    answer = asked(site, "/reconcile", plan=made, lines=LINES, method="least_money")
    assert answer.status_code == 200, answer.text
    assert "1,700" in answer.text
    assert "+100" in answer.text
    assert "<FY>" not in answer.text
    drawn = re.search(r'src="(/reconcile/[^"]*/waterfall.svg\?theme=light)&amp;room=wide"', answer.text)
    assert drawn is not None
    assert "target of &lt;FY&gt;" in site.get(drawn[1]).text


def test_what_owners_expect_stands_beside_the_curves(site: TestClient) -> None:
    """Brand expects 2,000 of 700 · 2 = 1,400; where nobody expects anything there is no such column."""
    made = plan(site, GOALS)
    lines = "owner,tactic,spend,expected_outcome\nperformance,search,100,\nbrand,tv,700,2000"
    page = asked(site, "/reconcile", plan=made, lines=lines, method="least_money").text
    row = page.partition("<bdi>brand</bdi>")[2].partition("</tr>")[0]
    assert re.findall(r'"number">([^<]*)<', row)[:4] == ["700", "1,400", "2,000", "+600"]
    assert re.search(r"<bdi>search</bdi></th><td[^>]*><bdi>[^<]*</bdi></td><td><bdi>performance</bdi></td>", page)
    assert "Outcome expected" not in asked(site, "/reconcile", plan=made, lines=LINES, method="least_money").text


def test_the_change_is_accepted_into_a_scenario(site: TestClient) -> None:
    """Its plan is the changed proposal."""
    made = plan(site, GOALS)
    sent = {"plan": made, "lines": LINES, "method": "least_money"}
    kept = site.post("/reconcile", data=sent).headers["location"]
    assert f'action="{kept}/accept"' in looked_at(site, kept).text
    answer = site.post(f"{kept}/accept", data={"name": "agreed"})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    planned = site.post(address, data=sent_by(site.get(address).text, address) | {"do": "solve"})
    spends = {t["tactic"]: t["spend"] for t in site.get(f"/v1{planned.headers['location']}").json()["tactics"]}
    assert spends == {"search": 200.0, "tv": 700.0}


def test_a_line_that_is_wrong_is_named_by_its_cell(site: TestClient) -> None:
    """422, with the page as it was."""
    made = plan(site, GOALS)
    wrong = "owner,tactic,spend\nperformance,radio,1"
    answer = site.post("/reconcile", data={"plan": made, "lines": wrong, "method": ""})
    assert answer.status_code == 422
    assert "radio" in answer.text


def test_a_file_is_taken_and_shown_as_rows(site: TestClient) -> None:
    """So that it can be mended and accepted; German numbers when said so."""
    made = plan(site, GOALS)
    table = LINES.replace(",", ";").replace("700", "700,5").encode()
    sent = {"plan": made, "decimal": "comma", "method": "least_money"}
    kept = site.post("/reconcile", data=sent, files={"file": ("lines.csv", table)})
    answer = looked_at(site, kept.headers["location"])
    assert answer.status_code == 200, answer.text
    assert "brand\ttv\t700,5" in answer.text
    assert "1,701" in answer.text
    wrong = site.post("/reconcile", data=sent, files={"file": ("lines.csv", table.replace(b"search", b"radio"))})
    assert wrong.status_code == 422
    assert "performance\tradio\t100" in wrong.text


def test_numbers_tell_by_themselves_how_they_are_written(site: TestClient) -> None:
    """With the currency beside them; what was read stands above the answer, and lines like it beside the box."""
    made = plan(site, GOALS)
    rows = LINES.replace(",", ";").replace("700", "700,5 EUR")
    kept = site.post("/reconcile", data={"plan": made, "lines": rows})
    answer = looked_at(site, kept.headers["location"]).text
    assert "rows were read, with a decimal comma" in answer
    assert "1,701" in answer
    like = answer.partition('<pre class="sample">')[2].partition("</pre>")[0]
    assert like.splitlines()[0].split("\t") == ["owner", "tactic", "period", "spend", "expected_outcome"]
    assert (
        "row 1, column A: is read as headings" in site.post("/reconcile", data={"plan": made, "lines": "a,b\nc,1"}).text
    )


def test_a_plan_that_is_not_there_keeps_the_lines(site: TestClient) -> None:
    """What was typed stays in the form."""
    answer = site.post("/reconcile", data={"plan": "plan_0", "lines": LINES})
    assert "brand,tv,700" in answer.text


def test_what_came_of_it_has_an_address(site: TestClient) -> None:
    """Sent to a colleague it shows the lines and the answer; so does the list; sent twice, it is one."""
    made = plan(site, GOALS)
    form = sent_by(site.get(f"/reconcile?plan={made}").text, "/reconcile") | {"plan": made, "lines": LINES}
    kept = site.post("/reconcile", data=form).headers["location"]
    assert site.post("/reconcile", data=form).headers["location"] == kept
    page = looked_at(site, kept).text
    assert "performance,search,100" in page
    assert "+100" in page
    assert f'href="{kept}"' in site.get("/reconcile").text


def test_an_address_that_names_no_proposal_is_not_found(site: TestClient) -> None:
    """404, as a page."""
    for address in ("/reconcile/proposal_0", f"/reconcile/proposal_{30 * '0'}"):
        assert site.get(address).status_code == 404


def test_plans_of_one_name_are_told_apart_by_their_spend(site: TestClient, robyn: str) -> None:
    """Beside the name, in the list to choose from."""
    assert "150,000 EUR, 20" in site.get(f"/reconcile?plan={robyn}").text
