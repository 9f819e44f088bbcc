"""How the command line answers and fails: answers on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

OK, INTERNAL, BAD_INPUT, CONFLICT, NO_PLAN, INTERRUPTED = 0, 1, 2, 3, 4, 130


def answer(text: str) -> None:
    """Write to standard output: UTF-8, whatever the terminal's language."""
    typer.echo(text.encode())


@contextmanager
def reporting() -> Iterator[None]:
    """Tell failures in the words of HTTP, on standard error, and end with the exit code that they have."""
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:  # whoever reads has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(INTERNAL) from None
    except Exception as error:
        from app.config import SettingsError
        from app.errors import problem_of

        if isinstance(error, SettingsError):
            typer.echo(f"Headrace cannot start: {error}", err=True)
            raise typer.Exit(BAD_INPUT) from None
        problem = problem_of(error)
        typer.echo(problem.text(), err=True)
        raise typer.Exit(_exit_of(problem.status)) from None


def _exit_of(status: int) -> int:
    """Exit codes for problems: the caller's data, no plan in time, or a failure of ours."""
    if status < 500:
        return BAD_INPUT
    return NO_PLAN if status == 503 else INTERNAL
