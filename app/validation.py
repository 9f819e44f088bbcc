"""What pydantic found, in codes of our own that stay when pydantic changes its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from app.paths import at, path_of
from optimizer.errors import ScenarioError

TAG = "\0"  # marks the steps that pydantic adds for the members of a union; no document can hold it
# codes that the models raise themselves, and the field below them that is meant
OWN: Mapping[str, tuple[str, ...]] = {
    "bad_batch": (),
    "bad_text": (),
    "bad_time": (),
    "unknown_family": ("family",),
    "unknown_rule": ("rule",),
}

Context = Mapping[str, Any]
Words = tuple[str, str, str]  # code, problem, remedy


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a stable code, the path of the field, and what to do."""

    code: str
    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.problem}; {self.remedy}"


def faults_of(error: ValidationError) -> list[Fault]:
    """Every finding with its path and remedy; the input is never quoted."""
    found = error.errors(include_url=False, include_input=False)
    return [_fault(item["type"], item["loc"], item.get("ctx", {}), item["msg"]) for item in found]


def scenario_error(error: ValidationError) -> ScenarioError:
    """The same findings as an error of the library, the first with the others beside it."""
    first, *others = [ScenarioError(own.code, own.path, own.problem, own.remedy) for own in faults_of(error)]
    first.others = tuple(others)
    return first


@contextmanager
def placed(*steps: str | int) -> Iterator[None]:
    """Errors raised inside, of whatever kind, are seen from `steps`: `placed("scenarios", 3)`."""
    try:
        with at(path_of(steps)):
            yield
    except ValidationError as error:
        found = error.errors(include_url=False)
        details = [_moved(item["type"], (*steps, *item["loc"]), item) for item in found]
        raise ValidationError.from_exception_data(error.title, details) from None


def _moved(kind: str, steps: tuple[str | int, ...], item: Mapping[str, Any]) -> InitErrorDetails:
    own = PydanticCustomError(kind, item["msg"]) if kind in OWN else kind
    return InitErrorDetails(type=own, loc=steps, input=None, ctx=item.get("ctx", {}))


def _fault(kind: str, steps: tuple[str | int, ...], context: Context, message: str) -> Fault:
    named = [step for step in steps if not (isinstance(step, str) and step.startswith(TAG))]
    path = path_of(named)
    if kind in WORDS:
        code, problem, remedy = WORDS[kind](context)
        return Fault(code, path, problem, remedy)
    if kind in OWN:
        problem, _, remedy = message.partition("; ")
        return Fault(kind, path_of((*named, *OWN[kind])), problem, remedy)
    return Fault("invalid", path, "is not valid", "compare it with the manual")


def _fixed(code: str, problem: str, remedy: str) -> Callable[[Context], Words]:
    return lambda _: (code, problem, remedy)


def _above(context: Context) -> Words:
    most = context["max_length"]
    return "too_many", f"has more than {most} entries", f"keep to {most} or fewer"


def _below(context: Context) -> Words:
    least = context["min_length"]
    return "too_few", f"has fewer than {least} entries", f"give at least {least}"


def _long(context: Context) -> Words:
    most = context["max_length"]
    return "too_long", f"is longer than {most} characters", f"keep to {most} or fewer"


def _unlike(context: Context) -> Words:
    return "wrong_format", "is not written as it should be", f"write it as the pattern {context['pattern']} says"


def _bound(word: str, key: str) -> Callable[[Context], Words]:
    return lambda context: (
        "out_of_range",
        f"must be {word} {context[key]}",
        f"give a number {word} {context[key]}",
    )


def _choice(context: Context) -> Words:
    return "unknown_value", "is not one of the values known here", f"use {context['expected']}"


_NUMBER = _fixed("not_a_number", "is not a number", "give a plain number, not text, true or null")
_WHOLE = _fixed("not_a_count", "is not a whole number", "give a whole number")
_OBJECT = _fixed("wrong_type", "is not an object", "put its fields between { and }")

WORDS: Mapping[str, Callable[[Context], Words]] = {
    "missing": _fixed("missing_field", "is missing", "add it"),
    "extra_forbidden": _fixed("unknown_field", "is not a field known here", "correct its spelling, or leave it out"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _fixed("not_finite", "is not a finite number", "give a finite number"),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "bool_type": _fixed("wrong_type", "is neither true nor false", "give true or false"),
    "string_type": _fixed("wrong_type", "is not text", "put it between quotation marks"),
    "string_unicode": _fixed("bad_text", "holds a character that is no text", "leave it out"),
    "string_too_short": _fixed("empty_name", "is empty", "give it a name"),
    "string_too_long": _long,
    "string_pattern_mismatch": _unlike,
    "list_type": _fixed("wrong_type", "is not a list", "put its entries between [ and ]"),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "too_long": _above,
    "too_short": _below,
    "literal_error": _choice,
    "greater_than": _bound("above", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("below", "lt"),
    "less_than_equal": _bound("at most", "le"),
}
