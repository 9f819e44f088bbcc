"""The limits that a what-if may move, as fields of its form and as words of its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from app.pages.editor.reading import number as typed
from app.pages.editor.reading import spaced
from app.pages.form import Form
from app.pages.words import figure as told
from app.services.renaming import SIDES
from app.services.what_ifs import Knob, Move, knobs, varied
from app.spreadsheets.figures import figure, unmistakable
from optimizer.answers.comparison import Candidate
from optimizer.answers.plan import Conflict
from optimizer.errors import ScenarioError
from optimizer.problem.movable import MONEY, SHARE, Movable
from optimizer.units import LARGEST

SHOWN = 60  # limits in one form; those that are turned, and others that are looked for by their words, beside them
FIELD = re.compile(r"k(\d{1,6})")
REACH = 2.0  # how many times today's limit a slider goes to


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A knob as the form shows it."""

    field: str
    name: str
    words: str
    unit: str
    value: str
    slider: float
    least: float
    most: float
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change that mends a conflict; under `field` it is asked for with the value `to`, where that can be."""

    sentence: str
    field: str = ""
    to: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Board:
    """All knobs of a stored plan's scenario, the n-th under the field k(n − 1), and what a form says of them."""

    stored: Candidate
    form: Form

    @cached_property
    def knobs(self) -> Sequence[Knob]:
        """In the order of their fields."""
        return list(knobs(self.stored.scenario))

    @cached_property
    def stated(self) -> Mapping[int, str]:
        """What the form says, by the position of the knob."""
        found = ((FIELD.fullmatch(name), text) for name, text in self.form.items())
        stated = {int(matched[1]): text for matched, text in found if matched}
        return {number: stated[number] for number in sorted(stated) if number < len(self.knobs)}

    @property
    def find(self) -> str:
        """Words that limits are looked for by."""
        return " ".join(self.form.get("find", "").split())[:100]

    def read(self) -> tuple[list[Move], dict[str, str]]:
        """The knobs that are turned away from where they stand, and what is wrong with others, by their fields."""
        moves: list[Move] = []
        faults: dict[str, str] = {}
        for number, text in self.stated.items():
            side = self.knobs[number].side
            try:
                to = self._meant(number, text) if text.strip() else None
            except ScenarioError as error:
                faults[f"k{number}"] = f"{error.problem}: {error.remedy}"
                continue
            if to is None:
                faults[f"k{number}"] = f"is empty: type a number; it stands at {told(side.value)}"
            elif to != side.value and (problem := self._refusal(number, to)):
                faults[f"k{number}"] = problem
            elif to != side.value:
                moves.append(Move(name=self.knobs[number].name, side=side.side, to=to))
        return moves, faults

    def fields(self, faults: Mapping[str, str]) -> Iterator[Field]:
        """Those that are turned, and those that are looked for."""
        turned = [number for number, text in self.stated.items() if text != _standing(self.knobs[number])]
        sought = [number for number in range(len(self.knobs)) if self._sought(number)]
        for number in sorted({*turned, *sought[:SHOWN]}):
            yield self._field(number, faults.get(f"k{number}"))

    @property
    def hidden(self) -> int:
        """How many of those that are looked for are not shown."""
        return max(0, sum(map(self._sought, range(len(self.knobs)))) - SHOWN)

    @property
    def query(self) -> str:
        """What the address of this question says: nothing where all stands as it did."""
        turned = {f"k{n}": text for n, text in self.stated.items() if text.strip() and text != _standing(self.knobs[n])}
        return urlencode(turned)

    def remedies(self, conflict: Conflict) -> Iterator[Remedy]:
        """What would mend a conflict that came of it."""
        fields = {(knob.name, knob.side.side): f"k{number}" for number, knob in enumerate(self.knobs)}
        for change in conflict.relaxations:
            field = fields.get((change.item, change.side or ""), "") if change.to is not None else ""
            yield Remedy(sentence=change.sentence, field=field, to=change.to or 0.0)

    def at_fault(self, moves: Sequence[Move]) -> str:
        """The field of the first move that cannot be made alone; empty where only several together cannot."""
        fields = {(knob.name, knob.side.side): f"k{number}" for number, knob in enumerate(self.knobs)}
        for move in moves:
            try:
                varied(self.stored.scenario, [move])
            except ScenarioError:
                return fields[move.name, move.side]
        return ""

    def label(self, field: str) -> str:
        """The limit of a field, and its side."""
        knob = self.knobs[int(field[1:])]
        return f"{knob.name} {_words(knob)}"

    def _meant(self, number: int, text: str) -> float:
        """The number that was typed, without the currency or per cent sign beside it."""
        field = "share" if self.knobs[number].side.unit == SHARE else ""
        found = figure(text, field, self.stored.scenario.currency)
        return typed(found.digits) / (100 if found.hundredths else 1)

    def _refusal(self, number: int, to: float) -> str:
        """Why a limit cannot stand there; over HTTP a share may be above 1, here it would be a slip unless one is."""
        side = self.knobs[number].side
        if side.unit in (MONEY, SHARE) and to < 0:
            return "is negative: type 0 or more"
        if to > _most(side):
            return "is above 1: a share is between 0 and 1, as 0.5 or 50 %" if side.unit == SHARE else "is too large"
        return ""

    def _sought(self, number: int) -> bool:
        knob = self.knobs[number]
        return self.find.casefold() in f"{knob.name} {_words(knob)}".casefold()

    def _field(self, number: int, fault: str | None) -> Field:
        knob, stated = self.knobs[number], self.stated.get(number)
        side = knob.side
        return Field(
            field=f"k{number}",
            name=knob.name,
            words=_words(knob),
            unit=self.stored.scenario.currency if side.unit == MONEY else side.unit,
            value=spaced(_standing(knob) if stated is None else stated),
            slider=side.value if fault or stated is None else self._meant(number, stated),
            least=max(side.least, min(0.0, REACH * side.value)),
            most=min(_most(side), max(REACH * side.value, side.value + 1.0)),
            fault=fault,
        )


def _most(side: Movable) -> float:
    return 1.0 if side.unit == SHARE and side.value <= 1.0 else min(side.most, LARGEST)


def _words(knob: Knob) -> str:
    return SIDES.get(knob.side.side, knob.side.side.replace("_", " "))


def _standing(knob: Knob) -> str:
    return spaced(unmistakable(repr(knob.side.value)))
