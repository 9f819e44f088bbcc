"""A plan by its worst draws on a river, written out as one mixed-integer program in scipy: nothing of optimizer/.

Spend x and on/off y; by draw the responses, stocks and conversions, and Rockafellar and Uryasev's threshold. Curves are
read between points: tables and lines as they are, smooth concave curves from below, so that the optimum is a plan's.
Limits and goals on outcome speak of the mean of the curves, whose demand is converted by itself.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.oracles.curves import periods, seasons
from tests.oracles.exact import Statement
from tests.oracles.families import Wire, breakpoints, curve, draws_of, is_table
from tests.oracles.program import Columns, Terms, added, times

PARTS = 24  # of a smooth curve
FAINT = 0.01  # [money] that is something
AGES = np.concatenate([[0.0], np.geomspace(0.01, 1.0, PARTS)])


class TailProgram(Columns):
    """The whole program of one wire scenario."""

    def __init__(self, scenario: Wire) -> None:
        Columns.__init__(self)
        self.scenario, self.count = scenario, len(periods(scenario))
        self.statement = Statement.of(scenario)
        self.tactics, self.pools = scenario["tactics"], scenario["demand_pools"]
        self.caps = [tactic["spend"]["at_most"] for tactic in self.tactics]
        self.spend = [[self.column(high=cap) for _ in range(self.count)] for cap in self.caps]
        self.bought = [[{own: 1.0} for own in row] for row in self.spend]
        self.most = [[cap] * self.count for cap in self.caps]
        self.row(self._spent(range(len(self.tactics)), range(self.count)), high=scenario["budget"]["at_most"])
        for rule in scenario["rules"]:
            self._rule(rule)
        self.inputs = [self._adstocked(row) for row in range(len(self.tactics))]

    def best(self) -> float | None:
        """The mean over the worst draws at the most."""
        draws = max(len(draws_of(tactic["response"])) for tactic in self.tactics)
        alpha = self.scenario["objective"]["confidence"]
        level = self.column(low=-np.inf)
        terms: Terms = {level: 1.0}
        every = [self._responses(draw) for draw in range(draws)]
        for response in every:
            short = self.column()
            self.row(added({level: 1.0, short: -1.0}, times(-1.0, self._value(response)[0])), high=0.0)
            terms[short] = -1.0 / ((1.0 - alpha) * draws)
        self._expect(
            [[[own[row][period] for own in every] for period in range(self.count)] for row in range(len(self.tactics))]
        )
        return self.most_of(terms)

    def first(self) -> float | None:
        """What the first draw is worth at the most, where limits and goals speak of it alone."""
        value, outcome = self._value(self._responses(0))
        self._limit(outcome)
        return self.most_of(value)

    def _expect(self, drawn: list[list[list[Terms]]]) -> None:
        """Limits on outcome and required goals, of the mean response."""
        response = [[times(1.0 / len(own), added(*own)) for own in row] for row in drawn]
        _, outcome = self._value(response)
        self._limit(outcome)

    def _limit(self, outcome: list[list[Terms]]) -> None:
        """Limits and required goals on outcomes by tactic and period."""
        for rule in (rule for rule in self.scenario["rules"] if rule["rule"] == "metric_range"):
            (row,) = {row for row, _ in self.statement.places(rule["scope"])}
            self.row(added(*outcome[row]), high=rule["at_most"])
        for goal in self.scenario.get("goals", []):
            earned = [times(own["revenue_per_outcome"], added(*outcome[row])) for row, own in enumerate(self.tactics)]
            self.row(added(*earned), low=goal["at_least"])

    def most_of(self, terms: Terms) -> float | None:
        """The largest of the terms."""
        least = self.least(times(-1.0, terms))
        return None if least is None else -least

    def _spent(self, rows: range | list[int], columns: range | list[int]) -> Terms:
        return {self.spend[row][column]: 1.0 for row in rows for column in columns}

    def _value(self, response: list[list[Terms]]) -> tuple[Terms, list[list[Terms]]]:
        """The objective by responses, and the outcome by tactic and period."""
        outcome = [list(row) for row in response]
        ends = [self._pool(pool, response, outcome) for pool in self.pools]
        earned = [times(self._rate(tactic), added(*outcome[row])) for row, tactic in enumerate(self.tactics)]
        spent = self._spent(range(len(self.tactics)), range(self.count))
        charge = -1.0 if self.scenario["objective"]["maximize"] == "profit" else 0.0
        return added(*ends, *earned, times(charge, spent)), outcome

    def _rate(self, tactic: Wire) -> float:
        profit = self.scenario["objective"]["maximize"] == "profit"
        return float(tactic.get("revenue_per_outcome", 1.0) * (tactic.get("margin", 1.0) if profit else 1.0))

    def _pool(self, pool: Wire, response: list[list[Terms]], outcome: list[list[Terms]]) -> Terms:
        """What the demand left is worth; what is converted is the `outcome` of those that draw."""
        left: Terms = {}
        for period in range(self.count):
            own = pool["initial"] if period == 0 else 0.0
            arriving = [
                times(tactic.get("demand_per_outcome", 1.0), response[row][period - tactic.get("lead", 0)])
                for row, tactic in enumerate(self.tactics)
                if tactic.get("feeds") == pool["name"] and period >= tactic.get("lead", 0)
            ]
            stock = self.column()
            self.row(
                added({stock: 1.0}, times(-pool["retention"], left), times(-1.0, added(*arriving))),
                high=own + pool["organic"],
            )
            taken: Terms = {}
            for row, tactic in enumerate(self.tactics):
                if tactic.get("draws_from") == pool["name"]:
                    converted = self.column()
                    self.row(added({converted: 1.0}, times(-1.0, response[row][period])), high=0.0)
                    taken[converted] = tactic.get("demand_per_outcome", 1.0)
                    outcome[row][period] = {converted: 1.0}
            left = added({stock: 1.0}, times(-1.0, taken))
            self.row(left, low=0.0)
        return times(pool["end_value"], left)

    def _responses(self, draw: int) -> list[list[Terms]]:
        """The responses under a draw by tactic and period."""
        return [self._response(row, draw) for row in range(len(self.tactics))]

    def _response(self, row: int, draw: int) -> list[Terms]:
        """The outcome of a tactic by period."""
        tactic = self.tactics[row]
        own = draws_of(tactic["response"])
        member = own[draw if len(own) > 1 else 0]
        season = seasons(tactic, self.scenario)
        return [
            times(float(season[period]), self._read(member, self.inputs[row][period], self.most[row][period]))
            for period in range(self.count)
        ]

    def _read(self, member: Wire, inputs: Terms, reach: float) -> Terms:
        points = breakpoints(member) if is_table(member) else np.array([0.0]) if member["family"] == "linear" else None
        points = reach * AGES if points is None else np.append(points[points < reach], reach)
        heights = curve(member)(points)
        read = self.column()
        for (x, y), (end, top) in pairwise(zip(points.tolist(), heights.tolist(), strict=True)):
            slope = (top - y) / (end - x)
            self.row(added({read: 1.0}, times(-slope, inputs)), high=y - slope * x)
        return {read: 1.0}

    def _adstocked(self, row: int) -> list[Terms]:
        kept = self.tactics[row].get("adstock", {}).get("retention", 0.0)
        inputs: list[Terms] = []
        for period in range(self.count):
            before = inputs[-1] if inputs else {}
            inputs.append(added(self.bought[row][period], times(kept, before)))
            if period:
                self.most[row][period] += kept * self.most[row][period - 1]
        return inputs

    def _switch(self, row: int, column: int, least: float) -> int:
        """1 where a cell spends at least so much, 0 where nothing."""
        own, active = self.spend[row][column], self.column(high=1.0, whole=True)
        self.row({own: 1.0, active: -self.caps[row]}, high=0.0)
        self.row({own: 1.0, active: -least}, low=0.0)
        return active

    def _switches(self, scope: Wire | None, least: float) -> dict[tuple[int, int], int]:
        return {place: self._switch(*place, least) for place in self.statement.places(scope)}

    def _any(self, switches: list[int]) -> int:
        """1 where one of them is."""
        some = self.column(high=1.0, whole=True)
        for own in switches:
            self.row({some: 1.0, own: -1.0}, low=0.0)
        self.row(added({some: 1.0}, dict.fromkeys(switches, -1.0)), high=0.0)
        return some

    def _rule(self, rule: Wire) -> None:
        scope, least = rule.get("scope"), rule.get("minimum", FAINT)
        match rule["rule"]:
            case "minimum_if_active":
                self._switches(scope, rule["at_least"])
            case "active_count":
                self._counted(rule, self._grouped(self._switches(scope, least), rule.get("over_all", False)))
            case "exclusive":
                own = {"at_most": rule.get("at_most", 1)}
                self._counted(own, self._grouped(self._switches(scope, least), rule.get("over_all", False)))
            case "active_periods":
                self._runs(rule, self._switches(scope, least))
            case "requires":
                self._requires(rule)
            case "rate_card":
                self._card(rule)
            case "metric_range":
                pass  # of the mean response, which comes later
            case other:
                raise AssertionError(f"{other} is not written here")

    def _grouped(self, switches: dict[tuple[int, int], int], over_all: bool) -> list[list[int]]:
        """By period the switches of all tactics; or one list, of the tactics that are ever on."""
        rows, columns = (sorted({place[axis] for place in switches}) for axis in (0, 1))
        if not over_all:
            return [[switches[row, column] for row in rows] for column in columns]
        return [[self._any([switches[row, column] for column in columns]) for row in rows]]

    def _counted(self, rule: Wire, groups: list[list[int]]) -> None:
        for group in groups:
            self.row(dict.fromkeys(group, 1.0), rule.get("at_least", 0.0), rule.get("at_most", np.inf))

    def _runs(self, rule: Wire, switches: dict[tuple[int, int], int]) -> None:
        silent = [periods(self.scenario).index(name) for name in rule.get("blackout", [])]
        for (_, column), own in switches.items():
            if column in silent:
                self.row({own: 1.0}, high=0.0)
        for row in sorted({row for row, _ in switches}):
            each = [switches[row, column] for column in range(self.count)]
            self._counted(rule, [each])
            for column in range(self.count):  # what begins goes on, as far as the plan does
                for later in range(column + 1, min(column + rule.get("min_run", 1), self.count)):
                    before = {each[column - 1]: -1.0} if column else {}
                    self.row(added({each[column]: 1.0, each[later]: -1.0}, before), high=0.0)

    def _requires(self, rule: Wire) -> None:
        asking = self._switches(rule["scope"], FAINT)
        (other,) = {row for row, _ in self.statement.places(rule["needs"])}
        every = range(self.count)
        for (_, column), own in asking.items():
            when = every if rule.get("over_all") else [column]
            self.row(added(self._spent([other], list(when)), {own: -rule["minimum"]}), low=0.0)

    def _card(self, rule: Wire) -> None:
        first, second = rule["tiers"]
        for row, column in self.statement.places(rule["scope"]):
            own, cap = self.spend[row][column], self.caps[row]
            beyond, cheap = self.column(high=1.0, whole=True), self.column(high=cap)
            self.row({cheap: 1.0, beyond: -cap}, high=0.0)
            if rule.get("all_units"):  # cheap is the whole spend where the second tier is reached
                start = first["price"] * 0.0 + second["price"] * second["at_least"]
                dear = self.column(high=cap)
                self.row({own: 1.0, cheap: -1.0, dear: -1.0}, 0.0, 0.0)
                self.row({dear: 1.0, beyond: cap}, high=cap)
                self.row({cheap: 1.0, beyond: -start}, low=0.0)
                self.bought[row][column] = {dear: 1.0, cheap: first["price"] / second["price"]}
                self.most[row][column] = cap * first["price"] / second["price"]
            else:
                start = first["price"] * second["at_least"]
                dear = self.column(high=start)
                self.row({own: 1.0, cheap: -1.0, dear: -1.0}, 0.0, 0.0)
                self.row({dear: 1.0, beyond: -start}, low=0.0)
                self.bought[row][column] = {dear: 1.0, cheap: first["price"] / second["price"]}
                self.most[row][column] = start + max(0.0, cap - start) * first["price"] / second["price"]
