"""Which choices settle which model."""

import pytest

from optimizer.search.choices.kinds import choices_of
from optimizer.search.choices.one_budget import OneBudget
from optimizer.search.choices.switched import Switched
from optimizer.search.choices.tables import Tables
from optimizer.search.newton.spends import Spends
from tests.optimizer.toys import HILL, ROOT, TABLE, modelled, wire

MINIMUM = {"rule": "minimum_if_active", "name": "least", "at_least": 20}
SHARE = {"rule": "share_range", "name": "s", "scope": {"tactics": ["a"]}, "at_most": 0.6}


@pytest.mark.parametrize(
    ("curves", "rules", "kind"),
    [
        ({"a": HILL, "b": ROOT}, [MINIMUM], Switched),
        ({"a": HILL, "b": ROOT}, [], OneBudget),
        ({"a": TABLE, "b": TABLE}, [], Tables),
        ({"a": ROOT, "b": ROOT}, [], type(None)),
        ({"a": HILL, "b": ROOT}, [SHARE], type(None)),
        ({"a": HILL, "b": ROOT}, [MINIMUM, SHARE], type(None)),
    ],
)
def test_each_model_has_the_choices_of_its_kind(curves, rules, kind):
    """Or none, as where nothing bends, or more than a budget limits the spends."""
    model = modelled(wire(curves, budget={"at_most": 100}, rules=rules))
    assert type(choices_of(model, None if len(model.integer) else Spends(model))) is kind


def test_nothing_is_followed_without_spends():
    """As where demand pools write rows of their own."""
    assert choices_of(modelled(wire({"a": HILL, "b": ROOT}, budget={"at_most": 100})), None) is None
