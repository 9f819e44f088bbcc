"""The plan in plain sentences with its figures: read off the plan and its scenario, nothing is solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from optimizer.answers.explanation.failure import conflict, headline_of_failure, no_plan
from optimizer.answers.explanation.goals import goals
from optimizer.answers.explanation.limits import limits
from optimizer.answers.explanation.moves import moves
from optimizer.answers.explanation.next_unit import left_over, next_unit
from optimizer.answers.explanation.sentence import Explanation, Figure, Section, Sentence, Told
from optimizer.answers.explanation.trust import assumptions, warnings
from optimizer.answers.explanation.worth import certificate, headline, worth
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario

Tell = Callable[[Told], Iterable[Sentence]]

SECTIONS: tuple[tuple[str, str, Tell], ...] = (
    ("plan", "What the plan does and is worth", worth),
    ("certificate", "How good it provably is", certificate),
    ("conflict", "What cannot all hold", conflict),
    ("no_plan", "Why there is no plan", no_plan),
    ("spend", "Where the money goes, and why", moves),
    ("limits", "What binds, and what it costs", limits),
    ("goals", "Goals", goals),
    ("next_unit", "Where one more unit of money goes", next_unit),
    ("unspent", "What is left, and why", left_over),
    ("assumptions", "What it rests on", assumptions),
    ("warnings", "To be kept in mind", warnings),
)


def explanation_of(scenario: Scenario, plan: Plan) -> Explanation:
    """The plan of that scenario in sentences; a section that has nothing to say is left out."""
    told = Told(scenario=scenario, plan=plan)
    sections = tuple(
        Section(key=key, title=title, sentences=sentences)
        for key, title, tell in SECTIONS
        if (sentences := tuple(tell(told)))
    )
    first = headline_of_failure(told) if plan.totals is None else headline(told)
    return Explanation(title=scenario.name, status=plan.status, headline=first, sections=sections)


def text_of(explanation: Explanation) -> str:
    """The explanation as plain text: title, headline, then each section with one line a sentence."""
    blocks = [explanation.title, explanation.headline.text]
    blocks += [
        "\n".join([section.title, *(f"- {sentence.text}" for sentence in section.sentences)])
        for section in explanation.sections
    ]
    return "\n\n".join(blocks) + "\n"


__all__ = ["Explanation", "Figure", "Section", "Sentence", "explanation_of", "text_of"]
