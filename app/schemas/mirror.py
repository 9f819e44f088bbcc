"""Wire models made from the domain's own dataclasses: a family or rule registered there is known here.

A field becomes the wire type of its annotation, with its default; its description is the `Fields:` part of
the class docstring, or that of `COMMON` where rules share a word. Ranges are checked by the domain, which is
valid from birth; here only the kind of each value is.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

import pydantic
from pydantic import Discriminator, Tag, create_model

from app.paths import at
from app.schemas.base import MOST_CELLS, MOST_PERIODS, MOST_POINTS, Name, Number, Point, Whole, Wire
from app.schemas.pattern import pattern_to_wire
from app.schemas.scope import ScopeIn, scope_to_wire
from app.validation import TAG
from optimizer.problem.pattern import Pattern
from optimizer.problem.scope import Scope

M = TypeVar("M", bound="Mirrored")

MOST = {
    "points": MOST_POINTS,
    "reference": MOST_CELLS,
}  # entries of a list, by field; MOST_PERIODS where nothing else is said
COMMON = {
    "name": "What the plan calls it; no two limits share a name.",
    "scope": "The tactics and periods it speaks of; left out: all.",
    "of": "The whole that the share is taken of; left out: the whole plan.",
    "at_least": "Lower limit [unit of the limited quantity]; left out: none.",
    "at_most": "Upper limit [unit of the limited quantity]; left out: none.",
    "amount": "The amount promised, over the whole scope [money].",
    "minimum": "What an active cell spends at the least [money per period]; left out: what plans are rounded to.",
    "needs": "The tactics that must be active, one of them at the least.",
    "groups": "Scopes of which each counts as one, in place of `scope`.",
    "blackout": "Names of the scope's periods in which nothing is spent.",
    "over_all": "true: over the whole plan instead of period by period.",
    "price": "The price of one package [money].",
    "metric": "revenue, profit, outcome, spend or a metric of the tactics.",
    "tiers": "From at_least units on, a unit costs price; the curve reads the units at the price of the first tier.",
    "all_units": "true: the price of the tier that is reached holds for all units, not only for those beyond.",
    "terms": "What is added up: coefficient · spend of a scope.",
    "normalized": "true: the weights are divided by their sum.",
    "coefficient": "Multiplies the spend of the scope [unit of the limit per money].",
}


class Mirrored(Wire):
    """A wire model with the fields of a domain dataclass, which it builds."""

    domain: ClassVar[type[Any]]

    def to_domain(self) -> Any:
        """The domain object; its own checks speak in paths of this model."""
        given = {f.name: getattr(self, f.name) for f in fields(self.domain) if f.init}
        return self.domain(**{name: _built(value, name) for name, value in given.items() if value is not None})


def mirror(domain: type[Any], base: type[M], name: str, **more: Any) -> type[M]:
    """The wire model of a dataclass, under `base`, with `more` fields as pydantic defines them."""
    hints = get_type_hints(domain)
    own = {f.name: _definition(domain, f, hints[f.name]) for f in fields(domain) if f.init}
    model = create_model(name, __base__=base, __doc__=_summary(domain), **(more | own))
    model.domain = domain
    return model


def plain(value: Any) -> Any:
    """The wire form of a domain value: what equals its default is left out."""
    if isinstance(value, Scope):
        return scope_to_wire(value)
    if isinstance(value, Pattern):
        return pattern_to_wire(value)
    if is_dataclass(value):
        own = [(f, getattr(value, f.name)) for f in fields(value) if f.init]
        return {f.name: plain(held) for f, held in own if held != _default(f)}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def one_of(models: Mapping[str, type[Wire]], key: Callable[[dict[str, Any]], Any], code: str) -> Any:
    """The union of `models`, chosen by `key` of the object; anything else is refused with `code`."""
    names = ", ".join(name for name in models if "+" not in name)
    first = next(iter(models))

    def choose(value: Any) -> str:
        # what is no object is shown to the first model, which says so
        return TAG + (str(key(value)) if isinstance(value, dict) else first)

    members = reduce(or_, (Annotated[model, Tag(TAG + name)] for name, model in models.items()))
    message = f"is not known here; use one of {names}"
    return Annotated[members, Discriminator(choose, custom_error_type=code, custom_error_message=message)]


def _built(value: Any, path: str) -> Any:
    if isinstance(value, list):
        return tuple(_built(item, f"{path}[{position}]") for position, item in enumerate(value))
    if isinstance(value, Mirrored | ScopeIn):
        with at(path):
            return value.to_domain()
    return value


def _definition(domain: type[Any], field: Field[Any], hint: Any) -> tuple[Any, Any]:
    default = _default(field)
    words = describe(domain, field.name)
    if default is MISSING:
        return _wire_type(hint, field.name), pydantic.Field(description=words)
    if isinstance(default, bool | int | float):
        return _wire_type(hint, field.name), pydantic.Field(default, description=words)
    return _wire_type(hint, field.name) | None, pydantic.Field(None, description=words)


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _wire_type(hint: Any, name: str) -> Any:
    known = {float: Number, int: Whole, bool: bool, str: Name, Scope: ScopeIn, tuple[float, float]: Point}
    if hint in known:
        return known[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return mirror(hint, Mirrored, f"{hint.__name__}In")
    if get_origin(hint) is tuple:
        entry = _wire_type(get_args(hint)[0], name)
        return Annotated[list[entry], pydantic.Field(max_length=MOST.get(name, MOST_PERIODS))]  # type: ignore[valid-type]
    if get_origin(hint) in (Union, types.UnionType):
        return reduce(or_, (_wire_type(part, name) for part in get_args(hint) if part is not type(None)))
    raise TypeError(f"{name}: no wire type stands for {hint}")


def describe(domain: type[Any], name: str) -> str:
    """What the class docstring's `Fields:` part says of a field, or the word that rules share.

    >>> from optimizer.curves import Hill
    >>> describe(Hill, "shape")
    'shape = s > 0 [1].'
    """
    listed = re.search(r"Fields: (.*?)(?:\.\n|\n\n|\Z)", inspect.getdoc(domain) or "", re.DOTALL)
    parts = re.split(r";\s+", listed[1]) if listed else []
    own = next((part for part in parts if re.match(rf"{name}\b.", part)), None)
    return " ".join(own.split()).removesuffix(".") + "." if own else COMMON.get(name, "")


def _summary(domain: type[Any]) -> str:
    """The docstring up to its field list: the sentence and the formula."""
    return re.split(r"\n\s*(?:Fields:|>>>)", inspect.getdoc(domain) or "")[0].strip()
