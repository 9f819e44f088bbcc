"""at_least ≤ Σ_terms coefficient · Σ_scope spend ≤ at_most: one row a side."""

from __future__ import annotations

from functools import reduce
from operator import add

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Linear


def write(rule: Linear, words: Vocabulary) -> None:
    """Write the rows of a `linear` rule."""
    total = reduce(add, (words.total(term.scope) * term.coefficient for term in rule.terms))
    words.draft.add_row(rule.name, total, at_least=rule.at_least, at_most=rule.at_most)
