"""A service with fake solvers, on an SQLite file of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.records.callers import Role
from app.services.workspaces import WorkspaceService
from tests.app.databases import database, lay_out, postgresql, postgresql_server, shared_url, sqlite, url  # noqa: F401 - fixtures
from tests.app.lent import LentWorker
from tests.app.receiver import Receiver, receiving

Start = Callable[..., TestClient]


@pytest.fixture(scope="module", autouse=True)
def lent_solvers() -> Iterator[None]:
    """Services take over each other's solver processes, but where these are tested themselves."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("app.solving.pool.Worker", LentWorker)
        yield


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a service with the solver function and settings given."""
    with starting(tmp_path) as begin:
        yield begin


@pytest.fixture(scope="module")
def start_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """The same for all tests of a module, which do not mind each other's plans."""
    with starting(tmp_path_factory.mktemp("service")) as begin:
        yield begin


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Services with fake solvers, by default on an SQLite file in that folder."""
    own = f"sqlite:///{folder / 'plans.sqlite3'}"
    lay_out(own)
    with ExitStack() as stack:

        def begin(function: str = "tests.app.fake_solver:solve", **settings: Any) -> TestClient:
            defaults: dict[str, Any] = {
                "database_url": own,
                "workers": 1,
                "log_level": "error",
                "patience": 60,  # the tests themselves keep the processors busy
                "solver_priority": "low",
            }
            app = create_app(Settings(**defaults | settings), function)
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield begin


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One service for all tests of a module, for tests that do not mind each other's plans."""
    path = tmp_path_factory.mktemp("service") / "plans.sqlite3"
    settings = Settings(
        database_url=f"sqlite:///{path}",
        workers=1,
        body_limit=200_000,
        max_cells=50,
        log_level="error",
        patience=60,
        solver_priority="low",
    )
    with TestClient(create_app(settings, "tests.app.fake_solver:solve"), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One service with keys for all tests that have a workspace of their own in it: starting one takes a second."""
    file = tmp_path_factory.mktemp("shared") / "shared.sqlite3"
    settings = Settings(database_url=f"sqlite:///{file}", auth="keys", workers=1, patience=60, log_level="error")
    with TestClient(create_app(settings, "tests.app.fake_solver:solve"), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def own(shared: TestClient) -> TestClient:
    """The admin of a new workspace of that service."""
    from tests.app.routes.test_callers import give_key  # which uses this module

    state = shared.app.state.headrace  # type: ignore[attr-defined]
    workspace = f"own-{secrets.token_hex(8)}"
    WorkspaceService(state.keys._database).create(workspace, workspace)
    key = give_key(shared, Role.admin, workspace=workspace)
    return TestClient(shared.app, headers=key, raise_server_exceptions=False)


@pytest.fixture
def scenario() -> dict[str, Any]:
    """A small scenario, on the wire."""
    return small("Spring")


def small(name: str, time_limit: float = 5.0) -> dict[str, Any]:
    """Two linear tactics; the solvers of the tests act on the name."""
    return {
        "name": name,
        "currency": "EUR",
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 1000},
        "tactics": [
            {"name": "search", "stage": "downstream", "response": {"family": "linear", "slope": 3.0},
             "spend": {"at_most": 400}},
            {"name": "tv", "stage": "upstream", "response": {"family": "linear", "slope": 2.0}},
        ],
        "solve": {"time_limit": time_limit},
    }  # fmt: skip


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on this machine that webhooks may be sent to."""
    with receiving() as receiver:
        yield receiver
