"""A few cells in groups, with a row that is priced, small enough for a grid."""

import itertools

import numpy as np

from optimizer.curves import CurveStack, Hill, Logistic, ResponseCurve
from optimizer.search.groups.choices import Choices, Groups
from optimizer.search.groups.gains import EITHER, OFF, ON, Cells, Gains
from optimizer.search.groups.pricing import Problem
from optimizer.search.newton.rows import Dense

POINTS = 25


def cells_of(rng, count, *others):
    """S-shaped ones, and now and then a concave one or one of others."""
    hills = [
        Hill(ceiling=100.0, half_saturation=float(rng.uniform(20, 60)), shape=float(rng.uniform(1.2, 4.0)))
        for _ in range(3)
    ]
    shapes = [*hills, Logistic(ceiling=90.0, rate=0.05), *others]
    curves = CurveStack.of([ResponseCurve(members=(shapes[int(rng.integers(len(shapes)))],)) for _ in range(count)])
    low = rng.choice([0.0, 10.0], count)
    return Cells(
        curves=curves,
        worth=rng.uniform(0.5, 1.5, count),
        low=low,
        bend=low + 0.5 * (curves.turns()[0] - low),
        high=rng.uniform(50, 90, count),
        apart=np.zeros(count, dtype=np.bool_),
    )


def problem_of(seed, sizes=(2, 1), *, rows=1):
    """Groups with limits of their own and rows of random coefficients, both of which often bind; and the cells."""
    rng = np.random.default_rng(seed)
    count = sum(sizes)
    cells, members = cells_of(rng, count), np.full((len(sizes), max(sizes)), count)
    group = np.repeat(np.arange(len(sizes)), sizes)
    members[group, np.concatenate([np.arange(size) for size in sizes])] = np.arange(count)
    price, high = rng.uniform(0.5, 1.2, count), np.bincount(group, cells.high)
    least = np.maximum(rng.uniform(0.1, 0.5, len(sizes)) * high, np.bincount(group, cells.low))
    take = np.column_stack([rng.uniform(0.2, 1.0, (rows, count)), np.zeros(rows)])
    problem = Problem(
        groups=Groups(
            members=members,
            bent=np.append(cells.bent, False)[members],
            least=least,
            most=least + rng.choice([0.1, 0.4], len(sizes)) * high,
            usual=np.ones(len(sizes)),
        ),
        gains=Gains.of(cells, price, 1e-7),
        cost=np.append(rng.uniform(0.0, 0.3, count), 0.0),
        take=Dense(take),
        lower=np.full(rows, -np.inf),
        upper=take[:, :-1] @ cells.low + rng.uniform(0.3, 0.6, rows) * (take[:, :-1] @ (cells.high - cells.low)),
        rest=3.0,
        smooth=1e-2,
    )
    return problem, cells


def every(problem):
    """All choices of off and on for all groups."""
    rows = [
        (group, np.where(bent, sides, EITHER))
        for group, bent in enumerate(problem.groups.bent)
        for sides in itertools.product((OFF, ON), repeat=len(bent))
    ]
    group, sides = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    return Choices(group, sides, np.zeros(len(rows))).joined(Choices(group, sides, np.zeros(len(rows))))


def plans(problem, cells):
    """Inputs on a grid that keep all limits, and what they cost."""
    groups, count = problem.groups, cells.curves.size
    axes = [np.linspace(cells.low[cell], cells.high[cell], POINTS) for cell in range(count)]
    at = np.array(list(itertools.product(*axes)))
    spent = np.stack([np.append(at, np.zeros((len(at), 1)), axis=1)[:, own].sum(axis=1) for own in groups.members], 1)
    kept = ((spent >= groups.least) & (spent <= groups.most)).all(axis=1)
    kept &= (problem.take.times(np.column_stack([at, np.zeros(len(at))])) <= problem.upper).all(axis=1)
    at = at[kept]
    return at, problem.rest + (problem.cost[:-1] * at - cells.worth * cells.curves.value(at)).sum(axis=1)
