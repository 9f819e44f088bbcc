"""A service that listens on a free port of this machine, and a browser that looks at it."""

from __future__ import annotations

import atexit
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Playwright, sync_playwright

from app.config import Settings
from app.main import create_app
from app.solving.solver import FUNCTION

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NAMED = "headrace.test"  # a name that is not this machine's own, over plain HTTP
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {NAMED} 127.0.0.1",
)
PATIENCE = 60.0  # seconds for the service to listen


@contextmanager
def listening(folder: Path, function: str = FUNCTION, **changed: Any) -> Iterator[str]:
    """The address of a service with a fresh database, or the one in the folder; `changed` are settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    usual = {
        "database_url": f"sqlite:///{folder / 'browser.sqlite3'}",
        "workers": 1,
        "patience": 60,
        "database_seconds": 60,  # whatever else keeps this machine busy
        "log_level": "error",
        "allowed_hosts": NAMED,
    }
    settings = Settings(**usual | changed)
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, function), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def chromium(*, whole: bool = False) -> Iterator[Browser]:
    """Debian's Chromium, without a window; `whole`: it keeps pages as they are to go back to."""
    ignored = ["--disable-back-forward-cache"] if whole else []
    browser = _play().chromium.launch(executable_path=CHROMIUM, args=list(QUIET), ignore_default_args=ignored)
    yield browser
    browser.close()


@cache
def _play() -> Playwright:
    """Playwright for all of this process: it can be begun only once at a time."""
    play = sync_playwright().start()
    atexit.register(play.stop)
    return play
