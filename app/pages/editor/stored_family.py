"""A stored curve as one more family to choose: what the form shows of it, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.curves import FAMILIES

STORED = "stored"  # in the field of the family; the wire has no such family
NAMING_IT = ("curve_set", "curve", "version")  # the fields that name a stored curve
CHOICES = (*FAMILIES, STORED)
TAIL = ".response.family"


def one_kind(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form without those of the kind of curve that is not chosen.

    >>> one_kind({"tactics[0].response.family": "stored", "tactics[0].response.shape": "2", "tactics[0].name": "tv"})
    {'tactics[0].name': 'tv', 'tactics[0].response.curve': 'tv'}
    """
    fields = dict(form)
    for response, family in [(name.removesuffix(".family"), form[name]) for name in form if name.endswith(TAIL)]:
        own = {f"{response}.{name}" for name in NAMING_IT}
        if family != STORED:
            fields = {name: text for name, text in fields.items() if name not in own}
            continue
        fields = {name: text for name, text in fields.items() if name in own or not name.startswith(f"{response}.")}
        if not any(fields.get(name, "").strip() for name in own):
            fields[f"{response}.curve"] = form.get(f"{response.removesuffix('.response')}.name", "")
    return fields
