"""Concave curves beside thousands of change limits: the interior-point method, with those limits eliminated."""

from __future__ import annotations

from optimizer.search.bounds.bound import dual_bound
from optimizer.search.deadline import Deadline
from optimizer.search.newton.spends import Spends, can_follow
from optimizer.search.newton.steps import Steps, steps_of
from optimizer.search.newton.walks import followed
from optimizer.search.nodes.narrowed import Narrowable
from optimizer.search.region.visit import Visit

FEW = 100  # rows that are no steps, at the most
CLOSER = 1e-4  # of the gap asked for, to which it goes on


def stepwise(own: Narrowable, gap: float, deadline: Deadline) -> Visit | None:
    """The whole, where rows are too many for other methods, and nearly all are steps; None where it is not settled."""
    model = own.model
    plain = model.reads_spends and model.written is None
    smooth = bool(model.cells.curves.concave.all()) and not len(model.tabled) and not len(model.two_sided)
    if not plain or not smooth or len(model.extra) or len(model.integer) or deadline.left <= 0:
        return None
    if len(model.drafts) - len(steps_of(model)) > FEW or can_follow(model):
        return None
    spends = Spends(model)
    if len(spends.curved):
        return None
    steps = Steps.of(spends)
    point, duals = followed(spends, model, own.hull, own.root, own.box, CLOSER * gap, None, deadline, steps)
    own.incumbent.offer(point)
    bound = dual_bound(model, duals, own.hull, own.root, own.box, point)
    return Visit(ending="cut off", bound=bound, columns=point, duals=duals) if bound >= own.cutoff else None
