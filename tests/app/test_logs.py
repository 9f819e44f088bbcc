"""Lines of others in our log."""

from __future__ import annotations

import json
import logging

from app.logs import JsonLine


def test_a_failure_is_still_one_line() -> None:
    """Its traceback is a list in the object."""
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "went %s", ("wrong",), (type(error), error, None))
    line = JsonLine().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["event"], told["level"], told["logger"]) == ("went wrong", "error", "x")
    assert told["trace"][-1] == "ValueError: two\nlines"
