"""What looks across workspaces, and says so: whose key it is, what is due, and the list of workspaces itself."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select, update

from app.records.allowances import Policy, Share
from app.records.callers import Caller, Role
from app.records.keys import KnownKey, Workspace
from app.records.schedules import Due
from app.records.webhooks import Parcel
from app.storage.clock import now as clock
from app.storage.clock import span
from app.storage.deliveries import COLUMNS as DELIVERY
from app.storage.deliveries import delivery_of
from app.storage.keys import COLUMNS, key_of
from app.storage.schedules import COLUMNS as SCHEDULE
from app.storage.schedules import schedule_of
from app.storage.scoped import add_once
from app.storage.tables import (
    allowances,
    api_keys,
    deliveries,
    layout,
    requests,
    schedules,
    sessions,
    webhooks,
    workspaces,
)
from app.storage.webhooks import COLUMNS as WEBHOOK
from app.storage.webhooks import webhook_of


class AcrossWorkspaces:
    """Rows of all workspaces, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def key_by_hash(self, hash_: str) -> KnownKey | None:
        """Whose key this is."""
        query = select(api_keys.c.workspace, *COLUMNS).where(api_keys.c.hash == hash_)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else KnownKey(workspace=row.workspace, key=key_of(row))

    def key_was_used(self, known: KnownKey, now: int) -> None:
        """Remember when a key was used last."""
        this = (api_keys.c.workspace == known.workspace, api_keys.c.id == known.key.id)
        self._connection.execute(update(api_keys).where(*this).values(last_used_at=now))

    def key_by_session(self, hash_: str, now: int) -> KnownKey | None:
        """Whose key opened the session that has not ended yet."""
        query = (
            select(api_keys.c.workspace, *COLUMNS)
            .join(sessions, (sessions.c.workspace == api_keys.c.workspace) & (sessions.c.key_id == api_keys.c.id))
            .where(sessions.c.hash == hash_, sessions.c.expires_at > now)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else KnownKey(workspace=row.workspace, key=key_of(row))

    def signed_in(self, hash_: str, now: int) -> Caller | None:
        """Whom an identity provider named for the session that has not ended yet."""
        query = select(sessions.c.workspace, sessions.c.actor, sessions.c.role).where(
            sessions.c.hash == hash_, sessions.c.expires_at > now, sessions.c.actor.is_not(None)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Caller(workspace=row.workspace, actor=row.actor, role=Role(row.role))

    def end_session(self, hash_: str) -> None:
        """Forget a session."""
        self._connection.execute(delete(sessions).where(sessions.c.hash == hash_))

    def add_workspace(self, workspace: Workspace) -> bool:
        """Make a workspace, unless one with its id is there: whether it was made."""
        return add_once(self._connection, workspaces, asdict(workspace))

    def workspace(self, workspace_id: str) -> Workspace | None:
        """The workspace with this id."""
        row = self._connection.execute(select(workspaces).where(workspaces.c.id == workspace_id)).one_or_none()
        return None if row is None else Workspace(**row._mapping)

    def workspaces(self) -> list[Workspace]:
        """All of them, by id."""
        query = select(workspaces).order_by(workspaces.c.id)
        return [Workspace(**row._mapping) for row in self._connection.execute(query)]

    def forget_requests(self, now: int) -> int:
        """Forget the keyed requests whose time is over: how many there were."""
        return self._connection.execute(delete(requests).where(requests.c.expires_at <= now)).rowcount

    def exchange(self, who: str, policy: Policy, window: int, back: int, wanted: int, part: int) -> Share:
        """Give `back` requests of that window and take up to `wanted` of the present one, at most 1/part of the rest.

        A window that is over begins anew.
        """
        this = (allowances.c.who == who, allowances.c.policy == policy.name)
        ends_at = clock() + span(policy.seconds)
        add_once(self._connection, allowances, {"who": who, "policy": policy.name, "ends_at": ends_at, "taken": 0})
        query = select(allowances.c.ends_at, allowances.c.taken, clock().label("at")).where(*this).with_for_update()
        row = self._connection.execute(query).one()
        renewed = row.ends_at <= row.at
        window_end = row.at + span(policy.seconds) if renewed else row.ends_at
        taken = 0 if renewed else row.taken - (back if window == row.ends_at else 0)
        left = max(0, policy.quota - taken)
        granted = min(wanted, left, max(1, left // part))
        changed = update(allowances).where(*this).values(ends_at=window_end, taken=taken + granted)
        self._connection.execute(changed)
        seconds = (window_end - row.at) / span(1.0)
        return Share(window=window_end, granted=granted, left=left - granted, seconds=seconds)

    def forget_allowances(self) -> int:
        """Forget windows that are over: how many there were."""
        return self._connection.execute(delete(allowances).where(allowances.c.ends_at <= clock())).rowcount

    def due_schedules(self, now: int, limit: int) -> list[Due]:
        """The schedules that are due, the longest overdue first."""
        query = select(schedules.c.workspace, *SCHEDULE).where(schedules.c.next_at <= now)
        found = self._connection.execute(query.order_by(schedules.c.next_at).limit(limit))
        return [Due(workspace=row.workspace, schedule=schedule_of(row)) for row in found]

    def due_parcels(self, now: int, limit: int) -> list[Parcel]:
        """What is to be delivered to webhooks by now, the longest overdue first."""
        columns = [column.label(f"webhook_{column.name}") for column in WEBHOOK]
        same = (deliveries.c.workspace == webhooks.c.workspace, deliveries.c.webhook == webhooks.c.id)
        query = select(deliveries.c.workspace, *DELIVERY, *columns).where(
            deliveries.c.next_at <= now, webhooks.c.disabled_at.is_(None), *same
        )
        found = self._connection.execute(query.order_by(deliveries.c.next_at).limit(limit))
        return [
            Parcel(workspace=row.workspace, webhook=webhook_of(row, "webhook_"), delivery=delivery_of(row))
            for row in found
        ]

    def served(self) -> str | None:
        """The first revision whose code can use the layout."""
        return self._connection.scalar(select(layout.c.serves))

    def serve(self, revision: str) -> None:
        """Write down that revision."""
        self._connection.execute(delete(layout))
        self._connection.execute(insert(layout).values(serves=revision))
