"""Workspaces: made and listed by whoever operates the installation."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from app.errors import NotFoundError, RefusedError
from app.records.callers import Caller, Role
from app.records.keys import Workspace
from app.storage.database import Database
from optimizer.errors import ScenarioError

FORM = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class WorkspaceService:
    """All workspaces of the installation."""

    def __init__(self, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock = clock

    def create(self, workspace_id: str, name: str) -> Workspace:
        """A new, empty workspace."""
        if not FORM.fullmatch(workspace_id):
            raise ScenarioError("wrong_format", "id", "is not written as it should be", "use up to 63 of a-z, 0-9, -")
        workspace = Workspace(id=workspace_id, name=name, created_at=self._clock() // 1000)
        with self._database.across_workspaces() as rows:
            if not rows.add_workspace(workspace):
                raise RefusedError("workspace_exists", "id", "is the id of another workspace", "choose another")
        return workspace

    def list(self) -> list[Workspace]:
        """Every workspace, by id."""
        with self._database.across_workspaces() as rows:
            return rows.workspaces()

    def operator(self, workspace_id: str) -> Caller:
        """Whoever types commands on the machine: the administrator of the workspace named."""
        with self._database.across_workspaces() as rows:
            if rows.workspace(workspace_id) is None:
                raise NotFoundError(
                    "unknown_workspace", "workspace", "no workspace has this id", "see `headrace workspaces list`"
                )
        return Caller(workspace=workspace_id, actor="operator", role=Role.admin)
