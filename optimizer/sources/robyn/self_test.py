"""The export's own test: decompAgg of every channel against the curve that was made of its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from optimizer.errors import FileError
from optimizer.sources.document import Node
from optimizer.sources.report import GROSS, Check
from optimizer.sources.robyn.channel import Channel
from optimizer.sources.robyn.series import History
from optimizer.sources.robyn.version import Version

NEAR = 1e-6  # of the export's own figure: what ten digits of its parameters leave
HALF = 5e-5  # half of the last digit in exports before 3.11, which have four behind the point
LISTED = 8  # channels that a refusal names


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """What was read out of an export's totals: the rule of inflexion, the checks, and what is to be said of them."""

    by_range: bool
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]


def self_test(channels: Sequence[Channel], summary: Mapping[str, Node], history: History, version: Version) -> SelfTest:
    """The release decides where inflexions lie and from which row totals count, unless the export says otherwise.

    Errors: FileError `self_test_failed` where no reading meets the export's own totals.
    """
    readings = [
        (rule, since)
        for since, rule in product((history.added, history.start), (version.by_range, not version.by_range))
    ]
    tried = [(_checks(channels, summary, rule, since), rule, since) for rule, since in dict.fromkeys(readings)]
    met = [one for one in tried if _worst(one[0]) <= NEAR]
    checks, rule, since = met[0] if met else min(tried, key=lambda one: _worst(one[0]))
    if _gross(checks, channels):  # by the release's own rule: another would blame channels that meet it
        own = [one for one in tried if one[1] == version.by_range]
        checks, rule, since = min(own, key=lambda one: len(_gross(one[0], channels)))
        _refuse(_gross(checks, channels))
    warnings = _warnings(rule, since, history, version)
    if _worst(checks) > NEAR:
        told = f"Curves miss the export's own responses by up to {_worst(checks):.2g}"
        rounded = all(map(_rounded, checks, channels))
        why = ": its figures are rounded." if rounded else ", which no rounding explains."
        warnings.append(told + why)
    return SelfTest(by_range=rule, checks=checks, warnings=tuple(warnings))


def _checks(channels: Sequence[Channel], summary: Mapping[str, Node], by_range: bool, since: int) -> tuple[Check, ...]:
    return tuple(
        Check(
            name=f"decompAgg of {channel.name}",
            stated=summary[channel.name].at("decompAgg").number(),
            computed=channel.total(by_range, since),
        )
        for channel in channels
    )


def _worst(checks: Sequence[Check]) -> float:
    return max(check.difference for check in checks)


def _gross(checks: Sequence[Check], channels: Sequence[Channel]) -> list[Check]:
    """The channels that miss by more than rounding explains."""
    return [
        check for check, channel in zip(checks, channels, strict=True) if check.difference > _allowed(check, channel)
    ]


def _refuse(missed: Sequence[Check]) -> None:
    if missed:
        listed = "; ".join(
            f"{check.name} {check.stated:,.6g}, its curve {check.computed:,.6g} ({check.difference:.2g} of it)"
            for check in missed[:LISTED]
        )
        rest = f"; and {len(missed) - LISTED} more" if len(missed) > LISTED else ""
        told = f"does not reproduce its own responses: {listed}{rest}"
        remedy = "export the model again with the data that it was fitted on; nothing in the file may be edited"
        raise FileError("self_test_failed", "ExportedModel.summary", told, remedy)


def _allowed(check: Check, channel: Channel) -> float:
    """Rounded parameters may miss by more where the figure itself is small."""
    least = HALF / channel.coefficient + HALF / max(abs(check.stated), HALF)
    return GROSS + (least if _rounded(check, channel) else 0.0)


def _rounded(check: Check, channel: Channel) -> bool:
    return round(channel.coefficient, 4) == channel.coefficient and round(check.stated, 4) == check.stated


def _warnings(rule: bool, since: int, history: History, version: Version) -> list[str]:
    found = [] if version.known else [f"Robyn {version.text} is newer than the releases known here."]
    if rule != version.by_range:
        found.append("The export's own figures follow the inflexion rule of another release; that rule was used.")
    if since > history.start:
        rows = history.end - since
        found.append(f"A refresh: the export's own totals, and so the checks, count the {rows} rows that it added.")
    return found
