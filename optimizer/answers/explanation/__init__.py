"""The plan in plain sentences with its figures: read off the plan and its scenario, nothing is solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from optimizer.answers.explanation.failure import conflict, headline_of_failure, no_plan
from optimizer.answers.explanation.goals import goals
from optimizer.answers.explanation.limits import limits
from optimizer.answers.explanation.moves import moves
from optimizer.answers.explanation.next_unit import left_over, next_unit
from optimizer.answers.explanation.risk import risk
from optimizer.answers.explanation.river import river
from optimizer.answers.explanation.sentence import Explanation, Figure, Section, Sentence, Told
from optimizer.answers.explanation.slopes import flatter
from optimizer.answers.explanation.trust import assumptions, warnings
from optimizer.answers.explanation.worth import certificate, headline, worth
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario
from optimizer.wording import cannot_hold

Tell = Callable[[Told], Iterable[Sentence]]

TELLERS: dict[str, Tell] = {
    "plan": worth,
    "certificate": certificate,
    "conflict": conflict,
    "no_plan": no_plan,
    "spend": moves,
    "limits": limits,
    "goals": goals,
    "demand": river,
    "next_unit": next_unit,
    "unspent": left_over,
    "risk": risk,
    "assumptions": assumptions,
    "warnings": warnings,
}
TITLES = {
    "plan": "What the plan does and is worth",
    "certificate": "How good it provably is",
    "conflict": "What cannot all hold",
    "no_plan": "Why there is no plan",
    "spend": "Where the money goes, and why",
    "limits": "What binds, and what it costs",
    "goals": "Goals",
    "demand": "Demand: what is made, converted and lost",
    "next_unit": "Where one more unit of money goes",
    "unspent": "What is left, and why",
    "risk": "How sure it is",
    "assumptions": "What it rests on",
    "warnings": "To be kept in mind",
}


def explanation_of(scenario: Scenario, plan: Plan) -> Explanation:
    """The plan of that scenario in sentences; a section that has nothing to say is left out."""
    told = Told(scenario=scenario, plan=plan, flatter={} if plan.totals is None else flatter(scenario, plan))
    sections = tuple(
        Section(key=key, title=_title(key, plan), sentences=sentences)
        for key, tell in TELLERS.items()
        if (sentences := tuple(tell(told)))
    )
    first = headline_of_failure(told) if plan.totals is None else headline(told)
    return Explanation(title=scenario.name, status=plan.status, headline=first, sections=sections)


def _title(key: str, plan: Plan) -> str:
    if key == "conflict" and plan.conflict is not None and not plan.conflict.further:
        return f"What {cannot_hold(len(plan.conflict.conflicting))}"
    return TITLES[key]


def text_of(explanation: Explanation) -> str:
    """The explanation as plain text: title, headline, then each section with one line a sentence."""
    blocks = [explanation.title, explanation.headline.text]
    blocks += [
        "\n".join([section.title, *(f"- {sentence.text}" for sentence in section.sentences)])
        for section in explanation.sections
    ]
    return "\n\n".join(blocks) + "\n"


__all__ = ["Explanation", "Figure", "Section", "Sentence", "explanation_of", "text_of"]
