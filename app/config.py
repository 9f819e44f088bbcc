"""What an operator can set: environment variables that begin with HEADRACE_."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "HEADRACE_"
SHOWN = 60  # characters of a value that is repeated


class SettingsError(Exception):
    """Environment variables that cannot be meant; the operator's move."""


class Settings(BaseSettings):
    """All settings of the service, each with a default that works."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: str = Field(
        default="sqlite:///headrace.sqlite3",
        repr=False,  # may hold a password
        description="where plans are kept: an SQLite file, or `postgresql://user:password@host/database`",
    )
    database_seconds: int = Field(
        default=5, ge=1, le=60, description="wait for a locked or silent database, then 503 [s]"
    )
    database_wait: float = Field(
        default=60.0,
        ge=0,
        le=3600,
        description="at its start, wait for a database that does not answer or is not migrated yet, then end [s]",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    public_address: str = Field(
        default="", description="this service's address as browsers see it, for signing in; empty: as it is asked"
    )
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    allowed_hosts: str = Field(
        default="",
        description="names it is called by besides `localhost`, `a.example,b.example`: others get 421; empty with "
        "`HEADRACE_AUTH=keys`: any",
    )
    auth: Literal["none", "keys"] = Field(
        default="none", description="`keys`: every request needs an API key; `none`: none does, on loopback only"
    )
    oidc_issuer: str = Field(
        default="", description="issuer whose tokens are taken beside keys, exactly as in `iss`; empty: none"
    )
    oidc_audience: str = Field(default="headrace", description="what `aud` of a token has to name")
    oidc_client: str = Field(
        default="", description="the client id under which people sign in on the pages; empty: with API keys only"
    )
    oidc_client_secret: str = Field(
        default="", repr=False, description="the client's secret; empty: a public client, with PKCE alone"
    )
    oidc_scopes: str = Field(default="openid profile", description="the scopes that a signing in asks for")
    oidc_keys: str = Field(default="", description="the issuer's JWKS: its https address, or a file")
    oidc_private: bool = Field(
        default=False, description="whether that address may be on a private network and without TLS"
    )
    oidc_workspace_claim: str = Field(
        default="", description="claim that names the workspace; empty: `default` for everybody"
    )
    oidc_role_claim: str = Field(default="roles", description="claim that lists roles or groups")
    oidc_roles: str = Field(
        default="", description="what the groups are here: `finance=approver,media=planner`; empty: roles themselves"
    )
    workers: int = Field(default=2, ge=1, le=256, description="solver processes: solves that run at the same time")
    run_jobs: bool = Field(default=True, description="whether this process does jobs; if not, `headrace worker` has to")
    solver_priority: Literal["idle", "low"] = Field(
        default="idle",
        description="`idle`: solvers get the processor when nothing else wants it; `low`: a smaller share",
    )
    patience: float = Field(
        default=5.0,
        ge=0,
        le=60,
        description="wait for a plan, then 202 and a job; `Prefer: wait=…` asks for another [s]",
    )
    batch_limit: int = Field(default=200, ge=1, le=1000, description="most scenarios in one batch")
    jobs_days: int = Field(
        default=30, ge=0, le=3650, description="days that jobs are kept after they ended, plans stay; 0 for ever"
    )
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="port on `HEADRACE_HOST` where `headrace worker` gives Prometheus its figures, to anybody; 0: none",
    )
    worker_memory: int = Field(
        default=4 << 30, ge=0, description="memory of one solver process [bytes]; 0 for no limit"
    )
    queue_length: int = Field(default=32, ge=0, le=1000, description="solves that may wait for a process; more get 503")
    queue_seconds: float = Field(default=60.0, gt=0, le=3600, description="longest wait for a process, then 503 [s]")
    time_limit_max: float = Field(default=300.0, gt=0, le=86400, description="largest `solve.time_limit` accepted [s]")
    max_cells: int = Field(default=60_000, ge=1, description="largest scenario accepted [tactics × periods]")
    head_seconds: float = Field(
        default=10.0, gt=0, le=3600, description="longest wait for the headers of a request, else 408 [s]"
    )
    body_limit: int = Field(default=8_000_000, ge=1, description="largest request body, else 413 [bytes]")
    upload_limit: int = Field(default=64_000_000, ge=1, description="largest file to import, else 413 [bytes]")
    body_seconds: float = Field(
        default=30.0, gt=0, le=3600, description="longest wait for a request body, else 408 [s]"
    )
    request_seconds: float = Field(
        default=600.0, gt=0, le=86400, description="longest wait for the beginning of an answer, then 503 [s]"
    )
    requests_per_minute: int = Field(
        default=0, ge=0, description="requests that a key may make in a minute, over all processes; 0 for no limit"
    )
    posts_per_day: int = Field(
        default=0, ge=0, description="POSTs that a key may make in a day, over all processes; 0 for no limit"
    )
    drain_seconds: float = Field(
        default=0.0, ge=0, le=600, description="how long it says that it is not ready before it takes no more [s]"
    )
    shutdown_seconds: int = Field(
        default=30, ge=0, le=3600, description="how long requests may take to end when it stops [s]"
    )
    webhooks_private: bool = Field(
        default=False, description="whether webhooks may be on private networks and without TLS"
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="least severe line logged"
    )


def settings_from_environment() -> Settings:
    """The settings; SettingsError names each variable that is wrong, its value, and what it may be."""
    try:
        return Settings()
    except ValidationError as error:
        names = dict.fromkeys(str(item["loc"][0]) for item in error.errors(include_url=False, include_input=False))
        raise SettingsError("\n".join(map(_wrong, names))) from None


def strangers(environment: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Variables with our prefix that are no setting, each with the nearest name that is one.

    >>> strangers({"HEADRACE_PROT": "1", "headrace_port": "2", "HEADRACE_UNICORN": "3", "PATH": "4"})
    [('HEADRACE_PROT', 'HEADRACE_PORT'), ('HEADRACE_UNICORN', None)]
    """
    known = [name.upper() for name in Settings.model_fields]
    ours = {name: name.upper().removeprefix(PREFIX) for name in sorted(environment) if name.upper().startswith(PREFIX)}
    nearest = {name: get_close_matches(stem, known, n=1) for name, stem in ours.items() if stem not in known}
    return [(name, PREFIX + found[0] if found else None) for name, found in nearest.items()]


def _wrong(name: str) -> str:
    """One line for the operator."""
    field = Settings.model_fields[name]
    variable = PREFIX + name.upper()
    value = next((value for key, value in os.environ.items() if key.upper() == variable), "")
    shown = repr(value[:SHOWN]) if field.repr else "not usable"
    return f"{variable} is {shown}; it takes {_allowed(field)}: {field.description}"


def _allowed(field: FieldInfo) -> str:
    if options := get_args(field.annotation):
        return " or ".join(map(str, options))
    limits: dict[str, Any] = {}
    for stated in field.metadata:
        limits |= {name: getattr(stated, name) for name in ("ge", "gt", "le", "pattern") if hasattr(stated, name)}
    if limits.get("pattern"):
        return " or ".join(limits["pattern"].strip("^()$").split("|"))
    if field.annotation is bool:
        return "true or false"
    if field.annotation not in (int, float):
        return "text"
    kind = "a whole number" if field.annotation is int else "a number"
    start = f" from {limits['ge']}" if "ge" in limits else f" above {limits['gt']}" if "gt" in limits else ""
    return kind + start + (f" to {limits['le']}" if "le" in limits else "")
