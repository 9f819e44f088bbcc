"""The sieve proves that limits conflict, shows that they do not, or says that it does not know."""

import pytest

from optimizer.search.conflicts.questions import Questions
from optimizer.search.conflicts.sieve import Sieve
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import LINE, ROOT, domain, wire


def sieve(at_least):
    """Floors under two tactics beside a budget of 100."""
    rules = [
        {"rule": "spend_range", "name": name, "scope": {"tactics": [name[-1]]}, "at_least": amount}
        for name, amount in (("of a", at_least), ("of b", 40), ("idle a", 1))
    ]
    scenario = domain(wire({"a": ROOT, "b": LINE}, budget={"at_most": 100}, rules=rules))
    return Sieve(Questions(scenario, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)).switches)


@pytest.mark.parametrize("at_least", [60.0, 60.0 + 1e-9, 59.999])
def test_what_fits_to_the_rounding_of_doubles_fits(at_least):
    """A floor that is a billionth too high is no conflict."""
    assert sieve(at_least)(["of a", "of b", "idle a", "budget"]).holds


def test_what_does_not_fit_is_proved_and_few_are_named():
    """The rows with a multiplier."""
    verdict = sieve(60.01)(["of a", "of b", "idle a", "budget"])
    assert verdict.holds is False
    assert set(verdict.names) == {"of a", "of b", "budget"}


def test_limits_that_are_switched_off_do_not_count():
    """Asked again of fewer, the same relaxation answers."""
    ask = sieve(60.01)
    assert ask(["of a", "of b", "budget"]).holds is False
    assert ask(["of a", "of b"]).holds
    assert ask(["of a", "of b", "budget"]).holds is False
