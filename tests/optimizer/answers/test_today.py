"""What today's spend is worth."""

from optimizer.answers.today import worth_today
from optimizer.curves import Linear
from tests.optimizer.toys import scenario, tactic


def test_today_is_kept_in_every_period():
    """20 of each of two lines, 2 and 3 to the unit, in two periods; limits are not asked."""
    told = worth_today(scenario(at_most=10.0, periods=("Jan", "Feb")))
    assert (told.spend, told.revenue) == (80.0, 200.0)


def test_what_is_not_stated_of_one_is_not_known_of_all():
    """No figure is made up."""
    known = tactic("tv", current_spend=20.0)
    assert worth_today(scenario(known, tactic("search", Linear(slope=3.0)))) is None
