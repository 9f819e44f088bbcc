"""The page of a plan, its charts, and the way out of a conflict."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from fastapi.testclient import TestClient

from app.charts.plans import PLAN_CHARTS
from tests.app.pages.conftest import plan
from tests.app.pages.sizes import many

PRESSED = {"pressed": "yes"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "x" * 300,
    "\u202eevil\u202c",
    "شركة تلفزيون",
    "📺 & <b>télé</b>",
    "{{ 7*7 }} {% raw %}",
]


def test_the_answer_comes_first(site: TestClient, funnel: str) -> None:
    """Value, spend and the certificate stand in the page, as the stored plan has them."""
    page = site.get(f"/plans/{funnel}").text
    stored = site.get(f"/v1/plans/{funnel}").json()
    assert f"{stored['value']:,.0f}" in page
    assert f"{stored['totals']['spend']:,.0f} EUR" in page
    assert "no plan can be" in page


def test_today_is_valued_on_the_same_curves(site: TestClient, funnel: str) -> None:
    """As an evaluation of today's spend says; what the plan earns beyond it stands in a tile, with its currency."""
    page = site.get(f"/plans/{funnel}").text
    stored = site.get(f"/v1/plans/{funnel}").json()["totals"]
    scenario = site.get(f"/v1/plans/{funnel}/scenario").json()
    spends = [
        {"tactic": tactic["name"], "period": period, "spend": tactic["current_spend"]}
        for tactic in scenario["tactics"]
        for period in scenario["periods"]
    ]
    now = site.post("/v1/evaluations", json={"scenario": scenario, "allocations": spends}).json()["totals"]
    for name in ("spend", "revenue", "outcome"):
        row = page.partition(f'<th scope="row">{name.capitalize()}</th>')[2].partition("</tr>")[0]
        cells = re.findall(r'<td class="number">([^<]*)</td>', row)
        change = f"{stored[name] - now[name]:+,.0f}".replace("-", "−")
        assert cells == [f"{now[name]:,.0f}", f"{stored[name]:,.0f}", change]
    assert f"{stored['revenue'] - now['revenue']:+,.0f} EUR revenue".replace("-", "−") in page
    assert f"<dd>{stored['revenue']:,.0f} EUR</dd>" in page


def test_what_all_prices_have_in_common_is_said_once(site: TestClient, funnel: str) -> None:
    """Their unit where they have one, and what they take as given."""
    page = site.get(f"/plans/{funnel}").text
    rules = [rule for rule in site.get(f"/v1/plans/{funnel}").json()["rules"] if rule["binding"]]
    notes = {rule["price_note"] for rule in rules if rule["price_note"] and rule["price"] != 0.0}
    assert notes
    table = page.partition('id="binds"')[2].partition("</table>")[0]
    assert all(note not in table and page.count(f"Prices hold {note}.") == 1 for note in notes)


def test_curves_have_a_table(site: TestClient) -> None:
    """Ten times the root of 100 is 100, half a unit more for one more of money, and no end in sight."""
    made = plan(site, {"name": "root", "currency": "EUR", "objective": {"maximize": "revenue"},
                       "budget": {"at_most": 100},
                       "tactics": [{"name": "tv", "stage": "upstream", "current_spend": 25,
                                    "response": {"family": "power", "coefficient": 10, "exponent": 0.5}}]})  # fmt: skip
    table = site.get(f"/plans/{made}").text.partition('aria-label="Curves"')[2].partition("</table>")[0]
    assert re.findall(r'<td class="number">([^<]*)</td>', table) == ["25", "100", "100", "0.5", "–"]


def test_a_curve_that_begins_upright_is_shown_all_the_same(site: TestClient) -> None:
    """Where a root spends nothing, one more unit brings no number."""
    root = {"family": "power", "coefficient": 10, "exponent": 0.5}
    made = plan(site, {"name": "idle", "currency": "EUR", "objective": {"maximize": "revenue"},
                       "budget": {"at_most": 100},
                       "tactics": [{"name": "tv", "stage": "upstream", "response": root, "spend": {"at_most": 0}},
                                   {"name": "search", "stage": "downstream", "response": root}]})  # fmt: skip
    table = site.get(f"/plans/{made}").text.partition('aria-label="Curves"')[2].partition("</table>")[0]
    assert re.findall(r'<td class="number">([^<]*)</td>', table)[:5] == ["–", "0", "0", "–", "–"]


def test_what_is_not_known_of_today_is_not_valued(site: TestClient) -> None:
    """Where one tactic does not say what it spends."""
    made = plan(site, {"name": "unknown", "currency": "EUR", "objective": {"maximize": "revenue"},
                       "budget": {"at_most": 100},
                       "tactics": [{"name": "tv", "stage": "upstream",
                                    "response": {"family": "power", "coefficient": 10, "exponent": 0.5}}]})  # fmt: skip
    page = site.get(f"/plans/{made}").text
    assert "Against today’s spend</dt><dd>–</dd>" in page
    assert "Today’s spend and the plan" not in page


def test_the_table_of_tactics_adds_up(site: TestClient, funnel: str) -> None:
    """Every tactic's spend is there."""
    page = site.get(f"/plans/{funnel}").text
    for row in site.get(f"/v1/plans/{funnel}").json()["tactics"]:
        assert f"{row['spend']:,.0f}" in page


@pytest.mark.parametrize("chart", PLAN_CHARTS)
def test_every_chart_is_drawn_in_both_themes(site: TestClient, funnel: str, chart: str) -> None:
    """As a picture, and as the specification that a browser makes interactive."""
    light = site.get(f"/plans/{funnel}/charts/{chart}.svg")
    dark = site.get(f"/plans/{funnel}/charts/{chart}.svg?theme=dark")
    assert light.headers["content-type"] == "image/svg+xml"
    assert light.text.startswith("<svg")
    assert dark.text != light.text
    assert "$schema" in json.loads(site.get(f"/plans/{funnel}/charts/{chart}.json").text)


def test_an_unknown_chart_is_a_page_that_says_so(site: TestClient, funnel: str) -> None:
    """404, in HTML."""
    answer = site.get(f"/plans/{funnel}/charts/pie.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_an_unknown_plan_is_a_page_that_says_so(site: TestClient) -> None:
    """404, in HTML, with a way back."""
    answer = site.get("/plans/plan_0")
    assert answer.status_code == 404
    assert "no plan has this id: look for it in the lists" in answer.text
    assert "POST" not in answer.text


def test_pages_allow_nothing_from_elsewhere(site: TestClient, robyn: str) -> None:
    """No inline script or style, nothing loaded from other hosts, no frames."""
    answer = site.get(f"/plans/{robyn}")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert "<style" not in answer.text
    assert "http://" not in answer.text.replace('"http://testserver', "")
    assert "https://" not in answer.text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(site: TestClient, name: str) -> None:
    """In the title, in tables and in what-if: what was typed is shown, and runs nowhere."""
    scenario = {
        "name": name,
        "currency": "EUR",
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 100},
        "tactics": [{"name": name, "stage": "upstream", "response": {"family": "linear", "slope": 2},
                     "spend": {"at_most": 60}, "tags": {"owner": name}}],
        "goals": [{"name": name + " goal" if len(name) < 290 else name[:290], "metric": "revenue", "at_least": 10}],
    }  # fmt: skip
    made = plan(site, scenario)
    for address in (f"/plans/{made}", f"/plans/{made}/what-if", f"/scenarios/new?plan={made}", "/"):
        page = site.get(address).text
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
        assert "<b>télé" not in page, address
    assert site.get(f"/plans/{made}/charts/tactics.svg").status_code == 200


def test_a_conflict_shows_its_members_and_a_button_for_each_way_out(site: TestClient, impossible: str) -> None:
    """Each button makes a plan that holds."""
    page = site.get(f"/plans/{impossible}").text
    conflict = site.get(f"/v1/plans/{impossible}").json()["conflict"]
    for name in conflict["conflicting"]:
        assert name in page
    for number in range(0 if conflict["cheapest"] else 1, len(conflict["relaxations"]) + 1):
        answer = site.post(f"/plans/{impossible}/mend/{number}", data=PRESSED)
        assert answer.status_code == 303, number
        mended = site.get(f"/v1{answer.headers['location']}").json()
        assert mended["status"] == "optimal"
        assert re.match(r"impossible, (budget \d|spend limit of tv at least \d|search floor|without)", mended["name"])
    own = site.post(f"/plans/{impossible}/mend/1", data=PRESSED | {"name": " mended "}).headers["location"]
    assert site.get(f"/v1{own}").json()["name"] == "mended"


def test_a_change_that_the_conflict_does_not_name_is_refused(site: TestClient, impossible: str) -> None:
    """404, and nothing is made."""
    assert site.post(f"/plans/{impossible}/mend/99", data=PRESSED).status_code == 404


def test_a_form_from_another_site_is_refused(site: TestClient, impossible: str) -> None:
    """A browser says where a form comes from."""
    answer = site.post(f"/plans/{impossible}/mend/1", data=PRESSED, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_conflict_is_not_offered_for_approval(site: TestClient, impossible: str) -> None:
    """It would be refused."""
    assert "Approve" not in site.get(f"/plans/{impossible}").text


def test_twelve_periods_stand_open_with_their_totals(site: TestClient) -> None:
    """In halves, each as wide as paper; what is spent in a period by all tactics stands below it."""
    made = plan(site, many(3, 12))
    page = site.get(f"/plans/{made}").text
    assert '<details class="figures" open><summary>By period</summary>' in page
    tables = page.partition("<summary>By period")[2].partition("</details>")[0].split("</table>")[:-1]
    spent: Counter[str] = Counter()
    for cell in site.get(f"/v1/plans/{made}").json()["allocations"]:
        spent[cell["period"]] += cell["spend"]
    assert [table.count('<th scope="col" class="number">') for table in tables] == [6, 6]
    shown = [number for table in tables for number in re.findall(r">([\d,]+)</td>", table.partition("<tfoot>")[2])]
    assert shown == [f"{amount:,.0f}" for amount in spent.values()]


def test_very_many_tactics_are_folded(site: TestClient) -> None:
    """What comes after them is near; the pictures say how many they show."""
    page = site.get(f"/plans/{plan(site, many(61))}").text
    assert "<summary>All 61 tactics</summary>" in page
    assert "<summary>All 61 curves</summary>" in page
    assert "the picture has the 40 that spend most." in page
    assert "<summary>All 60 tactics" not in site.get(f"/plans/{plan(site, many(60))}").text


def test_very_many_figures_are_folded(site: TestClient) -> None:
    """Behind how many they are."""
    page = site.get(f"/plans/{plan(site, many(3, 140))}").text
    assert '<details class="figures"><summary>By period, 420 figures</summary>' in page


def test_periods_that_gain_the_same_are_told_together(site: TestClient, funnel: str) -> None:
    """Where one more unit of money goes: each tactic with a gain once, the best first."""
    page = site.get(f"/plans/{funnel}").text
    page = page.partition("Where one more unit of money goes</h3>")[2].partition("</ol>")[0]
    told = [re.sub(r"<[^>]*>", "", line) for line in page.split("<li>")[1:]]
    uses = site.get(f"/v1/plans/{funnel}").json()["next_best"]
    assert len(told) <= 5
    assert len({line.partition(":")[2] + line.partition(",")[0] for line in told}) == len(told)
    assert told[0].startswith(f"{uses[0]['tactic']}, {uses[0]['period']}")


def test_prices_of_limits_are_told_in_the_units_of_their_sentences(site: TestClient) -> None:
    """A share by percentage points, with its ends in percent; a spend limit for each period at once."""
    curves = {name: {"family": "power", "coefficient": 10, "exponent": 0.5} for name in ("tv", "search")}
    tactics = [{"name": name, "stage": "upstream", "response": curve} for name, curve in curves.items()]
    tactics += [tactics[0] | {"name": "print", "spend": {"at_most": 1}}]
    rule = {"rule": "share_range", "name": "brand", "at_least": 0.7, "scope": {"tactics": ["tv"]}}
    made = plan(site, {"name": "shares", "currency": "EUR", "objective": {"maximize": "revenue"}, "tactics": tactics,
                       "budget": {"at_most": 100}, "rules": [rule], "periods": ["1", "2"]})  # fmt: skip
    page = site.get(f"/plans/{made}").text
    table = page.partition('id="binds"')[2].partition("</table>")[0]
    stored = {own["name"]: own for own in site.get(f"/v1/plans/{made}").json()["rules"]}["brand"]
    assert "percentage point" in table
    assert "whole share" not in table
    row = table.partition("<bdi>brand</bdi>")[2].partition("</tr>")[0]
    assert f"{stored['price'] / 100:.3g}".replace("-", "−") in row
    assert row.count("%") == 2
    assert "<bdi>spend limit of print</bdi> <small>in each period</small>" in table


def test_how_a_search_ended_is_said_in_sentences(site: TestClient, impossible: str) -> None:
    """From a capital letter to a full stop."""
    page = site.get(f"/plans/{impossible}").text
    ended = page.partition("<dt>Ended</dt><dd>")[2].partition("</dd>")[0]
    assert ended.startswith("Conflict. These cannot all hold;")
    assert ended.endswith(".")
