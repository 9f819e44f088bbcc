"""How a saved model was made: the attributes of its file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from optimizer.errors import FileError
from optimizer.sources.document import Node
from optimizer.sources.netcdf import Contents
from optimizer.sources.pymc.adstock import ADSTOCK_CLASSES, length_of
from optimizer.sources.pymc.saturation import SATURATIONS

POSTERIOR = "posterior"
TYPE = "__type__"
CLASSES = {
    "GeometricAdstock": "geometric",
    "BinomialAdstock": "binomial",
    "DelayedAdstock": "delayed",
    "WeibullPDFAdstock": "weibull_pdf",
    "WeibullCDFAdstock": "weibull_cdf",
    "NoAdstock": "no_adstock",
    "LogisticSaturation": "logistic",
    "InverseScaledLogisticSaturation": "inverse_scaled_logistic",
    "TanhSaturation": "tanh",
    "TanhSaturationBaselined": "tanh_baselined",
    "MichaelisMentenSaturation": "michaelis_menten",
    "HillSaturation": "hill",
    "HillSaturationSigmoid": "hill_sigmoid",
    "RootSaturation": "root",
    "LogSaturation": "log_saturation",
    "NoSaturation": "no_saturation",
}
RELEASE = re.compile(r"(\d+)\.(\d+)")
FOREIGN = "is no saved model of PyMC-Marketing: its attributes state no adstock and saturation"
SAVE = "save it with mmm.save(…), or give the curves as a table"


Fixed: TypeAlias = dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """`adstock` and `saturation` by the library's lookup names, with the prefix of their parameters and, for parameters
    that were fixed instead of fitted, their numbers; `length` [periods] of the adstock."""

    adstock: str
    adstock_prefix: str
    adstock_fixed: Fixed
    length: int
    normalized: bool
    adstock_first: bool
    saturation: str
    saturation_prefix: str
    saturation_fixed: Fixed
    channels: tuple[str, ...]
    dims: tuple[str, ...]
    target: str
    release: str
    varying: bool

    def terms(self, periods: int) -> int:
        """How many different amounts are effective in a window: rising, steady and falling."""
        return min(periods, self.length) + self.length - 1


def recipe_of(contents: Contents) -> Recipe:
    """The recipe of a file; one that states none is refused."""
    adstock, saturation = _document(contents, "adstock"), _document(contents, "saturation")
    if adstock is None or saturation is None or not contents.groups.get(POSTERIOR):
        raise FileError("foreign_netcdf", "", FOREIGN, SAVE)
    release = contents.text(POSTERIOR, "pymc_marketing_version") or contents.text("", "pymc_marketing_version") or ""
    kind = _known(adstock, tuple(ADSTOCK_CLASSES), "adstock")
    mode = adstock.find("mode")
    if mode is not None and mode.text().rpartition(".")[2].casefold() != "after":
        told = "spreads spend into earlier periods (mode Before or Overlap)"
        raise FileError("unsupported_model", "adstock.mode", told, "fit it with mode After")
    if "log" in str(_plain(contents, "link", "")).casefold():
        told = "is multiplicative (a log link): a channel has no curve of its own"
        raise FileError("unsupported_model", "link", told, "fit it with an identity link")
    normalize = adstock.find("normalize")
    return Recipe(
        adstock=kind,
        adstock_prefix=_prefix(adstock, "adstock"),
        adstock_fixed=_fixed(adstock),
        length=1 if kind == "no_adstock" else length_of(kind, adstock.at("l_max").whole(), _release(release)),
        normalized=True if normalize is None else normalize.value is True,
        adstock_first=_plain(contents, "adstock_first", True) is True,
        saturation=_known(saturation, tuple(SATURATIONS), "saturation"),
        saturation_prefix=_prefix(saturation, "saturation"),
        saturation_fixed=_fixed(saturation),
        channels=Node(_plain(contents, "channel_columns", []), "channel_columns").texts(),
        dims=Node(_plain(contents, "dims", []) or [], "dims").texts(),
        target=str(_plain(contents, "target_column", contents.text("", "target_column") or "y")),
        release=release,
        varying=_plain(contents, "time_varying_media", False) not in (False, None),
    )


def _document(contents: Contents, name: str) -> Node | None:
    value = _plain(contents, name, None)
    if not isinstance(value, dict):
        return None
    stated = value.get("lookup_name", _lookup(value.get(TYPE)))
    return Node(value | {"lookup_name": stated}, name) if isinstance(stated, str) else None


def _lookup(path: object) -> str | None:
    """Since 1.0 a class is named by its path.

    >>> _lookup("pymc_marketing.mmm.components.adstock.WeibullPDFAdstock")
    'weibull_pdf'
    """
    if not isinstance(path, str):
        return None
    name = path.rpartition(".")[2]
    return CLASSES.get(name, name)


def _plain(contents: Contents, name: str, missing: Any) -> Any:
    """An attribute, which is JSON unless it is plain text."""
    text = contents.text("", name)
    if text is None:
        return missing
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return missing


def _known(component: Node, known: tuple[str, ...], word: str) -> str:
    name = component.at("lookup_name").text()
    if name not in known:
        told = f"is no {word} known here: a class of its own, or a release newer than 1.3"
        raise FileError("unsupported_model", f"{word}.lookup_name", told, "sample the curve, and give it as a table")
    return name


def _prefix(component: Node, usual: str) -> str:
    found = component.find("prefix")
    return usual if found is None else found.text()


def _fixed(component: Node) -> Fixed:
    """Parameters that were given as plain numbers: one, or one for each channel."""
    priors = component.find("priors")
    values = priors.value if priors is not None and isinstance(priors.value, dict) else {}
    listed = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    return {
        name: tuple(map(float, value))
        for name, value in listed.items()
        if value and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    }


def _release(text: str) -> tuple[int, ...]:
    found = RELEASE.match(text)
    return (0, 0) if found is None else (int(found[1]), int(found[2]))
