"""A network between service and database that can go silent: it stays connected and forwards nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url

PIECE = 65536  # bytes


class Proxy:
    """Forwards both ways between its own port and a server until `silence` is called."""

    def __init__(self, target: URL) -> None:
        self._target = target
        self._open = threading.Event()
        self._open.set()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The server's URL, by way of this proxy."""
        port = self._listener.getsockname()[1]
        kept = {name: value for name, value in self._target.query.items() if name not in ("host", "port")}
        through = self._target.set(host="127.0.0.1", port=port, query=kept)
        return through.render_as_string(hide_password=False)

    def silence(self) -> None:
        """Forward nothing from now on; what is sent is still acknowledged."""
        self._open.clear()

    def resume(self) -> None:
        """Forward again, what was held back included."""
        self._open.set()

    def close(self) -> None:
        """End every connection."""
        for each in (self._listener, *self._sockets):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = self._connected()
            self._sockets += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _connected(self) -> socket.socket:
        folder = self._target.query.get("host") or self._target.host or "127.0.0.1"
        if str(folder).startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{folder}/.s.PGSQL.{self._target.port or 5432}")
            return server
        return socket.create_connection((str(folder), self._target.port or 5432))

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(PIECE):
                self._open.wait()
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return


@contextmanager
def proxied(url: str) -> Iterator[Proxy]:
    """A proxy before the server of this URL."""
    proxy = Proxy(make_url(url))
    try:
        yield proxy
    finally:
        proxy.close()
