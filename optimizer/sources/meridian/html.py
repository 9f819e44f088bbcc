"""Meridian's HTML reports: the curves sit in the data of their Vega charts, inside JSON.parse("…"), encoded twice."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from optimizer.errors import FileError
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.tactic import SpendLimits
from optimizer.sources.curve_set import BudgetProblem, CurveSet, FittedCurve
from optimizer.sources.document import Node
from optimizer.sources.meridian.points import LEVEL, Channel, Point, curves_of, spend_at_one
from optimizer.sources.options import File, Options
from optimizer.sources.report import Check, LeftOut, Reading, missed

PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)", re.IGNORECASE | re.DOTALL)
STATED = re.compile(rb"\b([1-9][0-9]?)% credible interval", re.IGNORECASE)
CHART = "JSON.parse("
MOST_CHARTS = 1000
ROUNDED = 0.005  # of the budget, that Meridian's rounding leaves unspent
BEFORE, AFTER = "non-optimized spend", "optimized spend"
Row = dict[str, Any]


class MeridianReport:
    """A report of Meridian's: of an optimisation, or a summary with response curves."""

    name = "meridian"
    title = "Meridian HTML report"

    def claims(self, file: File) -> bool:
        """Any page: it is Meridian's report, or nothing that can be read."""
        return PAGE.match(file.raw[:20_000].removeprefix(b"\xef\xbb\xbf")) is not None

    def read(self, file: File, options: Options) -> Reading:  # noqa: ARG002 (a report leaves nothing to choose)
        """The curves of its charts; an optimisation becomes a budget problem."""
        tables = list(_tables(file.raw.decode("utf-8", "replace")))
        rows = next((table for table in tables if _holds(table, "spend_multiplier", "mean", "spend", "channel")), None)
        if rows is None:
            told = "is a page without the data of response curves"
            raise FileError("no_curves", "", told, "send Meridian's optimisation report, or its response curves as CSV")
        by_channel: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_channel[str(row["channel"])[:200]].append(row)
        channels = [_channel(name, own, _probability(file.raw)) for name, own in by_channel.items()]
        revenue = b"incremental revenue" in file.raw
        curves = curves_of(channels, revenue or None)
        problem, left_out = _problem(curves, by_channel, tables)
        made = CurveSet(
            name="Meridian report",
            source=self.name,
            version="",
            period="the whole interval of the report",
            outcome="revenue" if revenue else "incremental outcome",
            curves=curves,
            problems=() if problem is None else (problem,),
        )
        checks = tuple(_checks(curves, by_channel))
        return Reading(curve_set=made, checks=checks, left_out=left_out, warnings=missed(checks))


def _probability(raw: bytes) -> float:
    """Of the intervals, as a page says it in words."""
    found = STATED.search(raw)
    return int(found[1]) / 100.0 if found is not None else LEVEL


def _tables(page: str) -> Iterator[list[Row]]:
    """The data of every chart: a list of rows each."""
    place, decoder = 0, json.JSONDecoder()
    for _ in range(MOST_CHARTS):
        place = page.find(CHART, place)
        if place < 0:
            return
        place += len(CHART)
        try:
            text, place = decoder.raw_decode(page, place)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated"):  # the page is cut off: nothing behind it can be whole
                return
            continue
        except RecursionError:
            return
        yield from _data(text)


def _data(text: Any) -> Iterator[list[Row]]:
    """The tables of one chart: its named data, or the values that stand in it."""
    try:
        chart = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return
    if not isinstance(chart, dict):
        return
    named, own = chart.get("datasets"), chart.get("data")
    tables = list(named.values()) if isinstance(named, dict) else []
    tables += [own.get("values")] if isinstance(own, dict) else []
    for table in tables:
        if isinstance(table, list) and table and all(isinstance(row, dict) for row in table):
            yield table


def _holds(table: list[Row], *columns: str) -> bool:
    return all(column in row for row in table for column in columns)


def _channel(name: str, rows: list[Row], probability: float) -> Channel:
    drawn = [row for row in rows if row.get("spend_multiplier") is not None]
    now = spend_at_one([(_number(row, "spend_multiplier"), _number(row, "spend")) for row in drawn])
    before = _level(rows, BEFORE)
    return Channel(
        name=name,
        points=tuple(
            Point(
                spend=_number(row, "spend"),
                mean=_number(row, "mean"),
                low=_number(row, "ci_lo", math.nan),
                high=_number(row, "ci_hi", math.nan),
            )
            for row in drawn
        ),
        current=now if before is None else _number(before, "spend"),
        limits=_limits(drawn, now),
        probability=probability,
    )


def _limits(drawn: list[Row], now: float | None) -> SpendLimits | None:
    """The report gives its bounds as multiples of the spend at multiplier 1."""
    first = drawn[0] if drawn else {}
    if now is None or first.get("lower_bound") is None or first.get("upper_bound") is None:
        return None
    low, high = (_cents(_number(first, side) * now) for side in ("lower_bound", "upper_bound"))
    return SpendLimits(at_least=low, at_most=high)


def _problem(
    curves: tuple[FittedCurve, ...], by_channel: dict[str, list[Row]], tables: list[list[Row]]
) -> tuple[BudgetProblem | None, tuple[LeftOut, ...]]:
    """The optimisation among the channels that have a curve; what others were given is not theirs to spend."""
    names = [curve.name for curve in curves]
    before, after = ({name: _level(by_channel[name], level) for name in names} for level in (BEFORE, AFTER))
    spent = {name: _number(row, "spend") for name, row in after.items() if row is not None}
    if len(spent) < len(names) or any(row is None for row in before.values()):
        return None, ()
    others = {name: spend for name, spend in _allocated(tables).items() if name not in names}
    left_out = tuple(
        LeftOut(name=name, reason=f"The report draws no curve of it; the plan gave it {spend:,.0f}.")
        for name, spend in others.items()
    )
    start = sum(_number(row, "spend") for row in before.values() if row is not None)
    end = sum(spent.values())
    budget = start if not others and abs(end - start) <= ROUNDED * start else end
    problem = BudgetProblem(
        name="Meridian report, optimisation",
        curves=curves,
        budget=Budget(total=BudgetLimit(exactly=_cents(budget))),
        published_spend=tuple(spent.items()),
        published_outcome=sum(_number(row, "mean") for row in after.values() if row is not None),
    )
    return problem, left_out


def _checks(curves: tuple[FittedCurve, ...], by_channel: dict[str, list[Row]]) -> Iterator[Check]:
    """What the report says of the spend before and after, against the curves it draws."""
    for curve in curves:
        for level in (BEFORE, AFTER):
            row = _level(by_channel[curve.name], level)
            if row is not None:
                computed = float(curve.response.value(np.array([_number(row, "spend")]))[0])
                yield Check(name=f"{level} of {curve.name}", stated=_number(row, "mean"), computed=computed)


def _allocated(tables: list[list[Row]]) -> dict[str, float]:
    """What the plan gives to each channel, with a curve or without: the data of the allocation chart."""
    plain = [table for table in tables if all(set(row) == {"channel", "spend"} for row in table)]
    whole = next((table for table in plain if all(_number(row, "spend") >= 0.0 for row in table)), [])
    return {str(row["channel"])[:200]: _number(row, "spend") for row in whole}


def _level(rows: list[Row], level: str) -> Row | None:
    return next((row for row in rows if str(row.get("spend_level", "")).casefold() == level), None)


def _number(row: Row, field: str, missing: float | None = None) -> float:
    if missing is not None and row.get(field) is None:
        return missing
    return Node(row, "").at(field).number()


def _cents(amount: float) -> float:
    return round(amount, 2)
