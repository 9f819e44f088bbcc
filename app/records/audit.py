"""Who did what, and when, as it is kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Act(StrEnum):
    """What was done."""

    key_created = "key.created"
    key_rotated = "key.rotated"
    key_revoked = "key.revoked"
    plan_made = "plan.made"
    plan_approved = "plan.approved"
    plan_withdrawn = "plan.withdrawn"  # its approval
    plan_made_baseline = "plan.made_baseline"
    plan_replaced = "plan.replaced"  # as the baseline, by another
    plan_released = "plan.released"  # from being the baseline
    plan_annotated = "plan.annotated"
    scenario_created = "scenario.created"
    scenario_changed = "scenario.changed"
    scenario_deleted = "scenario.deleted"
    scenario_restored = "scenario.restored"
    curve_set_created = "curve_set.created"
    curve_set_changed = "curve_set.changed"
    curve_set_deleted = "curve_set.deleted"
    curve_set_restored = "curve_set.restored"
    plan_proposed = "plan.proposed"
    job_accepted = "job.accepted"
    job_cancelled = "job.cancelled"
    batch_accepted = "batch.accepted"
    batch_cancelled = "batch.cancelled"
    actuals_uploaded = "actuals.uploaded"
    schedule_created = "schedule.created"
    schedule_changed = "schedule.changed"
    schedule_paused = "schedule.paused"
    schedule_resumed = "schedule.resumed"
    schedule_triggered = "schedule.triggered"
    schedule_deleted = "schedule.deleted"
    webhook_created = "webhook.created"
    webhook_tested = "webhook.tested"
    webhook_enabled = "webhook.enabled"
    webhook_disabled = "webhook.disabled"
    webhook_deleted = "webhook.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit: `actor` did `act` to the thing with the id `thing`; `at` in microseconds since 1970.

    An act that a later release wrote is a text.
    """

    id: str
    at: int
    actor: str
    act: Act | str
    thing: str
    detail: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSelection:
    """Which entries a list holds: those of [since, until), older than the entry `before`."""

    actor: str | None = None
    act: Act | None = None
    thing: str | None = None
    since: int | None = None
    until: int | None = None
    before: str | None = None
