"""Curve sets on the wire: what a tactic could take, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.errors import problem_of
from app.schemas.curve_set import EXAMPLE, CurveSetIn
from app.schemas.tactic import TacticIn
from optimizer.errors import HeadraceError

CURVE: dict[str, Any] = {"name": "tv", "response": {"family": "linear", "slope": 2}}


def test_the_example_is_a_curve_set() -> None:
    """It can be read, and checked."""
    CurveSetIn.model_validate(EXAMPLE).check()


def test_curves_speak_the_words_of_tactics() -> None:
    """Every field of a curve is one of a tactic, so that a tactic can take it over; an interval is only shown."""
    [curve] = CurveSetIn.model_validate(EXAMPLE).curves
    assert set(type(curve).model_fields) - {"interval"} <= set(TacticIn.model_fields)


@pytest.mark.parametrize(
    ("curves", "code", "path"),
    [
        ([], "too_few", "curves"),
        ([CURVE, CURVE], "duplicate_name", "curves[1].name"),
        ([CURVE | {"response": {"family": "linear", "slope": -1}}], "not_positive", "curves[0].response.slope"),
        ([CURVE | {"adstock": {"family": "geometric", "retention": 2}}], "too_large", "curves[0].adstock.retention"),
        ([CURVE | {"seasonality": [-1]}], "out_of_range", "curves[0].seasonality[0]"),
        ([CURVE | {"current_spend": -1}], "out_of_range", "curves[0].current_spend"),
        ([CURVE | {"revenue_per_outcome": -1}], "out_of_range", "curves[0].revenue_per_outcome"),
        ([CURVE | {"spend": {"at_most": 3}}], "unknown_field", "curves[0].spend"),
    ],
)
def test_what_no_tactic_could_take_is_refused(curves: list[Any], code: str, path: str) -> None:
    """With the code and the path that a scenario would have."""
    with pytest.raises((HeadraceError, ValidationError)) as caught:
        CurveSetIn.model_validate({"name": "m", "curves": curves}).check()
    [fault] = problem_of(caught.value).errors
    assert (fault.code, fault.path) == (code, path)
