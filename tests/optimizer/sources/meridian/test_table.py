"""Tables of response curves in either form."""

import pytest

from optimizer.errors import FileError
from optimizer.sources import File, import_file
from tests.optimizer.sources.meridian_messages import NOW, outcome
from tests.optimizer.sources.test_meridian import table

HEADER = "channel,spend,spend_multiplier,mean,ci_lo,ci_hi"


def wide(header=HEADER, row="{name},{spend},{times},{mean!r},{low!r},{high!r}"):
    """A row for each point, the metrics as columns: the data of Meridian's own charts."""
    lines = [header]
    for times in (0.0, 0.5, 1.0, 1.5, 2.0):
        for name, now in NOW.items():
            mean = outcome(name, times * now)
            cells = {"name": name, "spend": times * now, "times": times, "mean": mean}
            lines.append(row.format(**cells, low=0.7 * mean, high=1.4 * mean))
    return File(name="curves.csv", raw="\n".join(lines).encode())


def test_both_forms_are_the_same_curves():
    """With their intervals; without them where the table has none."""
    long, short = import_file(table()).curve_set, import_file(wide()).curve_set
    assert {curve.name: curve for curve in short.curves} == {curve.name: curve for curve in long.curves}
    bare = import_file(wide("channel,spend,spend_multiplier,mean", "{name},{spend},{times},{mean!r}")).curve_set
    assert [curve.interval for curve in bare.curves] == [None] * len(NOW)
    assert [curve.response for curve in bare.curves] == [curve.response for curve in short.curves]


def test_blanks_are_refused_at_their_row():
    """A point without a mean is none."""
    with pytest.raises(FileError, match="blanks") as caught:
        import_file(File(name="x.csv", raw=(HEADER + "\ntv,5,1,,,\n").encode()))
    assert caught.value.path == "CSV!A2"
