"""`headrace keys …` and `headrace workspaces …`: what whoever operates the installation does on its machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from app.records.callers import Role
from app.terminal import BAD_INPUT, answer, reporting

if TYPE_CHECKING:
    from app.records.callers import Caller
    from app.services.keys import KeyService
    from app.services.workspaces import WorkspaceService
    from app.storage.database import Database

keys = typer.Typer(name="keys", help="API keys of a workspace.", no_args_is_help=True)
workspaces = typer.Typer(
    name="workspaces", help="Workspaces: what is in one is seen from nowhere else.", no_args_is_help=True
)

In = Annotated[str, typer.Option("--workspace", help="The workspace of the key.")]
KeyId = Annotated[str, typer.Argument(metavar="ID", help="The id of the key, as `headrace keys list` shows it.")]


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="Who or what uses it: the name in the audit.")],
    role: Annotated[Role, typer.Option(help="What it may do; each role may do what those before it may.")],
    workspace: In = "default",
    expires_at: Annotated[str | None, typer.Option(help="From then on it opens nothing; RFC 3339.")] = None,
) -> None:
    """Make a key and print it: this is the only time that it is shown."""
    with reporting():
        from app.schemas.key import NewKeyIn, NewKeyOut

        stated = {"name": name, "role": role.value, "expires_at": expires_at}
        given = NewKeyIn.model_validate(stated)
        with _operating(workspace) as (operator, service):
            made = service.create(operator, given.name, role, given.expiry())
        answer(NewKeyOut.made(made.key, made.secret).model_dump_json(indent=2))


@keys.command("list")
def list_keys(workspace: In = "default") -> None:
    """List the newest 1000 keys, those that are over included, as JSON."""
    with reporting():
        from app.schemas.key import KeyOut, KeyPageOut

        with _operating(workspace) as (operator, service):
            page = service.page(operator, 1000)
        shown = KeyPageOut(keys=[KeyOut.of(key) for key in page.items], next=None)
        answer(shown.model_dump_json(indent=2))


@keys.command("revoke")
def revoke_key(key_id: KeyId, workspace: In = "default") -> None:
    """End a key: from the next request on it opens nothing."""
    with reporting():
        from app.schemas.key import KeyOut

        with _operating(workspace) as (operator, service):
            answer(KeyOut.of(service.revoke(operator, key_id)).model_dump_json(indent=2))


@keys.command("rotate")
def rotate_key(
    key_id: KeyId,
    workspace: In = "default",
    overlap: Annotated[
        int, typer.Option(min=0, max=2_592_000, help="How long the old key goes on [seconds].")
    ] = 86_400,
) -> None:
    """Make a key in the place of another, and print it."""
    with reporting():
        from app.schemas.key import NewKeyOut

        with _operating(workspace) as (operator, service):
            made = service.rotate(operator, key_id, overlap)
        answer(NewKeyOut.made(made.key, made.secret).model_dump_json(indent=2))


@workspaces.command("create")
def create_workspace(
    workspace_id: Annotated[str, typer.Argument(metavar="ID", help="a-z, 0-9 and -, at most 63.")],
    name: Annotated[str | None, typer.Option(help="What people call it; the id when left out.")] = None,
) -> None:
    """Make a workspace, empty and without keys."""
    with reporting():
        from app.schemas.key import WorkspaceOut

        with _workspaces() as service:
            answer(WorkspaceOut.of(service.create(workspace_id, name or workspace_id)).model_dump_json(indent=2))


@workspaces.command("list")
def list_workspaces() -> None:
    """List the workspaces, as JSON."""
    with reporting():
        from app.schemas.key import WorkspaceListOut, WorkspaceOut

        with _workspaces() as service:
            found = [WorkspaceOut.of(workspace) for workspace in service.list()]
        answer(WorkspaceListOut(workspaces=found).model_dump_json(indent=2))


@contextmanager
def _operating(workspace: str) -> Iterator[tuple[Caller, KeyService]]:
    """The operator as an administrator of the workspace, and the service for keys."""
    from app.services.keys import KeyService
    from app.services.workspaces import WorkspaceService

    with _database() as database:
        yield WorkspaceService(database).operator(workspace), KeyService(database)


@contextmanager
def _workspaces() -> Iterator[WorkspaceService]:
    from app.services.workspaces import WorkspaceService

    with _database() as database:
        yield WorkspaceService(database)


@contextmanager
def _database() -> Iterator[Database]:
    """The database of HEADRACE_DATABASE_URL, as a service that starts would find it."""
    from app.config import settings_from_environment
    from app.logs import configure_logs
    from app.storage.database import Database
    from app.storage.errors import SchemaError
    from app.storage.schema import prepare

    settings = settings_from_environment()
    configure_logs("error")  # the command itself says what went wrong
    try:
        database = Database(settings.database_url, settings.database_seconds)
        prepare(database)
    except SchemaError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from None
    try:
        yield database
    finally:
        database.close()
