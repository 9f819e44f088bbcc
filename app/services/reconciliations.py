"""Holding what is proposed against what is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from app.errors import NotFoundError
from app.records.callers import Caller
from app.records.moments import is_id, new_seed, seeded_at
from app.records.proposals import Decimal, Proposal, ProposalSummary
from app.services.answers import Answers, Pending
from app.services.limits import Limits
from app.services.ports import Solver
from app.services.stop import Stop
from app.storage.database import Database
from optimizer.answers.proposal import Line
from optimizer.answers.reconciliation import Method, Reconciliation
from optimizer.problem.scenario import Scenario
from optimizer.questions.reconciliation import reconcile

KIND = "proposal"

Asked = tuple[Scenario, tuple[Line, ...], Method]


class ReconciliationService:
    """Asks the library in a solver process. What is asked can be kept; the answer to it is always the same."""

    def __init__(
        self,
        database: Database,
        solver: Solver,
        limits: Limits,
        answers: Answers,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._database = database
        self._solver = solver
        self._limits = limits
        self._answers = answers
        self._clock = clock

    def reconcile(self, scenario: Scenario, lines: Sequence[Line], method: Method) -> Reconciliation:
        """What the proposal sums to, and the least change that closes the gap."""
        self._check(scenario)
        seconds = scenario.solve.time_limit
        return self._solver.ask(reconcile, scenario, tuple(lines), method, seconds=seconds)

    def reconciled(self, caller: Caller, proposal_id: str, asked: Asked, patience: float) -> Reconciliation | Pending:
        """The same for a kept proposal, which states what is `asked`, if it is there within `patience` [s]."""
        self._check(asked[0])
        seconds = asked[0].solve.time_limit

        def work(progress: Callable[[Any], None], stop: Stop) -> Reconciliation:
            return self._solver.ask(reconcile, *asked, seconds=seconds, progress=progress, stop=stop)

        return self._answers.ask((caller.workspace, proposal_id), work, patience)

    def keep(
        self, caller: Caller, *, plan_id: str, method: Method, decimal: Decimal, lines: str, seed: str | None = None
    ) -> Proposal:
        """Store a proposal; for one `seed`, once."""
        seed = seed or new_seed(self._clock() // 1000)
        proposal = Proposal(
            id=f"{KIND}_{seed}",
            created_at=seeded_at(seed),
            actor=caller.actor,
            plan_id=plan_id,
            method=method,
            decimal=decimal,
            lines=lines,
        )
        with self._database.transaction(caller.workspace) as rows:
            rows.proposals.add(proposal)
        return proposal

    def proposal(self, caller: Caller, proposal_id: str) -> Proposal:
        """A proposal that was kept."""
        found = None
        if is_id(KIND, proposal_id):
            with self._database.reading(caller.workspace) as rows:
                found = rows.proposals.find(proposal_id)
        if found is None:
            raise NotFoundError("unknown_proposal", "", "no proposal has this id", "use an address that the page gave")
        return found

    def newest(self, caller: Caller, limit: int) -> list[ProposalSummary]:
        """The newest `limit` proposals."""
        with self._database.reading(caller.workspace) as rows:
            return rows.proposals.newest(limit)

    def _check(self, scenario: Scenario) -> None:
        self._limits.check_size(scenario)
        self._limits.check_time(scenario)
