"""Meridian's model as the proto `mmm.v1.Mmm`, binary or JSON → curves and budget problems.

The proto's classes come with the package mmm-proto-schema, the extra `meridian`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.errors import FileError
from optimizer.sources.curve_set import BudgetProblem, CurveSet, FittedCurve, Interval
from optimizer.sources.document import json_document
from optimizer.sources.meridian.optimisation import check_of, interval_text, is_revenue, problem_of, run_checks
from optimizer.sources.meridian.points import Channel, Point, curves_of
from optimizer.sources.options import File, Options
from optimizer.sources.report import Check, LeftOut, Reading, missed

KERNEL = ("mmm_kernel", "mmmKernel")
PARTS = ("model_fit", "modelFit", "marketing_analysis_list", "marketingAnalysisList", "marketing_optimization",
         "marketingOptimization", *KERNEL)  # fmt: skip
LOOSE = {
    "marketing_analyses": "marketing_analysis_list",
    "marketingAnalyses": "marketing_analysis_list",
    "budget_optimization": "marketing_optimization",
    "budgetOptimization": "marketing_optimization",
}
ALONE = ("media_analyses", "mediaAnalyses")  # of an analysis by itself
PARTS_ALONE = (
    "marketing_analysis_list",
    "marketing_analysis_list.marketing_analyses",
    "marketing_optimization",
    "marketing_optimization.budget_optimization",
    "marketing_optimization.budget_optimization.results",
)
TAGS = (0x0A, 0x12, 0x1A, 0x22)  # the four parts of the message, each with a length
BINARY = ("binpb", "pb", "bin")
KERNEL_ONLY = "is a saved model (its kernel), with no response curve computed"
EXPORT = (
    "add a MarketingAnalysisList with response curves to the Mmm proto (schema.processors, then save with the model), "
    "or export Analyzer.response_curves() as CSV"
)


class MeridianProto:
    """An Mmm message with media analyses, and perhaps with budget optimisations."""

    name = "meridian"
    title = "Meridian model proto (mmm.v1.Mmm, binary or JSON)"

    def claims(self, file: File) -> bool:
        """JSON with one of the message's parts, or bytes that begin as the message does."""
        names = (*PARTS, *LOOSE, *ALONE)
        if any(f'"{part}"'.encode() in file.raw for part in names):
            tree = json_document(file.raw)
            return tree is not None and any(part in tree.fields() for part in names)
        if file.raw[:1] and file.raw[0] in TAGS and b"\0" in file.raw[:4096]:
            return True
        return file.suffix in BINARY

    def read(self, file: File, options: Options) -> Reading:  # noqa: ARG002 (a message leaves nothing to choose)
        """The curves of the widest analysis; every budget optimisation as a problem of its own."""
        message = _message(file.raw)
        analyses = list(message.marketing_analysis_list.marketing_analyses)
        runs = list(message.marketing_optimization.budget_optimization.results)
        sources = [*analyses, *(run.nonoptimized_marketing_analysis for run in runs if _has_curves(run))]
        widest = max(sources, key=_days, default=None)
        if widest is None or not any(_points(media) for media in widest.media_analyses):
            raise FileError("no_curves", "", _emptiness(message), EXPORT)
        curves, checks, left_out = _curves(widest, [source for source in sources if _days(source) == _days(widest)])
        problems: tuple[BudgetProblem, ...] = tuple(problem for run in runs if (problem := problem_of(run)) is not None)
        left_out += tuple(_other(analysis) for analysis in analyses if analysis is not widest)
        made = CurveSet(
            name="Meridian",
            source=self.name,
            version="mmm.v1",
            period=interval_text(widest.date_interval),
            outcome="revenue" if is_revenue(widest) else "KPI",
            curves=curves,
            problems=problems,
        )
        checks += tuple(check for run in runs for check in run_checks(run))
        return Reading(curve_set=made, checks=checks, left_out=left_out, warnings=missed(checks))


def _message(raw: bytes) -> Any:
    try:
        from google.protobuf import json_format
        from google.protobuf.message import DecodeError
        from mmm.v1 import mmm_pb2
    except ImportError:
        raise FileError(
            "missing_extra",
            "",
            "needs the package mmm-proto-schema, which is not installed",
            "install headrace[meridian]",
        ) from None
    tree = json_document(raw)
    if tree is None:
        return _from_bytes(raw)
    try:
        kept = _whole({name: value for name, value in tree.value.items() if name not in KERNEL})
        return json_format.ParseDict(kept, mmm_pb2.Mmm(), ignore_unknown_fields=True)
    except (DecodeError, json_format.ParseError, ValueError, TypeError, RecursionError):
        raise _no_message(raw) from None


def _from_bytes(raw: bytes) -> Any:
    """The whole message; where it tells no curve, a part of it that was saved by itself and tells some."""
    from google.protobuf.message import DecodeError
    from mmm.v1 import mmm_pb2

    found = []
    for path in ("", *PARTS_ALONE):
        message = mmm_pb2.Mmm()
        try:
            _inside(message, path).MergeFromString(raw)
        except DecodeError:
            continue
        if _tells(message):
            return message
        found += [message] if not path else []
    if not found:
        raise _no_message(raw)
    return found[0]


def _inside(message: Any, path: str) -> Any:
    """The part at the path; an entry of a list is added to it."""
    for step in filter(None, path.split(".")):
        part = getattr(message, step)
        message = part.add() if hasattr(part, "add") else part
    return message


def _tells(message: Any) -> bool:
    analyses = [*message.marketing_analysis_list.marketing_analyses]
    for run in message.marketing_optimization.budget_optimization.results:
        analyses += [run.nonoptimized_marketing_analysis, run.optimized_marketing_analysis]
    return any(_points(media) for analysis in analyses for media in analysis.media_analyses)


def _no_message(raw: bytes) -> FileError:
    """A model that was saved by itself is its kernel, no whole message."""
    from google.protobuf.message import DecodeError
    from mmm.v1.model import mmm_kernel_pb2

    try:
        bare = mmm_kernel_pb2.MmmKernel.FromString(raw)
    except DecodeError:
        bare = None
    if bare is not None and bare.HasField("marketing_data"):
        return FileError("no_curves", "", KERNEL_ONLY, EXPORT)
    return FileError("damaged_file", "", "is no message mmm.v1.Mmm: damaged, or something else", EXPORT)


def _whole(tree: dict[str, Any]) -> dict[str, Any]:
    """A part that was exported by itself, put into its place."""
    for inner, outer in LOOSE.items():
        if inner in tree:
            return {outer: tree}
    if any(name in tree for name in ALONE):
        return {"marketing_analysis_list": {"marketing_analyses": [tree]}}
    return tree


def _emptiness(message: Any) -> str:
    """Why there is no curve."""
    if message.marketing_analysis_list.marketing_analyses:
        return "holds analyses, but no response curve"
    if message.HasField("mmm_kernel"):
        return KERNEL_ONLY
    return "holds no response curve"


def _days(analysis: Any) -> int:
    """How long its interval is, roughly; longer is wider."""
    start, end = analysis.date_interval.start_date, analysis.date_interval.end_date
    return int((end.year - start.year) * 372 + (end.month - start.month) * 31 + end.day - start.day)


def _has_curves(run: Any) -> bool:
    return any(_points(media) for media in run.nonoptimized_marketing_analysis.media_analyses)


def _points(media: Any) -> tuple[Point, ...]:
    """The points; proto JSON omits zeros, and the message gives them back."""
    points = media.response_curve.response_points
    return tuple(Point(spend=point.input_value, mean=point.incremental_kpi) for point in points)


def _curves(widest: Any, alike: list[Any]) -> tuple[tuple[FittedCurve, ...], tuple[Check, ...], tuple[LeftOut, ...]]:
    """A curve for each channel, with the most points that any analysis of this interval has."""
    finest: dict[str, tuple[Point, ...]] = {}
    for analysis in alike:
        for media in analysis.media_analyses:
            if len(_points(media)) > len(finest.get(media.channel_name, ())):
                finest[media.channel_name] = _points(media)
    channels, left_out = [], []
    for media in widest.media_analyses:
        if media.channel_name in finest:
            spend = media.spend_info.spend
            channels.append(Channel(name=media.channel_name, points=finest[media.channel_name], current=spend))
        else:
            left_out.append(LeftOut(name=media.channel_name, reason="The file has no response curve of it."))
    curves = curves_of(channels, is_revenue(widest))
    by_name = {media.channel_name: media for media in widest.media_analyses}
    checks = [check for curve in curves if (check := check_of("contribution", by_name[curve.name], curve)) is not None]
    told = tuple(_with_interval(curve, by_name[curve.name]) for curve in curves)
    return told, tuple(checks), tuple(left_out)


def _with_interval(curve: FittedCurve, media: Any) -> FittedCurve:
    """The credible interval of today's contribution: all that the message keeps of the posterior."""
    for outcome in media.media_outcomes:
        value = outcome.contribution.value
        near = curve.current_spend is not None and math.isclose(value.value, _now(curve), rel_tol=1e-3)
        if near and value.uncertainties:
            found = value.uncertainties[0]
            today = (curve.current_spend or 0.0, found.lowerbound, found.upperbound)
            return replace(curve, interval=Interval(probability=found.probability, points=(today,)))
    return curve


def _now(curve: FittedCurve) -> float:
    return float(curve.response.value(np.array([curve.current_spend or 0.0]))[0])


def _other(analysis: Any) -> LeftOut:
    return LeftOut(name=interval_text(analysis.date_interval), reason="An analysis of a shorter interval.")
