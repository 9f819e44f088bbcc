"""Messages of Meridian's that are no whole model."""

import pytest
from google.protobuf import json_format
from mmm.v1 import mmm_pb2

from optimizer.sources import File, import_file
from tests.optimizer.sources.meridian_messages import NOW, message


def parts():
    """The message's parts that tell curves, each with how many problems it tells."""
    whole = json_format.ParseDict(message(), mmm_pb2.Mmm())
    budgets = whole.marketing_optimization.budget_optimization
    return {
        "analyses": (whole.marketing_analysis_list, 0),
        "one analysis": (whole.marketing_analysis_list.marketing_analyses[0], 0),
        "optimisation": (whole.marketing_optimization, 1),
        "budgets": (budgets, 1),
        "one run": (budgets.results[0], 1),
    }


@pytest.mark.parametrize("name", parts())
def test_a_part_that_was_saved_by_itself_is_read(name):
    """A list of analyses, an optimisation or one run of it, without the message around it."""
    part, problems = parts()[name]
    made = import_file(File(name="part.binpb", raw=part.SerializeToString())).curve_set
    assert {curve.name for curve in made.curves} == set(NOW)
    assert len(made.problems) == problems
    if name in ("analyses", "one analysis", "optimisation"):
        text = json_format.MessageToJson(part).encode()
        assert import_file(File(name="part.json", raw=text)).curve_set.curves == made.curves
