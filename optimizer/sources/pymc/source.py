"""A saved model of PyMC-Marketing → a curve set with its draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimizer.curves import Adstock, Array, Curve, ResponseCurve, Weights
from optimizer.errors import FileError, HeadraceError
from optimizer.problem.tactic import CarryOver
from optimizer.sources.curve_set import CurveSet, FittedCurve
from optimizer.sources.netcdf import is_netcdf, netcdf
from optimizer.sources.options import File, Options
from optimizer.sources.pymc.adstock import ADSTOCK_CLASSES
from optimizer.sources.pymc.contributions import contribution_check
from optimizer.sources.pymc.posterior import MOST_DRAWS, Place, Posterior
from optimizer.sources.pymc.recipe import Recipe, recipe_of
from optimizer.sources.pymc.saturation import SATURATIONS, times
from optimizer.sources.report import Check, Reading, missed

NOTHING = 1e-9  # a share of spend that is taken as none

Draws = list[dict[str, float]]


class PymcModel:
    """MMM and its kin, saved with `mmm.save`."""

    name = "pymc"
    title = "PyMC-Marketing model (NetCDF, 0.9 to 1.3)"

    def claims(self, file: File) -> bool:
        """Any NetCDF that no other source claimed: it is one of these, or nothing that can be read."""
        return is_netcdf(file.raw)

    def read(self, file: File, options: Options) -> Reading:
        """A curve for each channel, and for each label of further dimensions such as geo."""
        with netcdf(file.raw) as contents:
            recipe = recipe_of(contents)
            posterior = Posterior.of(contents, recipe, options)
            read = [_curve(posterior, place, options) for place in posterior.places()]
        made = CurveSet(
            name="PyMC-Marketing model",
            source=self.name,
            version=recipe.release,
            period=_period(options),
            outcome=recipe.target,
            curves=tuple(curve for curve, _ in read),
        )
        checks = tuple(check for _, check in read if check is not None)
        return Reading(
            curve_set=made, checks=checks, warnings=(*_warnings(recipe, posterior, options), *missed(checks))
        )


def _period(options: Options) -> str:
    return (
        "period"
        if options.carry_over != "window"
        else f"{options.periods} periods of equal spend: spend of one, outcome of all"
    )


def _warnings(recipe: Recipe, posterior: Posterior, options: Options) -> list[str]:
    found = []
    if recipe.varying:
        found.append("Media effects vary over time in this model; the curves are those of its average period.")
    if len(posterior.chosen) < posterior.total:
        found.append(f"{len(posterior.chosen)} of {posterior.total} draws were kept.")
    if options.carry_over == "kept" and len(posterior.chosen) > 1 and recipe.adstock != "no_adstock":
        found.append("Every draw has its own adstock; the mean of their weights was kept.")
    return found


def _curve(posterior: Posterior, place: Place, options: Options) -> tuple[FittedCurve, Check | None]:
    """The curve of a place, and its contributions against those in the file."""
    try:
        spend = _spend(posterior, place)
        draws = _draws(posterior, place, posterior.recipe.saturation, SATURATIONS, "saturation")
        spreads = _spreads(posterior, place)
        response, carry_over = _response(posterior.recipe, draws, spreads, options)
        make = SATURATIONS[posterior.recipe.saturation][1]
        check = contribution_check(posterior, place, [make(p, 1.0) for p in draws], spreads)
    except HeadraceError as error:
        raise error.at(place.name) from None
    scaled = replace(
        response,
        input_scale=_input_scale(posterior, place),
        output_scale=response.output_scale * _output_scale(posterior, place),
    )
    if spend is not None and options.carry_over == "kept":
        carry_over = replace(carry_over, carry_in=tuple(spend[1 - posterior.recipe.length or len(spend) :].tolist()))
    curve = FittedCurve(
        name=place.name,
        response=scaled,
        carry_over=carry_over,
        current_spend=None if spend is None else float(spend.mean()),
        largest_seen=None if spend is None else float(spend.max()),
        tags=(("channel", place.channel), *place.labels) if place.labels else (),
    )
    return curve, check


def _draws(
    posterior: Posterior, place: Place, lookup: str, classes: Mapping[str, tuple[tuple[str, ...], object]], part: str
) -> Draws:
    """The parameters of each draw, by the library's names; those marked ? may be missing."""
    recipe = posterior.recipe
    saturates = part == "saturation"
    fixed = recipe.saturation_fixed if saturates else recipe.adstock_fixed
    prefix = recipe.saturation_prefix if saturates else recipe.adstock_prefix
    columns = {
        name: posterior.parameter(name, place, fixed, prefix).tolist()
        for field in classes[lookup][0]
        if (name := field.rstrip("?")) == field or posterior.has(name, fixed, prefix)
    }
    return [{name: column[d] for name, column in columns.items()} for d in range(len(posterior.chosen))]


def _spreads(posterior: Posterior, place: Place) -> list[Array]:
    """The weights of each draw's adstock, lag by lag."""
    recipe = posterior.recipe
    draws = _draws(posterior, place, recipe.adstock, ADSTOCK_CLASSES, "adstock")
    made: list[Adstock] = [ADSTOCK_CLASSES[recipe.adstock][1](p, recipe.length, recipe.normalized) for p in draws]
    return [adstock.spread(recipe.length) for adstock in made]


def _response(recipe: Recipe, draws: Draws, spreads: list[Array], options: Options) -> tuple[ResponseCurve, CarryOver]:
    """The mean over draws, in the model's own scales, and the carry-over that is left to the scenario.

    steady: Σ_l w_l of the spend is effective in every period. window: in period t of P periods and L − 1 after them
    Σ_{l ≤ t, l > t − P} w_l is, and the outcomes are summed. After saturation the same weights stand outside of f.
    """
    make = SATURATIONS[recipe.saturation][1]
    match options.carry_over:
        case "kept":
            mean = np.mean(spreads, axis=0)
            adstock = CarryOver(
                adstock=Weights(weights=tuple(mean.tolist())), after_saturation=not recipe.adstock_first
            )
            return ResponseCurve(members=tuple(make(p, 1.0) for p in draws)), adstock
        case "steady":
            shares, counts = [np.array([spread.sum()]) for spread in spreads], np.ones(1)
        case _:
            shares, counts = _window(spreads, options.periods or 1)
    if not recipe.adstock_first:
        return _outside(draws, shares, counts, recipe), CarryOver()
    terms = len(counts)
    if len(draws) * terms > MOST_DRAWS:
        told = f"would need {len(draws) * terms} curves"
        raise FileError("too_many_draws", "draws", told, f"keep at most {MOST_DRAWS // terms} draws")
    members = tuple(
        _stretched(recipe, p, share, count)
        for p, own in zip(draws, shares, strict=True)
        for share, count in zip(own.tolist(), counts.tolist(), strict=True)
    )
    return ResponseCurve(members=members, output_scale=float(terms)), CarryOver()


def _window(spreads: list[Array], periods: int) -> tuple[list[Array], Array]:
    """The shares of equal spend that are effective, rising, steady and falling, and how many periods see each."""
    length = len(spreads[0])
    seen = min(periods, length)
    counts = np.ones(seen + length - 1)
    counts[length - 1] += periods - seen  # all lags of a long window are filled
    return [np.convolve(np.ones(seen), spread) for spread in spreads], counts


def _stretched(recipe: Recipe, draw: dict[str, float], share: float, count: float) -> Curve:
    """count·f(share·z); where nothing of the spend is effective, a curve that yields nothing."""
    make = SATURATIONS[recipe.saturation][1]
    if share <= NOTHING:
        return make(times(draw, recipe.saturation, 0.0), 1.0)
    return make(draw if count == 1.0 else times(draw, recipe.saturation, count), share)


def _outside(draws: Draws, shares: list[Array], counts: Array, recipe: Recipe) -> ResponseCurve:
    """Adstock after saturation: every draw's curve counts as often as its weights sum to."""
    make = SATURATIONS[recipe.saturation][1]
    counted = [times(p, recipe.saturation, float(own @ counts)) for p, own in zip(draws, shares, strict=True)]
    return ResponseCurve(members=tuple(make(p, 1.0) for p in counted))


def _input_scale(posterior: Posterior, place: Place) -> float:
    """Spend in one unit of the model's input: the channel's scale, times what a unit costs."""
    scale = posterior.scale("channel_scale", place)
    if scale is None:
        column = posterior.fitted_column(place.channel)
        scale = None if column is None else float(np.abs(column).max())
    if scale is None or not scale > 0.0:
        told = "is missing: the model's scale of spend cannot be told"
        raise FileError("incomplete_export", f"channel_scale of {place.name}", told, "save the model with its fit_data")
    return scale * _cost(posterior, place)


def _cost(posterior: Posterior, place: Place) -> float:
    """What a unit of the channel's data cost on average; 1 where the data is spend."""
    paid, units = posterior.series("channel_spend", place), posterior.series("channel_data", place)
    if paid is None or units is None or not units.sum() > 0.0:
        return 1.0
    return float(paid.sum() / units.sum())


def _output_scale(posterior: Posterior, place: Place) -> float:
    scale = posterior.scale("target_scale", place)
    if scale is None:
        for column in (posterior.recipe.target, "y"):
            values = posterior.fitted_column(column)
            if values is not None:
                return float(np.abs(values).max())
        told = "is missing: the model's scale of outcome cannot be told"
        raise FileError("incomplete_export", "target_scale", told, "save the model with its fit_data")
    return scale


def _spend(posterior: Posterior, place: Place) -> Array | None:
    """What was spent, period by period; before 0.13 only the fitted data has it in money."""
    paid = posterior.series("channel_spend", place)
    if paid is not None:
        return paid
    if posterior.scale("channel_scale", place) is None:
        return posterior.fitted_column(place.channel)
    return posterior.series("channel_data", place)
