"""Bodies that are JSON, a workbook or CSV: what was sent, as the Content-Type says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from app.routes.body import media_type, read_bytes
from app.routes.manual import takes
from app.routes.state import SettingsOf
from app.schemas.body import read_json
from app.spreadsheets import comma_separated
from app.spreadsheets.book import MEDIA_TYPE as XLSX
from app.spreadsheets.faults import told_by_cell
from app.spreadsheets.scenario.read import opened, scenario_document
from optimizer.errors import FileError, ScenarioError
from optimizer.sources.tables import Conventions

Kind = Literal["json", "xlsx", "csv"]
TYPES: dict[str, Kind] = {"application/json": "json", XLSX: "xlsx", comma_separated.BARE_TYPE: "csv"}
WAYS = "say which: ?decimal=point or ?decimal=comma"
BINARY = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A body and what it is."""

    kind: Kind
    raw: bytes

    @contextmanager
    def document(self, limit: int) -> Iterator[dict[str, Any]]:
        """The JSON object, of at most `limit` bytes, or the scenario's document that a workbook states; in the block,
        errors that name a field of it name the cell of the workbook."""
        if self.kind == "json":
            yield read_json(self.raw, limit)
            return
        document, places = scenario_document(opened(self.raw))
        with told_by_cell(places):
            yield document


def _receiver(*kinds: Kind) -> Callable[[Request, SettingsOf], Awaitable[Sent]]:
    async def receive(request: Request, settings: SettingsOf) -> Sent:
        kind = TYPES.get(media_type(request))
        if kind not in kinds:
            raise HTTPException(415)
        return Sent(kind, await read_bytes(request, settings))

    return receive


Stated = Annotated[Sent, Depends(_receiver("json", "xlsx"))]
Workbook = Annotated[Sent, Depends(_receiver("xlsx"))]
Table = Annotated[Sent, Depends(_receiver("json", "xlsx", "csv"))]


class TableQuery(BaseModel):
    """What is said beside a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decimal: Literal["point", "comma"] | None = Field(
        default=None, description="Files: how numbers are written; left out: found out, or asked for."
    )
    delimiter: Literal["comma", "semicolon", "tab", "bar"] | None = Field(
        default=None, description="CSV: what parts the columns; left out: found out, or asked for."
    )

    def conventions(self) -> Conventions:
        """How the table is to be read."""
        return Conventions(decimal=self.decimal, delimiter=self.delimiter)

    def leave_to_the_body(self) -> None:
        """A JSON body says all of this itself: what is said beside it would be passed over, and is refused."""
        for name in sorted(self.model_fields_set):
            raise ScenarioError("contradictory_options", name, "stands beside a JSON body", "put it into the body")


@contextmanager
def asking() -> Iterator[None]:
    """A table whose numbers can be read in two ways is asked about by the name of the parameter."""
    try:
        yield
    except FileError as error:
        if error.code != "ambiguous_number":
            raise
        raise FileError(error.code, error.path, error.problem, WAYS) from None


def takes_files(kinds: str, *models: type[BaseModel]) -> dict[str, Any]:
    """The body of an operation, for its documentation: files of the kinds, and JSON by the models."""
    files = {media: {"schema": BINARY} for media, kind in TYPES.items() if kind in kinds.split()}
    json: dict[str, Any] = takes(*models)["requestBody"]["content"] if models else {}
    return {"requestBody": {"required": True, "content": json | files}}


def gives(media: str, meaning: str) -> dict[int | str, dict[str, Any]]:
    """The file that an operation answers with, for its documentation."""
    return {200: {"description": meaning, "content": {media: {"schema": BINARY}}}}
