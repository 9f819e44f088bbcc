"""What happened, against a plan."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from tests.app.pages.browser import sent_by


def boxed(page: str, address: str) -> dict[str, str]:
    """The fields of the form that puts actuals in; the page has another one, which chooses the book."""
    return sent_by(page[page.index('<form method="post"') :], address)


def test_without_actuals_the_page_says_how_they_come(site: TestClient, funnel: str) -> None:
    """Nothing is compared with nothing."""
    assert "The book holds nothing" in site.get(f"/plans/{funnel}/actuals", params={"book": "empty"}).text


def test_actuals_stand_beside_the_plan(site: TestClient, funnel: str) -> None:
    """Planned and actual spend of the tactic, and a picture."""
    lines = [{"tactic": "tv", "period": "2027-01", "spend": 1234567.0, "outcome": 1500000.0}]
    sent = site.post("/v1/actuals", json={"book": "pages", "actuals": lines})
    assert sent.status_code in (200, 201), sent.text
    page = site.get(f"/plans/{funnel}/actuals?book=pages")
    assert "1,234,567" in page.text
    assert site.get(f"/plans/{funnel}/actuals/tactics.svg?book=pages").text.startswith("<svg")


def test_each_view_has_its_chart(site: TestClient, funnel: str) -> None:
    """By tactic, by period and by goal, in both themes; another is refused."""
    lines = [{"tactic": "tv", "period": period, "spend": 1e6, "outcome": 1.2e6} for period in ("2027-01", "2027-02")]
    assert site.post("/v1/actuals", json={"book": "charts", "actuals": lines}).status_code == 201
    page = site.get(f"/plans/{funnel}/actuals?book=charts").text
    for name in ("tactics", "periods", "goals"):
        assert f"/plans/{funnel}/actuals/{name}.svg?book=charts&amp;theme=light" in page
        assert site.get(f"/plans/{funnel}/actuals/{name}.svg?book=charts&theme=dark").text.startswith("<svg")
    assert site.get(f"/plans/{funnel}/actuals/pie.svg?book=charts").status_code == 404


def test_actuals_are_put_in_from_the_page(site: TestClient, funnel: str) -> None:
    """As a file or pasted; what is wrong is told by its cell, and what was pasted stays."""
    address = f"/plans/{funnel}/actuals"
    table = b"tactic;period;spend;outcome\ntv;2027-01;7654321,5;8000000"
    sent = site.post(address, data={"book": "files", "decimal": "comma"}, files={"file": ("a.csv", table)})
    assert sent.status_code == 303, sent.text
    assert "7,654,32" in site.get(sent.headers["location"]).text
    pasted = "tactic\tperiod\tspend\ntv\t2027-02\tlots"
    wrong = site.post(address, data={"book": "files", "decimal": "point", "lines": pasted})
    assert wrong.status_code == 422
    assert "row 2, column C: is not a number" in wrong.text
    assert "CSV" not in wrong.text.partition('role="alert"')[2].partition("</ul>")[0]
    assert "tv\t2027-02\tlots" in wrong.text
    unnamed = site.post(address, data={"book": "x" * 101, "lines": pasted.replace("lots", "5")})
    assert 'href="#f-book"' in unnamed.text


def test_what_matches_nothing_and_replaces_figures_is_asked_first(site: TestClient, funnel: str) -> None:
    """Nothing is put in before one is sure; other rows than those that were asked about are asked about again."""
    address, book = f"/plans/{funnel}/actuals", {"book": "asked"}
    good = "tactic\tperiod\tspend\ntv\t2027-01\t7654321"
    assert site.post(address, data=book | {"lines": good}).status_code == 303
    assert site.post(address, data=book | {"lines": good}).status_code == 303, "the same figures are no question"
    other = "tactic\tperiod\tspend\nTele vision\t2027-01\t11"
    asked = site.post(address, data=book | {"lines": other})
    assert asked.status_code == 200
    assert "Nothing is put in yet" in asked.text
    assert "The plan has no such tactic." in asked.text
    assert "7,654,321" in site.get(f"{address}?book=asked").text
    sent = boxed(asked.text, address)
    assert sent["lines"].splitlines() == other.splitlines()
    sure = {"sure": asked.text.partition('name="sure" value="')[2].partition('"')[0]}
    again = site.post(address, data=sent | sure | {"lines": other.replace("11", "12")})
    assert "Nothing is put in yet" in again.text
    assert site.post(address, data=sent | sure).status_code == 303
    assert "Tele vision" in site.get(f"{address}?book=asked").text


def test_a_file_that_is_asked_about_is_sent_on_as_rows(site: TestClient, funnel: str) -> None:
    """Nobody has to choose it again."""
    address = f"/plans/{funnel}/actuals"
    table = b"tactic;period;spend\nradio;2027-01;1234,5"
    asked = site.post(address, data={"book": "filed"}, files={"file": ("a.csv", table)})
    assert asked.status_code == 200
    sure = {"sure": asked.text.partition('name="sure" value="')[2].partition('"')[0]}
    assert site.post(address, data=boxed(asked.text, address) | sure).status_code == 303
    assert site.get("/v1/actuals?book=filed").json()["periods"][0]["actuals"][0]["spend"] == 1234.5


def test_what_was_read_is_told(site: TestClient, funnel: str) -> None:
    """How many rows, with which decimal sign, and the first: when they are put in, and when it is asked first."""
    address = f"/plans/{funnel}/actuals"
    rows = "tactic\tperiod\tspend\toutcome\ntv\t2027-01\t€ 1.234,50\t8,5\nsearch\t2027-01\t2.000,00 EUR\t7"
    put = site.post(address, data={"book": "told", "lines": rows})
    page = re.sub(r"<[^>]*>", "", site.get(put.headers["location"]).text)
    assert "2 rows were read, with a decimal comma, as in 1.234,50." in page
    assert "The first says: tv, 2027-01, spend 1,234.5, outcome 8.5." in page
    assert [line["spend"] for line in site.get("/v1/actuals?book=told").json()["periods"][0]["actuals"]] == [
        1234.5,
        2e3,
    ]
    asked = re.sub(r"<[^>]*>", "", site.post(address, data={"book": "told", "lines": rows.replace("8,5", "9")}).text)
    assert "Nothing is put in yet. 2 rows were read, with a decimal comma" in asked


def test_rows_that_are_not_understood_say_what_was_read(site: TestClient, funnel: str) -> None:
    """Rows without headings, another currency and a per cent sign; lines that can be read stand beside the box."""
    address = f"/plans/{funnel}/actuals"
    bare = site.post(address, data={"book": "bare", "lines": "tv\t2027-01\t5"}).text
    assert "row 1, column A: is read as headings, and none of them is tactic: put a row of headings above" in bare
    assert "tactic\tperiod\tspend\toutcome\n" in bare
    assert site.post(address, data={"book": "bare", "lines": example(bare)}).status_code == 303
    for cell, words in (("$ 5", "is in USD, and the scenario in EUR"), ("5 %", "is per cent, where no share")):
        told = site.post(address, data={"book": "bare", "lines": f"tactic\tperiod\tspend\ntv\t2027-01\t{cell}"}).text
        assert f"row 2, column C: {words}" in told


def example(page: str) -> str:
    """The rows that the page says one may write."""
    return page.partition('<pre class="sample">')[2].partition("</pre>")[0]


def test_a_number_that_could_be_two_is_asked_for(site: TestClient, funnel: str) -> None:
    """Unless one says how numbers are written."""
    address, rows = f"/plans/{funnel}/actuals", "tactic\tperiod\tspend\ntv\t2027-01\t15.000"
    assert "row 2, column C: can be read" in site.post(address, data={"book": "two", "lines": rows}).text
    assert site.post(address, data={"book": "two", "lines": rows, "decimal": "comma"}).status_code == 303
    assert site.get("/v1/actuals?book=two").json()["periods"][0]["actuals"][0]["spend"] == 15000.0
