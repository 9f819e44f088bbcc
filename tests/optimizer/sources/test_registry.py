"""Nothing is half added: a source has its module, its page's section and its test."""

import gzip
import pickle
import re
from pathlib import Path

import pytest

from optimizer.errors import FileError
from optimizer.sources import SOURCES, File, import_file

ROOT = Path(__file__).parents[3]
NAMES = {source.name for source in SOURCES}
SHARED = {"__init__", "classic_netcdf", "curve_set", "document", "kinds", "netcdf", "options", "report"}
PARTS = ("Gives.", "Reads.", "Refuses.")


def test_every_source_is_registered_once():
    """A file or a room of `optimizer/sources` is a source or serves them all."""
    found = {path.stem for path in (ROOT / "optimizer/sources").iterdir() if path.stem != "__pycache__"}
    assert found - SHARED - {"tables"} == NAMES
    assert len({type(source) for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_source_is_explained_and_tested(name):
    """What it gives, reads and refuses; and a test of its own."""
    page = (ROOT / "docs/sources.md").read_text()
    sections = dict(re.findall(r"^## `(\w+)`[^\n]*\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert [part for part in PARTS if f"**{part}**" not in sections[name]] == []
    assert (ROOT / f"tests/optimizer/sources/test_{name}.py").is_file()


@pytest.mark.parametrize("raw", [pickle.dumps({"a": 1}), gzip.compress(b"RDX3", mtime=0)])
def test_a_pickle_or_an_rds_is_never_opened(raw):
    """What could run code is refused by its first bytes, with what to export instead."""
    with pytest.raises(FileError, match=r"never opened|robyn_write") as caught:
        import_file(File(name="model.pkl", raw=raw))
    assert caught.value.code == "unknown_source"


@pytest.mark.parametrize("raw", [b"%PDF-1.7", b"hello", b"{}", b"[1, 2]", b"\0" * 100, bytes(range(256))])
def test_what_no_source_knows_is_refused(raw):
    """With the list of what is known."""
    with pytest.raises(FileError) as caught:
        import_file(File(name="x", raw=raw))
    assert caught.value.code in (
        "unknown_source",
        "unknown_layout",
        "not_a_table",
        "not_utf8",
        "no_curves",
        "bad_text",
        "damaged_file",
    )
