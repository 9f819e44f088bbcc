"""Scenarios and curve sets as they are stored under a name, on the wire."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from app.paths import at
from app.records.moments import moment
from app.records.named import Content, Head, Version
from app.schemas.base import MOST_TAGS, Answer, Name, VersionNumber, Wire
from app.schemas.curve_set import CurveSetIn
from app.schemas.scenario import ScenarioIn

Tag = Annotated[Name, Field(max_length=60)]
Notes = Annotated[str, StringConstraints(max_length=10_000)]


class NamedIn(Wire):
    """What can be said of anything that is kept under a name."""

    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] = Field(
        default=[], description="Free labels to find it by.", examples=[["2027", "north"]]
    )
    notes: Notes = Field(default="", description="Free text about this version.")

    def content(self, name: str, document: object) -> Content:
        """As it is kept: `document` as it was sent."""
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return Content(name=name, tags=tuple(sorted(set(self.tags))), notes=self.notes, document=text)


class NamedScenarioIn(NamedIn):
    """A scenario to be stored under its name."""

    scenario: ScenarioIn = Field(description="It may name curve sets, templates and plans; it is stored as it is sent.")


class NamedCurveSetIn(NamedIn):
    """A curve set to be stored under its name."""

    curve_set: CurveSetIn

    def check(self) -> None:
        """Raise a ScenarioError for curves that no tactic could take."""
        with at("curve_set"):
            self.curve_set.check()


class ChosenScenarioIn(Wire):
    """A stored scenario to make a plan of, in place of a scenario."""

    scenario_id: Name = Field(description="The id of a stored scenario.")
    version: VersionNumber | None = Field(default=None, description="Which version of it; left out: the newest.")


class HeadOut(Answer):
    """A named thing in a list: what its newest version says."""

    id: str
    name: str
    version: int = Field(description="The newest version; its ETag is this number in quotation marks.")
    tags: list[str]
    created_at: datetime = Field(description="UTC.")
    changed_at: datetime = Field(description="When the newest version was made, UTC.")
    changed_by: str = Field(description="Who made it.")
    deleted_at: datetime | None = Field(description="Since when it is deleted; null: it is not.")

    @classmethod
    def of(cls, head: Head) -> Self:
        """The wire form of a head."""
        return cls(
            id=head.id,
            name=head.name,
            version=head.version,
            tags=list(head.tags),
            created_at=moment(head.created_at),
            changed_at=moment(head.changed_at),
            changed_by=head.changed_by,
            deleted_at=None if head.deleted_at is None else moment(head.deleted_at),
        )


class VersionOut(Answer):
    """One version of a named thing."""

    id: str
    name: str
    version: int = Field(description="1, 2, 3 …")
    tags: list[str]
    notes: str
    changed_at: datetime = Field(description="When this version was made, UTC.")
    changed_by: str = Field(description="Who made it.")

    @classmethod
    def of(cls, version: Version) -> Self:
        """The wire form of a version, without its document."""
        return cls(
            id=version.id,
            name=version.name,
            version=version.version,
            tags=list(version.tags),
            notes=version.notes,
            changed_at=moment(version.changed_at),
            changed_by=version.changed_by,
        )


class StoredScenarioOut(VersionOut):
    """One version of a scenario."""

    scenario: ScenarioIn = Field(description="As it was sent.")


class StoredCurveSetOut(VersionOut):
    """One version of a curve set."""

    curve_set: CurveSetIn = Field(description="As it was sent.")


class HeadPageOut(Answer):
    """Some named things, newest first."""

    items: list[HeadOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


class VersionPageOut(Answer):
    """Some versions of one thing, newest first."""

    versions: list[VersionOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


def version_text(version: Version, field: str) -> str:
    """A version as JSON, its document in `field` to the byte as it is kept."""
    said = VersionOut.of(version).model_dump_json()
    return f'{said[:-1]},"{field}":{version.document}}}'
