"""Webhooks over HTTP, delivered by the service itself."""

from __future__ import annotations

import json
import time

from tests.app.conftest import Start, small
from tests.app.receiver import Receiver


def test_a_plan_that_is_ready_is_told_of(start: Start, receiver: Receiver) -> None:
    """Made, tested, told, listed and deleted; the secret is shown once."""
    client = start(webhooks_private=True)
    made = client.post("/v1/webhooks", json={"url": f"{receiver.url}/hook", "events": ["plan.ready"]})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    address = f"/v1/webhooks/{made.json()['id']}"
    assert "secret" not in client.get(address).json()
    assert [own["id"] for own in client.get("/v1/webhooks").json()["webhooks"]] == [made.json()["id"]]
    assert client.post(f"{address}/test").status_code == 202
    plan = client.post("/v1/plans", json=small("Spring")).json()["id"]
    ended = time.monotonic() + 20
    while len(receiver.received) < 2 and time.monotonic() < ended:
        time.sleep(0.05)
    told = [json.loads(got.body) for got in receiver.received]
    assert [message["type"] for message in told] == ["test", "plan.ready"]
    assert told[1]["data"] == {"plan": plan, "name": "Spring", "status": "feasible"}
    while any(own["next_at"] for own in client.get(f"{address}/deliveries").json()["deliveries"]):
        assert time.monotonic() < ended
        time.sleep(0.05)
    newest = client.get(f"{address}/deliveries", params={"limit": 1}).json()
    assert (newest["deliveries"][0]["event"], newest["deliveries"][0]["status"]) == ("plan.ready", 200)
    assert newest["next"]
    assert client.post(f"{address}/enable").json()["disabled_at"] is None
    assert client.delete(address).json()["id"] == made.json()["id"]
    assert client.get(address).json()["code"] == "unknown_webhook"


def test_addresses_of_this_network_are_refused(start: Start, receiver: Receiver) -> None:
    """Without the setting, with the field."""
    answer = start().post("/v1/webhooks", json={"url": receiver.url, "events": ["plan.ready"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")
    assert answer.json()["errors"][0]["path"] == "url"
