"""Tables of curves: every layout, wide and long, CSV and XLSX; fits by least squares; judgements of known cases."""

import json

import numpy as np
import pytest

from optimizer.curves import FAMILIES, Adbudg, Geometric, Hill
from optimizer.errors import FileError, HeadraceError
from optimizer.optimize import optimize
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.sources import File, Options, import_file
from optimizer.sources.curve_set import BudgetProblem
from optimizer.sources.table import TEMPLATES, template
from optimizer.sources.table.columns import parameters_of
from optimizer.sources.table.fit import fit
from optimizer.sources.tables import Conventions
from tests.known_answers.case import facts
from tests.optimizer.sources.tables.hostile import workbook


def written(value, decimal="."):
    """A cell as text."""
    return "" if value is None else str(value).replace(".", decimal) if isinstance(value, float) else str(value)


def as_csv(rows, sign=",", decimal="."):
    """As a file."""
    return File(name="curves.csv", raw="\n".join(sign.join(written(c, decimal) for c in row) for row in rows).encode())


def as_xlsx(rows):
    """The same as a workbook."""
    return File(name="curves.xlsx", raw=workbook([list(row) for row in rows]))


def curves_of(file, **options):
    """What an import makes."""
    return import_file(file, Options(**options)).curve_set.curves


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_read_as_it_is(name):
    """As CSV, as a CSV with decimal commas, as XLSX: the same curves."""
    rows = template(name)
    plain = curves_of(as_csv(rows))
    assert plain
    assert curves_of(as_csv(rows, ";", ",")) == plain
    assert curves_of(as_xlsx(rows)) == plain


def test_parameters_say_everything_about_a_tactic():
    """Curve, scales, limits, adstock, tags."""
    tv, search = curves_of(as_csv(template("parameters")))
    assert tv.response.members == (Hill(ceiling=400000, half_saturation=120000, shape=1.6),)
    assert tv.carry_over.adstock == Geometric(retention=0.6)
    assert (tv.spend.at_least, tv.spend.at_most, tv.current_spend) == (0, 300000, 100000)
    assert (tv.tags, search.tags) == ((("region", "north"),), (("region", "north"),))
    assert (search.response.family, search.spend.at_most) == ("exponential", None)


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"tabulated"}))
def test_every_family_can_be_stated(family):
    """By its own parameters, in wide and long form; two draws of it as two rows."""
    names = parameters_of(FAMILIES[family])
    values = [0.5 if name in ("exponent", "floor") else 2.5 for name in names]
    wide = curves_of(as_csv([("tactic", "family", *names, "input_scale"), ("tv", family, *values, 10.0)]))
    long = [
        ("tactic", "parameter", "value"),
        ("tv", "family", family),
        *(("tv", n, v) for n, v in zip(names, values, strict=True)),
    ]
    assert wide[0].response.members == curves_of(as_csv(long))[0].response.members
    assert wide[0].response.input_scale == 10.0
    more = [value * 1.25 for value in values]
    (drawn,) = curves_of(
        as_csv([("tactic", "draw", "family", *names), ("tv", 1, family, *values), ("tv", 2, family, *more)])
    )
    assert len(drawn.response.members) == 2


def test_points_wide_and_long_are_the_same_curves():
    """Joined by straight lines; a blank is no point."""
    long = {curve.name: curve.response for curve in curves_of(as_csv(template("points")))}
    wide = {curve.name: curve.response for curve in curves_of(as_csv(template("points_wide")))}
    assert wide["tv"] == long["tv"]
    assert len(wide["search"].members[0].points) == 3


@pytest.mark.parametrize("family", ["hill", "adbudg"])
def test_a_fit_finds_the_curve_that_made_the_points(family):
    """For many shapes and sizes, to six digits; the error is told."""
    chance = np.random.default_rng(7)
    for _ in range(20):
        shape, half, top = chance.uniform(0.6, 4), 10 ** chance.uniform(1, 6), 10 ** chance.uniform(-1, 7)
        low = chance.uniform(0, 0.5) * top if family == "adbudg" else 0.0
        x = half * np.array([0.0, 0.3, 0.6, 1.0, 1.6, 2.5, 6.0])
        y = low + top * x**shape / (half**shape + x**shape)
        found = fit(family, x, y)
        assert found.error < 1e-6 * top
        again = found.curve.value(x * 1.37)
        np.testing.assert_allclose(
            again, low + top * (1.37 * x) ** shape / (half**shape + (1.37 * x) ** shape), rtol=1e-4
        )


def test_a_fit_is_no_worse_than_scipys():
    """The least squared miss at noisy points, against an independent solver from many starts."""
    from scipy.optimize import least_squares

    chance = np.random.default_rng(11)
    for _ in range(5):
        x = np.sort(chance.uniform(0, 100, 9))
        y = 5 + 50 * x**1.7 / (40**1.7 + x**1.7) + chance.normal(0, 2, 9)
        y = np.maximum(y, 0)
        own = fit("adbudg", x, y).error

        def miss(p, x=x, y=y):
            return p[0] + p[1] * x ** p[2] / (p[3] ** p[2] + x ** p[2]) - y

        best = min(
            least_squares(miss, [1, 50, s, h], bounds=([0, 0, 0.1, 0.01], [np.inf, np.inf, 20, 1e5])).cost
            for s in (0.7, 1.5, 3)
            for h in (20, 60)
        )
        assert own <= np.sqrt(2 * best / 9) * (1 + 1e-6)


def syntex():
    """The judgements of Syntex's managers, in representatives: none, half, today's, half more, as many as can be."""
    header = ("tactic", "current_spend", "none", "minus_50", "current", "plus_50", "saturation")
    judged = {
        "Naprosyn": (96.8, 0.3, 0.45, 1.0, 1.4, 1.6), "Nipro": (97.2, 0.47, 0.68, 1.05, 1.26, 1.52),
        "Anaprox": (142.4, 0.15, 0.48, 1.04, 1.2, 1.35), "Norinyl": (52.7, 0.31, 0.63, 1.03, 1.15, 1.25),
        "Pironil": (24.1, 0.45, 0.7, 1.01, 1.05, 1.1), "Lidex": (27.3, 0.56, 0.8, 1.02, 1.11, 1.2),
        "Synalar": (29.7, 0.59, 0.76, 1.02, 1.07, 1.11), "Nasalide": (56.8, 0.15, 0.61, 1.07, 1.46, 1.76),
    }  # fmt: skip
    return [header, *((name, *values) for name, values in judged.items())]


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
def test_syntexs_judgements_become_the_published_curves(as_file):
    """Lodish et al. (1988): shape, half effect, floor and ceiling to the digits that were published."""
    reading = import_file(as_file(syntex()))
    for curve, drug in zip(reading.curve_set.curves, facts("syntex")["drugs"], strict=True):
        (own,) = curve.response.members
        assert isinstance(own, Adbudg)
        assert curve.name == drug["name"]
        half = own.half_effect / drug["reps"] ** own.shape  # published in multiples of today's
        assert [own.shape, half, own.floor, own.ceiling] == pytest.approx(
            [drug[key] for key in ("shape", "half_effect", "floor", "ceiling")], abs=2e-5
        )
    assert len(reading.checks) == 40
    assert reading.curve_set.curves[0].notes[0].startswith("Fitted by least squares to 5 points")


def test_a_textbook_case_from_a_workbook():
    """A table with a line for each medium gives the book's optimum."""
    rows = [
        ("tactic", "family", "slope", "at_most"),
        ("daytime", "linear", 7.0, 40.0),
        ("evening", "linear", 2.0, 100.0),
    ]
    curves = curves_of(as_xlsx(rows))
    plan = optimize(BudgetProblem(name="x", curves=curves, budget=Budget(total=BudgetLimit(at_most=100))).scenario())
    assert plan.totals.outcome == pytest.approx(7 * 40 + 2 * 60)


def hill(**stated):
    """A sound row, changed."""
    row = {"tactic": "tv", "family": "hill", "ceiling": 1.5, "half_saturation": 2, "shape": 3} | stated
    return as_csv([tuple(row), tuple(row.values())])


def long_form(**stated):
    """A tactic with a row for each parameter, changed."""
    row = {"family": "hill", "current_spend": 5, "ceiling": 1.5, "half_saturation": 2, "shape": 3} | stated
    return as_csv([("tactic", "parameter", "value"), *(("tv", name, value) for name, value in row.items())])


def below(file):
    """The same with three blank lines above it."""
    return File(name=file.name, raw=b"\n\n\n" + file.raw)


def drawn(*draws):
    """A row for each draw of one tactic."""
    rows = [("tv", draw, "linear", 1.5 + n) for n, draw in enumerate(draws)]
    return as_csv([("tactic", "draw", "family", "slope"), *rows])


def judged(**stated):
    """A row of judgements."""
    row = {"tactic": "tv", "current_spend": 100.5} | stated
    return as_csv([tuple(row), tuple(row.values())])


def test_all_rows_that_are_wrong_are_told_together():
    """Whatever the layout: up to one fault for each row, each at its cell."""
    good = ("tv", "hill", 1.5, 2, 3)
    head = ("tactic", "family", "ceiling", "half_saturation", "shape")
    rows = [(f"t{n}", "hill", -1.5 if n % 2 else 2.5, 2, 3) for n in range(50)]
    points = [(f"t{n}", spend, -outcome) for n in range(30) for spend, outcome in ((1.5, 1.0), (2.5, 2.0))]
    judgements = [(f"t{n}", 100.5, 1, 3, 5, 4 if n % 3 else 6, 7) for n in range(30)]
    for file, wrong in (
        (as_csv([head, good, *rows]), 25),
        (as_csv([("tactic", "spend", "outcome"), *points]), 30),
        (
            as_csv([("tactic", "current_spend", "none", "minus_50", "current", "plus_50", "saturation"), *judgements]),
            20,
        ),
    ):
        with pytest.raises(HeadraceError) as caught:
            curves_of(file)
        cells = {caught.value.path, *(other.path for other in caught.value.others)}
        assert len(cells) == wrong
        assert all(cell.startswith("CSV!") for cell in cells)


@pytest.mark.parametrize(
    ("file", "options", "code", "path"),
    [
        (hill(family="bell"), {}, "unknown_family", "CSV!B2"),
        (hill(shape=None), {}, "missing_field", "CSV!E2"),
        (hill(shape="x"), {}, "not_a_number", "CSV!E2"),
        (hill(ceiling=-1.5), {}, "negative", "CSV!C2"),
        (hill(scale=4), {}, "unknown_field", "CSV!F2"),
        (hill(colour="red"), {}, "unknown_column", "CSV!F1"),
        (hill(tactic=None), {}, "missing_field", "CSV!A2"),
        (hill(adstock="geometric"), {}, "missing_field", "CSV!F2"),
        (hill(adstock="weights"), {}, "unknown_family", "CSV!F2"),
        (hill(adstock="geometric", adstock_retention=7), {}, "too_large", "CSV!G2"),
        (hill(at_least=5, at_most=4), {}, "minimum_above_maximum", "CSV!F2"),
        (hill(ceiling="1.234"), {}, "ambiguous_number", "CSV!C2"),
        (
            as_csv([("tactic", "family", "slope"), ("tv", "linear", 1), ("tv", "linear", 2)]),
            {},
            "duplicate_name",
            "CSV!A3",
        ),
        (as_csv([("tactic", "spend", "outcome"), ("tv", 1, 5), ("tv", 2, 4)]), {}, "decreasing", "CSV!C3"),
        (as_csv([("tactic", "spend", "outcome"), ("tv", 1, None)]), {}, "missing_field", "CSV!C2"),
        (
            as_csv([("tactic", "spend", "outcome"), ("tv", 1, 5), ("tv", 2, 6)]),
            {"fit": "hill"},
            "too_few_points",
            "CSV!C2",
        ),
        (as_csv([("spend", "tv"), (1, 5), (2, 5), (3, 5)]), {"fit": "hill"}, "bad_points", "CSV!B2"),
        (as_csv([("spend", "tv"), (1, 5), (2, 3), (3, 1)]), {"fit": "hill"}, "decreasing", "CSV!B2"),
        (as_csv([("spend", "tv"), (1, 5), (2, 6), (1, 7)]), {}, "not_increasing", "CSV!A4"),
        (as_csv([("spend", "tv"), (-1, 5), (2, 6)]), {}, "negative", "CSV!A2"),
        (as_csv([("tactic", "spend", "outcome"), ("tv", -1, 5), ("tv", 2, 6)]), {}, "negative", "CSV!B2"),
        (hill(current_spend=-1), {}, "negative", "CSV!F2"),
        (hill(revenue_per_outcome=-1), {}, "negative", "CSV!F2"),
        (hill(adstock_retention=0.5), {}, "unknown_field", "CSV!F2"),
        (hill(adstock="geometric", adstock_retention=0.5, adstock_peak=2), {}, "unknown_field", "CSV!H2"),
        (long_form(shape="x"), {}, "not_a_number", "CSV!C6"),
        (long_form(ceiling=-1.5), {}, "negative", "CSV!C4"),
        (long_form(colour="red"), {}, "unknown_column", "CSV!B7"),
        (long_form(shape=None), {}, "missing_field", "CSV!C6"),
        (below(hill(colour="red")), {}, "unknown_column", "CSV!F4"),
        (below(hill(ceiling=-1.5)), {}, "negative", "CSV!C5"),
        (drawn("a", "b", "a"), {}, "duplicate_name", "CSV!B4"),
        (drawn("1", "2", None), {}, None, None),
        (drawn("1", None, None), {}, "duplicate_name", "CSV!A4"),
        (judged(none=5, minus_50=4, current=6, saturation=9), {}, "decreasing", "CSV!D2"),
        (judged(current=6, saturation=5), {}, "decreasing", "CSV!D2"),
        (judged(none=5, minus_50=5, current=5, saturation=5), {}, "bad_points", "CSV!C2"),
        (
            as_csv([("tactic", "spend", "outcome", "current_spend"), ("tv", 1, 5, 9), ("tv", 2, 6, 8)]),
            {},
            "mixed_rows",
            "CSV!D3",
        ),
        (as_csv([("tactic", "spend", "outcome", "current_spend"), ("tv", 1, 5, 9), ("tv", 2, 6, 9)]), {}, None, None),
        (as_csv([("spend", "tv"), (1, 5), (2, 6), (3, 7)]), {"fit": "bell"}, "unknown_value", "fit"),
        (as_csv([("a", "b"), (1, 2)]), {}, "unknown_layout", ""),
        (as_csv([("channels", "initSpendUnit"), ("tv", 2)]), {}, "no_curves", "CSV"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(file, options, code, path):
    """And nothing is guessed."""
    if code is None:
        assert curves_of(file, **options)
        return
    with pytest.raises(HeadraceError) as caught:
        curves_of(file, **options)
    assert caught.value.code == code
    assert path is None or caught.value.path == path


def test_what_is_ambiguous_can_be_told():
    """The same table, once its decimal sign is named."""
    with pytest.raises(FileError):
        curves_of(hill(ceiling="1.234"))
    for decimal, ceiling in (("point", 1.234), ("comma", 1234.0)):
        (curve,) = curves_of(hill(ceiling="1.234"), conventions=Conventions(decimal=decimal))
        assert curve.response.members[0].ceiling == ceiling


def test_a_report_can_be_written_as_json():
    """Plain figures all the way down."""
    from dataclasses import asdict

    for name in TEMPLATES:
        json.dumps(asdict(import_file(as_csv(template(name))).report()), allow_nan=False)
