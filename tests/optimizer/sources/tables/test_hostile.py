"""Files that mean harm or are not what they claim are refused with the reason."""

import pytest

from optimizer.errors import FileError, HeadraceError, LimitError
from optimizer.sources.tables import read_workbook
from tests.optimizer.sources.tables.hostile import MAKERS, changed, sheet_of, workbook


@pytest.mark.parametrize("what", MAKERS)
def test_a_hostile_file_is_refused(what):
    """The code says why, and the remedy what to do."""
    code, make = MAKERS[what]
    with pytest.raises(HeadraceError) as caught:
        read_workbook(make())
    assert isinstance(caught.value, FileError | LimitError)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("raw", "name"),
    [(workbook(), "curves.csv"), (b"a,b\n1,2\n", "curves.xlsx"), (b"a,b\n1,2\n", "curves.pdf")],
    ids=["a workbook named .csv", "text named .xlsx", "text named .pdf"],
)
def test_a_name_that_lies_is_refused(raw, name):
    """The content decides what a file is; a name that says otherwise is told."""
    with pytest.raises(FileError) as caught:
        read_workbook(raw, name)
    assert caught.value.code == "wrong_extension"


def test_pictures_and_notes_are_no_cells():
    """What a workbook holds beside its cells is left where it is."""
    with_picture = changed({"xl/media/image1.png": b"\x89PNG" + bytes(1000), "docProps/app.xml": "<a>&b;</a>"})
    assert read_workbook(with_picture).sheets == read_workbook(workbook()).sheets


@pytest.mark.parametrize("cell", ['<c r="B2" t="e"><v>#REF!</v></c>', '<c r="B2"><f>SUM(1,2)</f></c>'])
def test_what_would_be_read_as_blank_and_is_not_is_refused(cell):
    """An error, and a formula that was saved without its value: the cell is named."""
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{cell}</row>'
    with pytest.raises(FileError) as caught:
        read_workbook(changed({"xl/worksheets/sheet1.xml": sheet_of(rows)}))
    assert (caught.value.code, caught.value.path) == ("unreadable_cell", "Curves!B2")


def test_a_formula_is_the_value_it_was_saved_with():
    """Also where that is text within the cell."""
    rows = '<row r="1"><c r="A1"><f>1+2</f><v>3</v></c></row>'
    sheet = read_workbook(changed({"xl/worksheets/sheet1.xml": sheet_of(rows)})).sheets[0]
    assert sheet.rows[0][0] == 3.0


def test_every_cut_of_a_workbook_is_refused():
    """A workbook cut off anywhere is no workbook."""
    whole = workbook()
    for length in range(4, len(whole) - 1, 97):
        with pytest.raises(FileError):
            read_workbook(whole[:length])
