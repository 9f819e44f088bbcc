"""/v1/keys and /v1/me: API keys for admins, and who asks for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from app.records.callers import Role
from app.routes.body import Body
from app.routes.callers import Admin, Viewer
from app.routes.manual import problems, takes
from app.routes.models import ListQuery, next_link
from app.routes.state import Keys, SettingsOf
from app.routes.whole import Whole, holds_secret
from app.schemas.body import read_json
from app.schemas.key import KeyOut, KeyPageOut, MeOut, NewKeyIn, NewKeyOut, RotationIn

router = APIRouter(prefix="/v1", tags=["keys"], route_class=Whole)

KeyId = Annotated[str, Path(description="The id that POST or the list gave.")]
SENT = (400, 408, 413, 415, 422, 503)


@router.get("/me", summary="Say who asks", responses=problems(503))
def who_asks(caller: Viewer) -> MeOut:
    """The workspace, the name and the role that the key sent along stands for."""
    return MeOut.of(caller)


@router.post(
    "/keys",
    status_code=201,
    summary="Make a key",
    responses=problems(*SENT),
    openapi_extra=takes(NewKeyIn),
)
@holds_secret
def create_key(caller: Admin, body: Body, keys: Keys, settings: SettingsOf) -> NewKeyOut:
    """A new API key for this workspace. The answer is the only place where the key itself stands: what is kept is its
    SHA-256, and how it begins."""
    given = NewKeyIn.model_validate(read_json(body, settings.body_limit))
    made = keys.create(caller, given.name, Role(given.role), given.expiry())
    return NewKeyOut.made(made.key, made.secret)


@router.get("/keys", summary="List keys", responses=problems(422, 503))
def list_keys(caller: Admin, request: Request, query: Annotated[ListQuery, Query()], keys: Keys) -> KeyPageOut:
    """The keys of this workspace, newest first, with those that have expired or were revoked, and when each was used
    last."""
    page = keys.page(caller, query.limit, query.cursor)
    return KeyPageOut(keys=[KeyOut.of(key) for key in page.items], next=next_link(request, page.next))


@router.get("/keys/{key_id}", summary="Read a key", responses=problems(404, 503))
def read_key(caller: Admin, key_id: KeyId, keys: Keys) -> KeyOut:
    """A key without its secret, which is kept nowhere."""
    return KeyOut.of(keys.key(caller, key_id))


@router.delete("/keys/{key_id}", summary="Revoke a key", responses=problems(404, 503))
def revoke_key(caller: Admin, key_id: KeyId, keys: Keys) -> KeyOut:
    """From the next request on the key opens nothing. It stays in the list; revoking it again changes nothing."""
    return KeyOut.of(keys.revoke(caller, key_id))


@router.post(
    "/keys/{key_id}/rotation",
    status_code=201,
    summary="Rotate a key",
    responses=problems(404, 409, *SENT),
    openapi_extra=takes(RotationIn),
)
@holds_secret
def rotate_key(caller: Admin, key_id: KeyId, body: Body, keys: Keys, settings: SettingsOf) -> NewKeyOut:
    """A new key with the name, role and lifetime of this one, which goes on for the overlap asked for and then opens
    nothing any more."""
    given = RotationIn.model_validate(read_json(body, settings.body_limit))
    made = keys.rotate(caller, key_id, given.overlap)
    return NewKeyOut.made(made.key, made.secret)
