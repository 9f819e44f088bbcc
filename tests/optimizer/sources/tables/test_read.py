"""Cells of CSV and XLSX."""

import datetime

import pytest

from optimizer.errors import FileError
from optimizer.sources.tables import Conventions, Records, read_workbook
from tests.optimizer.sources.tables.hostile import workbook

TEXT = "tactic;spend;response\ntv;1.000,5;20\n'=radio;2.000,5;30\n"


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        (b"a,b\n1,2\n", (("a", "b"), ("1", "2"))),
        (b"\xef\xbb\xbfa;b\r\n1,5;2\r\n", (("a", "b"), ("1,5", "2"))),
        (b"a\tb\r1\t2\r", (("a", "b"), ("1", "2"))),
        ("ä|b\n1|2".encode("utf-16"), (("ä", "b"), ("1", "2"))),
        (b'"a, b",c\n"x\ny","""q"""\n,\n\n', (("a, b", "c"), ("x\ny", '"q"'))),
        (b"only\none\n", (("only",), ("one",))),
        (b"sep=;\r\na;b,c\r\n1,5;2,5\r\n", ((), ("a", "b,c"), ("1,5", "2,5"))),
        (b"a;b;c\n1;2\n", (("a", "b", "c"), ("1", "2"))),
        (b"note\n\na,b\n=1+1,@x\n", (("note",), (), ("a", "b"), ("=1+1", "@x"))),
    ],
    ids=["plain", "mark", "tab", "utf-16", "quoted", "one column", "separator told", "short row", "note above"],
)
def test_csv_as_it_comes(raw, rows):
    """Delimiters, line ends, quotation marks and byte order marks; text stays text."""
    assert read_workbook(raw).sheets[0].rows == rows


def test_the_sender_may_name_what_the_table_does_not_say():
    """Delimiter and encoding."""
    told = Conventions(delimiter="semicolon", encoding="cp1252")
    assert read_workbook("ä,b;c\n1,2;3".encode("cp1252"), "x.csv", told).sheets[0].rows[0] == ("ä,b", "c")
    with pytest.raises(FileError, match="use one of point, comma"):
        Conventions(decimal=".")


def test_xlsx_keeps_kinds():
    """Numbers, text, truth and days; blank cells are None; places are absolute."""
    rows = [[None, None], [None, "=1+1", 2, True], [None, 0.1]]
    sheet = read_workbook(workbook([[v if v != "=1+1" else "x=1" for v in row] for row in rows]), "a.XLSX").sheets[0]
    assert sheet.rows[1] == (None, "x=1", 2.0, True)
    assert sheet.place(2, 1) == "Curves!B3"
    assert sheet.cell(2, 1) == 0.1
    assert sheet.cell(99, 99) is None


def test_a_sheet_is_found_by_name():
    """Whatever its capitals."""
    book = read_workbook(workbook())
    assert book.sheet("curves").name == "Curves"
    with pytest.raises(FileError, match="is no sheet"):
        book.sheet("Plan")


def numbers_of(sheet, told=Conventions()):  # noqa: B008 (frozen)
    """The column x."""
    records = Records.of(sheet, told)
    return [records.number(row, "x") for row in records.rows]


@pytest.mark.parametrize(
    ("cells", "decimal", "read"),
    [
        (["1,234.5", "2"], None, [1234.5, 2]),
        (["1.234,5", "1.234"], None, [1234.5, 1234]),
        (["1,234,567", "1,234"], None, [1234567, 1234]),
        (["0.125", "1.234"], None, [0.125, 1.234]),
        (["1 234,5", "7"], None, [1234.5, 7]),
        (["1\u202f234", "1'000"], None, [1234, 1000]),
        (["1.234"], "point", [1.234]),
        (["1.234"], "comma", [1234]),
        (["-1.5e-3", "+2", "\u22123"], None, [-0.0015, 2, -3]),
        (["12", "13"], None, [12, 13]),
    ],
)
def test_numbers_of_a_table_are_read_alike(cells, decimal, read):
    """One convention for all, found out or told."""
    rows = "x\n" + "\n".join(f'"{cell}"' for cell in cells)
    told = Conventions(decimal=decimal)
    assert numbers_of(read_workbook(rows.encode(), "", told).sheets[0], told) == read


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["1.234"], "ambiguous_number"),
        (["1,234", "7"], "ambiguous_number"),
        (["1,5", "2.5"], "mixed_numbers"),
        (["12,34.5"], "not_a_number"),
        (["1.234.5"], "not_a_number"),
        (["=1+1"], "not_a_number"),
        (["12 %"], "not_a_number"),
        (["1e999"], "not_finite"),
        (["1_000"], "not_a_number"),
        (["١٢"], "not_a_number"),
    ],
)
def test_numbers_that_cannot_be_read(cells, code):
    """What could mean two things is asked for."""
    rows = "x\n" + "\n".join(f'"{cell}"' for cell in cells)
    sheet = read_workbook(rows.encode(), "", Conventions(delimiter="bar")).sheets[0]
    with pytest.raises(FileError) as caught:
        numbers_of(sheet)
    assert caught.value.code == code
    assert caught.value.path.startswith("CSV!A")


@pytest.mark.parametrize(
    ("cells", "order", "first"),
    [
        (["2026-04-03"], None, (2026, 4, 3)),
        (["2026/4/3 00:00:00"], None, (2026, 4, 3)),
        (["03/04/2026", "25/04/2026"], None, (2026, 4, 3)),
        (["03/04/2026", "04/25/2026"], None, (2026, 3, 4)),
        (["3.4.2026"], "day_first", (2026, 4, 3)),
        (["04/04/2026"], None, (2026, 4, 4)),
    ],
)
def test_dates_of_a_column_are_read_alike(cells, order, first):
    """Year first as it stands, otherwise in the order that the column shows."""
    told = Conventions(dates=order)
    records = Records.of(read_workbook("\n".join(["d", *cells]).encode(), "", told).sheets[0], told)
    assert next(records.dates("D")) == datetime.date(*first)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["03/04/2026"], "ambiguous_date"),
        (["25/04/2026", "04/25/2026"], "mixed_dates"),
        (["31/02/2026"], "not_a_date"),
        (["03/04/26"], "not_a_date"),
        (["soon"], "not_a_date"),
    ],
)
def test_dates_that_cannot_be_read(cells, code):
    """What could mean two days is asked for."""
    with pytest.raises(FileError) as caught:
        list(Records.of(read_workbook("\n".join(["d", *cells]).encode()).sheets[0], Conventions()).dates("d"))
    assert caught.value.code == code


def test_columns_are_found_as_people_write_them():
    """Capitals and blanks do not matter; two of one name are refused, a missing one is named."""
    records = Records.of(read_workbook(b"Current Spend,b\n1,2\n").sheets[0], Conventions())
    assert records.number(1, "current_spend") == 1
    assert (records.text(1, "B"), records.text(1, "none")) == ("2", None)
    with pytest.raises(FileError, match="is no column"):
        records.needed("b", "response")
    with pytest.raises(FileError) as caught:
        Records.of(read_workbook(b"a,b,A\n1,2,3\n").sheets[0], Conventions())
    assert (caught.value.code, caught.value.path) == ("duplicate_column", "CSV!C1")


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"tactic,spend,outcome\ntv,10,20\ntv,12,34,100\n", "CSV!D3"),
        (b"spend;tv\n10;20\n\n12;34;100\n", "CSV!C4"),
        (b"a,b,\n1,2,3\n", "CSV!C2"),
        (b"a,,b\n1,2,3\n", "CSV!B2"),
        (workbook([["tactic", "spend"], ["tv", 12.0, None, 34.0]]), "Curves!D2"),
    ],
)
def test_a_cell_under_no_column_is_refused(raw, place):
    """It would be lost in silence: most often a comma in a number parts it in two."""
    with pytest.raises(FileError, match="under no column; a comma in a number") as caught:
        Records.of(read_workbook(raw).sheets[0], Conventions())
    assert (caught.value.code, caught.value.path) == ("no_heading", place)


@pytest.mark.parametrize("raw", [b"a,b\n1,2,,\n3,4,\n", b"a,b,,\n1,2,,\n", b',a,b\n"1",1,2\n'])
def test_blank_surplus_and_names_of_rows_are_fine(raw):
    """Programs write blanks to the right of a table, and R and pandas a first column without a heading."""
    records = Records.of(read_workbook(raw).sheets[0], Conventions())
    assert (records.number(1, "a"), records.number(1, "b")) == (1, 2)


def test_all_cells_that_cannot_be_read_are_told_together():
    """Control characters of a sheet, each at its cell."""
    with pytest.raises(FileError) as caught:
        read_workbook(workbook([["tactic", "spend"], ["tv", "a\x07"], ["radio\x07", "b\x07"]]))
    faults = [caught.value, *caught.value.others]
    assert [(fault.code, fault.path) for fault in faults] == [
        ("bad_text", "Curves!B2"),
        ("bad_text", "Curves!A3"),
        ("bad_text", "Curves!B3"),
    ]
