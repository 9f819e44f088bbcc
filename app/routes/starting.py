"""What is said when the service cannot start."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PlainStart:
    """Has the server say a sentence, not a traceback, for `explained` errors: those an operator can mend.

    `app.state.failure` is why a start failed.
    """

    def __init__(self, app: ASGIApp, explained: tuple[type[Exception], ...]) -> None:
        self._app = app
        self._explained = explained

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, but hold the end of a start that failed until its cause is known."""
        held: list[Message] = []

        async def hold(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                held.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, hold)
        except Exception as error:
            if held:
                scope["app"].state.failure = error
            if isinstance(error, self._explained):
                for message in held:
                    message["message"] = f"Headrace cannot start: {error}"
            raise
        finally:
            for message in held:
                await send(message)
