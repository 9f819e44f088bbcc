"""The HTTP server: one that first says that it will leave, then takes no more, then lets everybody finish."""

from __future__ import annotations

import gc
import signal
import socket
import threading
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from app.config import Settings, SettingsError
from app.logs import server_logs
from app.main import create_app
from app.pages.render import compile_templates
from app.protocol import protocol
from app.startup import fail


def serve(settings: Settings) -> None:
    """Serve until a signal; whoever is being answered then has `shutdown_seconds` to get the answer."""
    application = create_app(settings)
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        http=protocol(settings.head_seconds),
        ws="none",
        log_config=server_logs(),
        log_level=settings.log_level,
        access_log=False,  # the service writes one line of its own for each request
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    server = Server(config, application, settings.drain_seconds)
    try:
        server.run()
    except SystemExit as end:
        if end.code != STARTUP_FAILURE:
            raise
        fail(getattr(application.state, "failure", SettingsError()))  # it has said why: else the address is taken


class Server(uvicorn.Server):
    """Not ready from the first signal on; gone `drain` seconds later, when those who route requests have seen it."""

    def __init__(self, config: uvicorn.Config, application: FastAPI, drain: float) -> None:
        super().__init__(config)
        self._application = application
        self._drain = drain
        self._leaving = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and make ready what an early request would wait for."""
        await super().startup(sockets)
        gc.freeze()  # modules and schemas stay: half a million objects that no collection looks through again
        threading.Thread(target=compile_templates, name="templates", daemon=True).start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins to leave, a second one leaves at once."""
        again, self._leaving = self._leaving, True
        if self.started and not again:  # not in this thread: it may be inside what handing jobs on waits for
            threading.Thread(target=self._application.state.headrace.leaving.set, name="leaving").start()
        if again or not self.started or not self._drain:
            self._leave(sig, frame)
            return
        timer = threading.Timer(self._drain, self._leave, (sig, frame))
        timer.daemon = True
        timer.start()

    def _leave(self, sig: int, frame: FrameType | None) -> None:
        """Whoever was told to end has not failed: uvicorn would raise the signal once more at its end."""
        if sig == signal.SIGTERM:
            self.should_exit = True
        else:
            super().handle_exit(sig, frame)
