"""A name that says another kind than the content is refused, with both."""

import json

import pytest

from optimizer.errors import FileError
from optimizer.sources import File, import_file
from tests.optimizer.sources.robyn_exports import export
from tests.optimizer.sources.tables.hostile import workbook

POINTS = workbook([["tactic", "spend", "outcome"], ["tv", 1.0, 5.0], ["tv", 2.0, 6.0]])
ROBYN = json.dumps(export()).encode()


@pytest.mark.parametrize(
    ("name", "raw", "said", "found"),
    [
        ("curves.json", POINTS, "JSON", "a workbook"),
        ("curves.nc", POINTS, "NetCDF", "a workbook"),
        ("model.csv", b"\x89HDF\r\n\x1a\n" + bytes(99), "a table as text", "NetCDF"),
        ("model.xlsx", b"CDF\x01" + bytes(99), "a workbook", "NetCDF"),
        ("report.json", b"<!DOCTYPE html><p>", "JSON", "a page"),
        ("model.html", ROBYN, "a page", "JSON"),
        ("model.csv", ROBYN, "a table as text", "JSON"),
    ],
)
def test_a_name_of_another_kind_is_refused(name, raw, said, found):
    """Whoever sent it may have taken the wrong file."""
    with pytest.raises(FileError) as caught:
        import_file(File(name=name, raw=raw))
    assert caught.value.code == "wrong_extension"
    assert said in caught.value.problem
    assert found in caught.value.problem


@pytest.mark.parametrize("name", ["", "model", "model.export", "curves.dat"])
def test_names_that_say_nothing_are_fine(name):
    """The content decides."""
    assert import_file(File(name=name, raw=POINTS)).curve_set.curves
    assert import_file(File(name=name, raw=ROBYN)).curve_set.curves
