"""/v1/webhooks: addresses that are told of events, for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from app.routes.body import Body
from app.routes.callers import Admin
from app.routes.manual import problems, takes
from app.routes.models import ListQuery, next_link
from app.routes.state import SettingsOf, Webhooks
from app.routes.whole import Whole
from app.schemas.body import read_json
from app.schemas.webhooks import DeliveryOut, DeliveryPageOut, NewWebhookOut, WebhookIn, WebhookOut, WebhooksOut

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=Whole)

WebhookId = Annotated[str, Path(description="The id that POST or the list gave.")]


@router.post(
    "",
    status_code=201,
    summary="Make a webhook",
    responses=problems(400, 408, 409, 413, 415, 422, 503),
    openapi_extra=takes(WebhookIn),
)
def create_webhook(caller: Admin, body: Body, webhooks: Webhooks, settings: SettingsOf) -> NewWebhookOut:
    """An address that is told of events by signed POST requests, each delivered at least once. The answer is the only
    place where the secret stands that signs them. Addresses that are not on the public internet are refused, now and
    at every delivery."""
    given = WebhookIn.model_validate(read_json(body, settings.body_limit))
    return NewWebhookOut.made(webhooks.create(caller, given.url, given.asked()))


@router.get("", summary="List webhooks", responses=problems(503))
def list_webhooks(caller: Admin, webhooks: Webhooks) -> WebhooksOut:
    """All webhooks of this workspace, newest first, and how they do."""
    return WebhooksOut(webhooks=[WebhookOut.of(webhook) for webhook in webhooks.all(caller)])


@router.get("/{webhook_id}", summary="Read a webhook", responses=problems(404, 503))
def read_webhook(caller: Admin, webhook_id: WebhookId, webhooks: Webhooks) -> WebhookOut:
    """A webhook without its secret: where it is, what it is told of, and how it does."""
    return WebhookOut.of(webhooks.webhook(caller, webhook_id))


@router.delete("/{webhook_id}", summary="Delete a webhook", responses=problems(404, 503))
def delete_webhook(caller: Admin, webhook_id: WebhookId, webhooks: Webhooks) -> WebhookOut:
    """Nothing is sent to it any more, not even what is on its way. The answer is the webhook as it was."""
    return WebhookOut.of(webhooks.delete(caller, webhook_id))


@router.post(
    "/{webhook_id}/enable",
    summary="Enable a webhook",
    responses=problems(404, 409, 503),
)
def enable_webhook(caller: Admin, webhook_id: WebhookId, webhooks: Webhooks) -> WebhookOut:
    """Tell a webhook that was disabled, because nothing could be delivered for three days, of events again: of those
    from now on."""
    return WebhookOut.of(webhooks.enable(caller, webhook_id))


@router.post(
    "/{webhook_id}/test",
    status_code=202,
    summary="Test a webhook",
    responses=problems(404, 409, 503),
)
def send_test(caller: Admin, webhook_id: WebhookId, webhooks: Webhooks) -> DeliveryOut:
    """Send it an event of the type `test` that means nothing; the list of deliveries tells what came of it."""
    return DeliveryOut.of(webhooks.test(caller, webhook_id))


@router.get("/{webhook_id}/deliveries", summary="List deliveries", responses=problems(404, 422, 503))
def list_deliveries(
    caller: Admin, request: Request, webhook_id: WebhookId, query: Annotated[ListQuery, Query()], webhooks: Webhooks
) -> DeliveryPageOut:
    """What was sent to a webhook, how often it was tried, and what came of it, newest first."""
    page = webhooks.deliveries(caller, webhook_id, query.limit, query.cursor)
    return DeliveryPageOut(deliveries=[DeliveryOut.of(own) for own in page.items], next=next_link(request, page.next))
