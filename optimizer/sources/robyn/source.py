"""A Robyn export → a curve set."""

from __future__ import annotations

from dataclasses import replace

from optimizer.curves import Array, ResponseCurve
from optimizer.errors import FileError
from optimizer.problem.tactic import CarryOver
from optimizer.sources.curve_set import BudgetProblem, CurveSet, FittedCurve
from optimizer.sources.document import Node, json_document
from optimizer.sources.options import File, Options
from optimizer.sources.report import LeftOut, Reading
from optimizer.sources.robyn.allocator import allocation_of
from optimizer.sources.robyn.channel import Channel, adstock_of
from optimizer.sources.robyn.self_test import self_test
from optimizer.sources.robyn.series import History, history_of
from optimizer.sources.robyn.version import Version

PARTS = ("InputCollect", "ExportedModel")
NEGATIVE = "The model gives it a negative effect: no spend on it can pay."
PERIODS = {"day": "day", "week": "week", "month": "month", "quarter": "quarter"}


class RobynExport:
    """RobynModel-*.json: one chosen model with its raw data."""

    name = "robyn"
    title = "Robyn export (RobynModel-*.json, 3.7 to 3.12)"

    def claims(self, file: File) -> bool:
        """Whether the file is one of Robyn's, usable or not."""
        if not any(f'"{part}"'.encode() in file.raw for part in PARTS):
            return False
        export = json_document(file.raw)
        return export is not None and any(part in export.fields() for part in PARTS)

    def read(self, file: File, options: Options) -> Reading:
        """The curves of the model; an export of inputs or of many models is refused."""
        export = json_document(file.raw)
        if export is None:
            raise FileError("damaged_file", "", "is not JSON", "export the model again")
        _check_model(export)
        version = Version.of(export.at("InputCollect", "version").text())
        made = _Model(export, version, options)
        return made.reading(file, options)


def _check_model(export: Node) -> None:
    if export.find("ExportedModel", "hyper_values") is None:
        told = "is an export of inputs or of several models, with no model chosen"
        raise FileError(
            "no_model", "ExportedModel", told, "export one: robyn_write(InputCollect, OutputCollect, select_model = …)"
        )


class _Model:
    """The parts of an export, read once."""

    def __init__(self, export: Node, version: Version, options: Options) -> None:
        self.version = version
        self.inputs = export.at("InputCollect")
        self.model = export.at("ExportedModel")
        self.summary = {row.at("variable").text(): row for row in self.model.at("summary").items()}
        self.spends = self.inputs.at("paid_media_spends").texts()
        exposures = self.inputs.find("paid_media_vars")
        self.exposures = self.spends if exposures is None else exposures.texts()
        self.names = self._names()
        self.history = history_of(export, options, tuple({*self.spends, *self.names}))
        self.left_out: list[LeftOut] = []
        self.channels = self._channels()
        self.tested = self_test(self.channels, self.summary, self.history, version)

    def reading(self, file: File, options: Options) -> Reading:
        curves = tuple(self._curve(channel, options) for channel in self.channels)
        problems: tuple[BudgetProblem, ...] = ()
        checks = list(self.tested.checks)
        answer = allocation_of(options, dict(zip(self.spends, self.names, strict=True)))
        if answer is not None:
            curves, problems, more = answer.applied(curves, self._planning(options))
            checks += more
        made = CurveSet(
            name=f"Robyn {self.model.at('select_model').text()}" if self.model.find("select_model") else file.name,
            source=RobynExport.name,
            version=self.version.text,
            period=self._period(),
            outcome=self.inputs.at("dep_var_type").text(),
            curves=curves,
            problems=problems,
        )
        return Reading(
            curve_set=made, checks=tuple(checks), left_out=tuple(self.left_out), warnings=self.tested.warnings
        )

    def _names(self) -> tuple[str, ...]:
        """What each paid channel is called in the model: by its exposure where that was selected, else by its spend."""
        if len(self.spends) != len(self.exposures):
            told = "is not as long as paid_media_spends"
            raise FileError("incomplete_export", "InputCollect.paid_media_vars", told, "export the model again")
        hyper = self.model.at("hyper_values")
        names = []
        for spend, exposure in zip(self.spends, self.exposures, strict=True):
            found = next((name for name in (spend, exposure) if hyper.find(f"{name}_alphas") is not None), None)
            if found is None:
                told = f"holds no parameters of {spend}"
                raise FileError("incomplete_export", "ExportedModel.hyper_values", told, "export the model again")
            names.append(found)
        return tuple(names)

    def _channels(self) -> list[Channel]:
        channels = []
        for spend, exposure, name in zip(self.spends, self.exposures, self.names, strict=True):
            row = self.summary.get(name)
            stated = None if row is None else row.find("coef")
            coefficient = 0.0 if stated is None else stated.number()
            if coefficient <= 0.0:
                told = "The model gives it no effect: its coefficient is 0." if coefficient == 0.0 else NEGATIVE
                self.left_out.append(LeftOut(name=name, reason=told))
            elif not self.history.window(self.history.column(spend)).any():
                self.left_out.append(LeftOut(name=name, reason="Nothing was spent on it in the model's window."))
            else:
                channels.append(self._channel(name, spend, exposure, coefficient))
        if not channels:
            raise FileError(
                "no_curves", "ExportedModel.summary", "gives no paid channel an effect", "choose another model"
            )
        organic = self.inputs.find("organic_vars")
        for name in organic.texts() if organic is not None else ():
            self.left_out.append(LeftOut(name=name, reason="Organic media cost nothing: there is nothing to plan."))
        return channels

    def _channel(self, name: str, spend: str, exposure: str, coefficient: float) -> Channel:
        hyper = self.model.at("hyper_values")
        paid = self.history.column(spend)
        return Channel(
            name=name,
            coefficient=coefficient,
            shape=hyper.at(f"{name}_alphas").number(),
            gamma=hyper.at(f"{name}_gammas").number(),
            adstock=adstock_of(self.inputs.at("adstock").text(), hyper, name, self.history.rows),
            spend=paid,
            series=paid if name == spend else _priced(self.history, exposure, spend),
            history=self.history,
        )

    def _period(self) -> str:
        kind = self.inputs.find("intervalType")
        return PERIODS.get(kind.text(), "row of the data") if kind is not None else "row of the data"

    def _curve(self, channel: Channel, options: Options) -> FittedCurve:
        """The channel as a tactic; its planning curve, or its own curve with the adstock."""
        response, carry_over = self._response(channel, options)
        window = self.history.window(channel.spend)
        money = self.inputs.at("dep_var_type").text() == "revenue"
        return FittedCurve(
            name=channel.name,
            response=response,
            carry_over=carry_over,
            current_spend=float(window.mean()),
            largest_seen=float(window.max()),
            revenue_per_outcome=1.0 if money else None,
        )

    def _response(self, channel: Channel, options: Options) -> tuple[ResponseCurve, CarryOver]:
        fitted = channel.fitted(self.tested.by_range)
        match options.carry_over:
            case "steady":
                return replace(fitted, input_offset=channel.carried(self.version)), CarryOver()
            case "kept":
                return fitted, channel.kept()
            case _:
                raise FileError("unsupported_option", "carry_over", "is not known for Robyn", "use steady or kept")

    def _planning(self, options: Options) -> dict[str, ResponseCurve]:
        """The allocator's own curves, whatever was asked for."""
        steady = replace(options, carry_over="steady", periods=None)
        return {channel.name: self._response(channel, steady)[0] for channel in self.channels}


def _priced(history: History, exposure: str, spend: str) -> Array:
    """Exposure in money: times what one exposure cost over the window.

    Source: Robyn 3.12 `exposure_handling`.
    """
    seen, paid = history.column(exposure), history.column(spend)
    total = float(history.window(seen).sum())
    if total <= 0.0:
        raise FileError("incomplete_export", exposure, "has no exposure in the window", "leave the channel out")
    return seen * (float(history.window(paid).sum()) / total)
