"""Due times in twelve zones, against a clock that is read minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.cron import Cron
from optimizer.errors import ScenarioError
from tests.effort import examples, seeds

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # changes by half an hour
    "Antarctica/Troll",  # by two hours
    "Pacific/Chatham",
)
NO_PLACES = ("localtime", "posixrules", "Factory", "right/Europe/Berlin", "posix/UTC")
START, MINUTE = datetime(2026, 12, 1, tzinfo=UTC), timedelta(minutes=1)
TWO_YEARS = timedelta(days=730)


def changes(zone: str) -> list[datetime]:
    """The minutes of two years at which the clock of a zone is changed, in UTC."""
    clock, hour = ZoneInfo(zone), timedelta(hours=1)
    offsets = [(moment := START + hour * step, moment.astimezone(clock).utcoffset()) for step in range(24 * 730)]
    return [now for (_, before), (now, after) in pairwise(offsets) if before != after]


Reading = list[tuple[datetime, set[tuple[int, int]]]]


def reading(zone: str, start: datetime, end: datetime) -> Reading:
    """The minutes at which the clock of a zone shows times that it had not reached before, and those times."""
    clock, read, moment = ZoneInfo(zone), [], start
    latest = start.astimezone(clock).replace(tzinfo=None)
    while (moment := moment + MINUTE) <= end:
        wall = moment.astimezone(clock).replace(tzinfo=None)
        passed = [latest + MINUTE * step for step in range(1, int((wall - latest) / MINUTE) + 1)]
        if passed:
            read.append((moment, {(each.hour, each.minute) for each in passed}))
        latest = max(latest, wall)
    return read


def dues(cron: Cron, start: datetime, end: datetime) -> list[datetime]:
    """Every due moment later than start, up to the end."""
    found, moment = [], cron.after(start)
    while moment <= end:
        found.append(moment)
        moment = cron.after(moment)
    return found


@pytest.mark.parametrize("zone", seeds(("UTC", "America/St_Johns", "Australia/Lord_Howe", "Antarctica/Troll"), ZONES))
def test_each_local_date_of_two_years_is_due_once(zone: str) -> None:
    """At a time that some clocks skip and others show twice; at midnight; and in between."""
    for expression in ("30 2 * * *", "30 1 * * *", "0 0 * * *"):
        cron = Cron(expression=expression, zone=zone)
        days = [moment.astimezone(ZoneInfo(zone)).date() for moment in dues(cron, START, START + TWO_YEARS)]
        assert days == [days[0] + timedelta(days=step) for step in range(len(days))]
        assert len(days) in (729, 730, 731)


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_change_a_schedule_is_due_as_the_clock_shows(zone: str) -> None:
    """Daily, hourly and every quarter of an hour, five hours before to five after each change of two years."""
    quarters = {(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)}
    for change in changes(zone) or [START + timedelta(days=5)]:
        start, end = change - timedelta(hours=5), change + timedelta(hours=5)
        read = reading(zone, start, end)
        for expression, wanted in (
            ("15 2 * * *", {(2, 15)}),
            ("40 1,2 * * *", {(1, 40), (2, 40)}),
            ("0 * * * *", {(hour, 0) for hour in range(24)}),
            ("*/15 * * * *", quarters),
        ):
            cron = Cron(expression=expression, zone=zone)
            assert dues(cron, start, end) == [moment for moment, shown in read if shown & wanted], expression


@settings(max_examples=examples(60), deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    expression=st.sampled_from(["30 2 * * *", "*/7 1-3 * * *", "0 9 * * 1", "0 0 1 * *", "59 23 31 12 *"]),
    minutes=st.integers(0, 730 * 24 * 60),
    seconds=st.integers(0, 59),
)
def test_the_latest_and_the_next_enclose_every_moment(zone: str, expression: str, minutes: int, seconds: int) -> None:
    """Nothing is due between them, and each has a key of its own."""
    cron, moment = Cron(expression=expression, zone=zone), START + MINUTE * minutes + timedelta(seconds=seconds)
    latest, following = cron.latest(moment), cron.after(moment)
    assert latest is not None
    assert latest <= moment < following
    assert cron.after(latest) == following
    assert cron.latest(following) == following
    assert cron.key(latest) < cron.key(following)


def test_what_the_clock_skips_is_due_right_after() -> None:
    """02:30 does not exist in Berlin on 28 March 2027; 02:30 on 31 October exists twice."""
    cron = Cron(expression="30 2 * * *", zone="Europe/Berlin")
    spring = cron.after(datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert (spring.hour, cron.key(spring)) == (1, "2027-03-28T03:00")
    assert cron.words(spring).endswith("03:00 in Europe/Berlin (01:00 UTC): the clock skips the time before")
    autumn = cron.after(datetime(2027, 10, 30, 12, tzinfo=UTC))
    assert cron.words(autumn) == "Sunday 31 October 2027, 02:30 in Europe/Berlin (00:30 UTC)"
    assert cron.after(autumn) - autumn == timedelta(hours=25)


def test_words_name_the_day_of_utc_where_it_is_another() -> None:
    """Monday in Chatham is Sunday in UTC."""
    cron = Cron(expression="0 9 * * 1", zone="Pacific/Chatham")
    assert cron.words(cron.after(START)) == "Monday 7 December 2026, 09:00 in Pacific/Chatham (19:15 UTC on 6 December)"


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "@daily", "* * * * * *", "61 * * * *", "H * * * *", "R * * * *", "0 0 * * x", "a" * 99],
)
def test_other_expressions_are_refused(expression: str) -> None:
    """Five fields, and nothing that is drawn by lot."""
    with pytest.raises(ScenarioError) as refused:
        Cron(expression=expression, zone="UTC")
    assert (refused.value.code, refused.value.path) == ("bad_cron", "cron")


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("61 6 * * 1", "names no minute: 61"),
        ("0 25 * * *", "names no hour: 25"),
        ("0 0 32 * *", "names no day of the month: 32"),
        ("0 0 * 13 *", "names no month: 13"),
        ("0 0 * * sin", "names no day of the week: sin"),
        ("*/0 0 * * *", "names no minute: */0"),
        ("0 0 * *", "is not a cron expression of five fields"),
    ],
)
def test_the_field_that_is_wrong_is_named(expression: str, said: str) -> None:
    """By its name and with what it says."""
    with pytest.raises(ScenarioError) as refused:
        Cron(expression=expression, zone="UTC")
    assert refused.value.problem == said


@pytest.mark.parametrize("expression", ["0 0 30 2 *", "0 0 31 4,6 *"])
def test_what_is_never_due_is_refused(expression: str) -> None:
    """There is no such day; 29 February there is."""
    with pytest.raises(ScenarioError, match="is never due"):
        Cron(expression=expression, zone="UTC")
    assert Cron(expression="0 0 29 2 *", zone="UTC").after(START).year == 2028


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "\0", *NO_PLACES])
def test_unknown_zones_are_refused(zone: str) -> None:
    """Names of the database only."""
    with pytest.raises(ScenarioError) as refused:
        Cron(expression="0 0 * * *", zone=zone)
    assert (refused.value.code, refused.value.path) == ("unknown_zone", "zone")
