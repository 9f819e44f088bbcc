"""Webhooks: told in the transaction of what happened, delivered at least once, given up at last; on both databases."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from app.errors import NotFoundError, RefusedError
from app.records.audit import AuditSelection
from app.records.callers import LOCAL, Caller, Role
from app.records.keys import Workspace
from app.records.webhooks import Delivery, Event, Webhook
from app.security.outbound import Outbound, UnreachableError
from app.services.courier import PATIENCE, WAITS, Courier
from app.services.events import tell
from app.services.webhooks import MOST, WebhookService
from app.storage.database import Database
from optimizer.errors import ScenarioError
from tests.app.databases import lay_out
from tests.app.receiver import Receiver

OTHER = Caller(workspace="other", actor="somebody", role=Role.admin)
SECOND = 1_000_000
URL = "https://93.184.216.34/hook"


@dataclass
class Clock:
    """A clock that is set by hand [microseconds], answering in nanoseconds."""

    now: int = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        return self.now * 1000


@dataclass
class FakeMessenger:
    """Answers with what it was told to, and remembers what was sent."""

    answer: int | BaseException = 200
    sent: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.sent.append((url, headers, body))
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    lay_out(url)
    database = Database(url)
    with database.across_workspaces() as rows:
        rows.add_workspace(Workspace(id="other", name="Other", created_at=1))
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def webhooks(database: Database, clock: Clock) -> WebhookService:
    return WebhookService(database, Outbound(private=False), clock)


def happen(database: Database, clock: Clock, event: Event = Event.plan_ready, workspace: str = "default") -> None:
    """Something happens."""
    with database.transaction(workspace) as rows:
        tell(rows, event, clock.now, plan="plan_1")


def happen_and_fail(database: Database, clock: Clock) -> None:
    """Something is told of that does not happen in the end."""
    with database.transaction("default") as rows:
        tell(rows, Event.goal_at_risk, clock.now)
        raise RuntimeError


def deliveries(webhooks: WebhookService, webhook: Webhook) -> list[Delivery]:
    """What is in its outbox, the newest first."""
    return list(webhooks.deliveries(LOCAL, webhook.id, 100).items)


def test_only_who_asked_is_told(webhooks: WebhookService, database: Database, clock: Clock) -> None:
    """Of the events of its kind, in its workspace, and only if what happened is kept."""
    plans = webhooks.create(LOCAL, URL, [Event.plan_ready])
    goals = webhooks.create(LOCAL, URL, [Event.goal_at_risk, Event.goal_at_risk])
    webhooks.create(OTHER, URL, [Event.plan_ready])
    happen(database, clock)
    with pytest.raises(RuntimeError):
        happen_and_fail(database, clock)
    assert [json.loads(own.body)["type"] for own in deliveries(webhooks, plans)] == ["plan.ready"]
    assert deliveries(webhooks, goals) == []
    messenger = FakeMessenger()
    assert (Courier(database, messenger, clock).round(), len(messenger.sent)) == (1, 1)


def test_what_is_sent_is_signed_and_arrives(
    webhooks: WebhookService, database: Database, clock: Clock, receiver: Receiver
) -> None:
    """A receiver on this machine, allowed by the setting, checks the signature as the specification says."""
    private = Outbound(private=True)
    webhook = WebhookService(database, private, clock).create(LOCAL, receiver.url, [Event.plan_ready])
    happen(database, clock)
    assert Courier(database, private, clock).round() == 1
    [got] = receiver.received
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(got.body) == {
        "type": "plan.ready", "timestamp": "2027-01-15T08:00:00Z", "data": {"plan": "plan_1"}
    }  # fmt: skip
    [delivery] = deliveries(webhooks, webhook)
    assert (delivery.attempts, delivery.delivered_at, delivery.status, delivery.next_at) == (1, clock.now, 200, None)
    assert Courier(database, private, clock).round() == 0


@pytest.mark.parametrize("answer", [500, 302, UnreachableError("no answer in time")])
def test_failures_are_tried_again_after_longer_and_longer(
    webhooks: WebhookService, database: Database, clock: Clock, answer: int | Exception
) -> None:
    """After five seconds, half a minute and so on; then it is given up, under the same id throughout."""
    webhook = webhooks.create(LOCAL, URL, [Event.plan_ready])
    happen(database, clock)
    messenger = FakeMessenger(answer)
    courier = Courier(database, messenger, clock)
    for wait in WAITS:
        assert courier.round() == 1
        clock.now += (wait - 1) * SECOND
        assert courier.round() == 0
        clock.now += SECOND
        with database.transaction("default") as rows:
            rows.webhooks.set(webhook.id, failing_since=clock.now)  # so that it is not disabled before
    assert courier.round() == 1
    [delivery] = deliveries(webhooks, webhook)
    assert (delivery.attempts, delivery.next_at, delivery.delivered_at) == (len(WAITS) + 1, None, None)
    assert delivery.error == ("no answer in time" if isinstance(answer, Exception) else f"answered {answer}")
    assert len({headers["webhook-id"] for _, headers, _ in messenger.sent}) == 1


def test_one_that_fails_for_three_days_is_disabled(webhooks: WebhookService, database: Database, clock: Clock) -> None:
    """It is told of nothing then, until it is enabled again; a success in between starts the count anew."""
    webhook = webhooks.create(LOCAL, URL, [Event.plan_ready])
    messenger = FakeMessenger(500)
    courier = Courier(database, messenger, clock)
    happen(database, clock)
    courier.round()
    assert webhooks.webhook(LOCAL, webhook.id).failing_since == clock.now
    clock.now += PATIENCE
    courier.round()
    disabled = webhooks.webhook(LOCAL, webhook.id)
    assert disabled.disabled_at == clock.now
    assert disabled.disabled_because == "answered 500; nothing was delivered for three days"
    assert [own.next_at for own in deliveries(webhooks, webhook)] == [None]
    happen(database, clock)
    assert len(deliveries(webhooks, webhook)) == 1
    with pytest.raises(RefusedError):
        webhooks.test(LOCAL, webhook.id)
    assert webhooks.enable(LOCAL, webhook.id).disabled_at is None
    messenger.answer = 204
    happen(database, clock)
    assert courier.round() == 1
    assert webhooks.webhook(LOCAL, webhook.id).failing_since is None


def test_one_that_is_gone_is_disabled_at_once(webhooks: WebhookService, database: Database, clock: Clock) -> None:
    """410 says that it wants no more; Headrace itself is the actor."""
    webhook = webhooks.create(LOCAL, URL, [Event.plan_ready])
    happen(database, clock)
    Courier(database, FakeMessenger(410), clock).round()
    assert webhooks.webhook(LOCAL, webhook.id).disabled_because == "answered 410"
    with database.reading("default") as rows:
        acts = [(entry.act.value, entry.actor) for entry in rows.audit.page(AuditSelection(), 5)]
    assert ("webhook.disabled", "headrace") in acts


def test_couriers_side_by_side_make_each_attempt_once(
    webhooks: WebhookService, database: Database, clock: Clock
) -> None:
    """Four threads, one outbox."""
    webhooks.create(LOCAL, URL, [Event.plan_ready])
    for _ in range(10):
        happen(database, clock)
    messenger = FakeMessenger()
    couriers = [threading.Thread(target=Courier(database, messenger, clock).round) for _ in range(4)]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    ids = [headers["webhook-id"] for _, headers, _ in messenger.sent]
    assert (len(ids), len(set(ids))) == (10, 10)


def test_a_courier_that_dies_on_the_way_loses_nothing(
    webhooks: WebhookService, database: Database, clock: Clock
) -> None:
    """What it held is tried again a minute later, by whoever is there."""
    webhook = webhooks.create(LOCAL, URL, [Event.plan_ready])
    happen(database, clock)
    with pytest.raises(KeyboardInterrupt):
        Courier(database, FakeMessenger(KeyboardInterrupt()), clock).round()
    messenger = FakeMessenger()
    assert Courier(database, messenger, clock).round() == 0
    clock.now += 61 * SECOND
    assert Courier(database, messenger, clock).round() == 1
    assert deliveries(webhooks, webhook)[0].attempts == 2


def test_a_deleted_webhook_gets_nothing_more(webhooks: WebhookService, database: Database, clock: Clock) -> None:
    """Not even what is on its way."""
    webhook = webhooks.create(LOCAL, URL, [Event.plan_ready])
    happen(database, clock)
    webhooks.delete(LOCAL, webhook.id)
    assert Courier(database, FakeMessenger(), clock).round() == 0
    for gone in (webhooks.webhook, webhooks.delete, webhooks.enable, webhooks.test):
        with pytest.raises(NotFoundError):
            gone(LOCAL, webhook.id)


@pytest.mark.parametrize("address", ["https://127.0.0.1/", "https://[::ffff:10.0.0.1]/", "http://93.184.216.34/", "x"])
def test_addresses_of_this_network_are_refused_when_a_webhook_is_made(webhooks: WebhookService, address: str) -> None:
    """With the field and a reason that tells nothing of the network."""
    with pytest.raises(ScenarioError) as refused:
        webhooks.create(LOCAL, address, [Event.plan_ready])
    assert (refused.value.code, refused.value.path) == ("address_refused", "url")
    assert webhooks.all(LOCAL) == []


def test_a_webhook_kept_under_the_setting_is_refused_without_it(
    webhooks: WebhookService, database: Database, clock: Clock, receiver: Receiver
) -> None:
    """The address is checked at every delivery."""
    webhook = WebhookService(database, Outbound(private=True), clock).create(LOCAL, receiver.url, [Event.plan_ready])
    webhooks.test(LOCAL, webhook.id)
    Courier(database, Outbound(private=False), clock).round()
    assert receiver.received == []
    assert deliveries(webhooks, webhook)[0].error == "is not encrypted (https)"


def test_there_is_an_end_to_webhooks(webhooks: WebhookService) -> None:
    """Twenty in a workspace; others have their own, and see none of these."""
    made = [webhooks.create(LOCAL, URL, [Event.plan_ready]) for _ in range(MOST)]
    with pytest.raises(RefusedError):
        webhooks.create(LOCAL, URL, [Event.plan_ready])
    assert webhooks.all(OTHER) == []
    with pytest.raises(NotFoundError):
        webhooks.webhook(OTHER, made[0].id)
