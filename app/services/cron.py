"""When a schedule is due: cron on the clock of a time zone, by a rule of our own where the clock is changed.

A due time is a time on the wall. One that the clock skips is due at the first moment after the skip; one that the
clock shows twice is due at the first of the two. Due times that fall on one moment are one. So a daily schedule is due
once on every local date, whatever the zone does on that day (docs/decisions/0024).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter

from optimizer.errors import ScenarioError

FIELDS = re.compile(r"[0-9A-Za-z*/,#-]+( +[0-9A-Za-z*/,#-]+){4}")
NAMES = ("minute", "hour", "day of the month", "month", "day of the week")
NO_PLACE = re.compile(r"localtime|posixrules|Factory|(right|posix)/.*")  # files beside the zones, or the machine's own
SHOWN = 40  # characters of a field that is wrong
LONGEST_CHANGE = timedelta(hours=3)  # of any clock, but where a zone moved across the date line


@dataclass(frozen=True, kw_only=True)
class Cron:
    """Five fields (minute, hour, day, month, weekday) on the clock of `zone`, a name of the IANA database."""

    expression: str
    zone: str

    def __post_init__(self) -> None:
        if not FIELDS.fullmatch(self.expression) or not _is_cron(self.expression):
            raise ScenarioError("bad_cron", "cron", _wrong(self.expression), "write it like `30 6 * * 1`")
        try:
            _ = self._zone
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ScenarioError(
                "unknown_zone", "zone", "is not a time zone known here", "use a name such as Europe/Berlin"
            ) from None
        if next(self._walls(datetime(2000, 1, 1)), None) is None:
            raise ScenarioError("never_due", "cron", "is never due", "name a day that there is")

    def after(self, moment: datetime) -> datetime:
        """The first due moment later than `moment`, in UTC."""
        for wall in self._walls(self._wall(moment) - LONGEST_CHANGE):
            due = self.moment(wall)
            if due > moment:
                return due
        raise ScenarioError("never_due", "cron", "is never due again", "name a day that there is")

    def latest(self, moment: datetime) -> datetime | None:
        """The last due moment at or before `moment`, in UTC; None where there never was one."""
        for wall in self._walls(self._wall(moment) + LONGEST_CHANGE, back=True):
            due = self.moment(wall)
            if due <= moment:
                return due
        return None

    def moment(self, wall: datetime) -> datetime:
        """When the clock first shows `wall`, or, if it never does, the moment that it skips it; in UTC."""
        first, second = (wall.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if self._wall(first) == wall:
            return first
        return self._skip(second, first)

    def key(self, due: datetime) -> str:
        """The due moment on the wall: what a run is known by."""
        return self._wall(due).isoformat(timespec="minutes")

    def words(self, due: datetime) -> str:
        """A due moment for people.

        >>> berlin = Cron(expression="30 2 * * *", zone="Europe/Berlin")
        >>> berlin.words(datetime(2027, 3, 28, 1, 0, tzinfo=UTC))
        'Sunday 28 March 2027, 03:00 in Europe/Berlin (01:00 UTC): the clock skips the time before'
        """
        wall, utc = self._wall(due), due.astimezone(UTC)
        day = "" if wall.date() == utc.date() else f" on {utc.day} {utc:%B}"
        skipped = ": the clock skips the time before" if self._is_late(due) else ""
        return (
            f"{wall:%A} {wall.day} {wall:%B} {wall.year}, {wall:%H:%M} in {self.zone} ({utc:%H:%M} UTC{day}){skipped}"
        )

    def _is_late(self, due: datetime) -> bool:
        """Whether a time that the clock skips is due at this moment."""
        before = next(self._walls(self._wall(due), back=True), None)
        return before is not None and self.moment(before) == due

    def _skip(self, early: datetime, late: datetime) -> datetime:
        """The moment between the two at which the clock is changed."""
        offset = early.astimezone(self._zone).utcoffset()
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) / 2
            if middle.astimezone(self._zone).utcoffset() == offset:
                early = middle
            else:
                late = middle
        return late.replace(microsecond=0)

    def _walls(self, start: datetime, *, back: bool = False) -> Iterator[datetime]:
        """Times on the wall that the fields name, from `start` on, without a zone: no clock is changed here."""
        found = croniter(self.expression, start, max_years_between_matches=8)
        try:
            while True:
                yield found.get_prev(datetime) if back else found.get_next(datetime)
        except (ValueError, OverflowError):  # there is none within eight years
            return

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=None, fold=0)

    @cached_property
    def _zone(self) -> ZoneInfo:
        if NO_PLACE.fullmatch(self.zone):
            raise ZoneInfoNotFoundError(self.zone)
        return ZoneInfo(self.zone)


def _is_cron(expression: str) -> bool:
    """Whether croniter knows it; its own extensions (random and hashed fields) are not taken."""
    return not re.search(r"(?i)(^|[ ,/])[hr](\b|\()", expression) and bool(croniter.is_valid(expression))


def _wrong(expression: str) -> str:
    """What is not cron in an expression: the first field that is none by itself, where there are five.

    >>> _wrong("61 6 * * 1")
    'names no minute: 61'
    """
    fields = expression.split()
    if len(fields) == len(NAMES):
        for place, field in enumerate(fields):
            alone = " ".join(field if number == place else "*" for number in range(len(NAMES)))
            if not FIELDS.fullmatch(alone) or not _is_cron(alone):
                return f"names no {NAMES[place]}: {field[:SHOWN]}"
    return "is not a cron expression of five fields"
