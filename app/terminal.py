"""How the command line answers and fails: answers on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
        typer.echo("\n".join([problem.text(), *_inside(error, problem.status)]), err=True)
        raise typer.Exit(_exit_of(problem.status)) from None


def _inside(error: Exception, status: int) -> Iterator[str]:
    """What whoever operates or reports it wants to know besides: what the database said, where it failed."""
    from app.logs import reason_of

    if status == 503 and error.__cause__ is not None:
        yield f"  the database says: {reason_of(error)}"
    if status == 500:
        *_, last = traceback.extract_tb(error.__traceback__)
        yield f"  it was a {type(error).__name__} in {last.name}, {Path(last.filename).name}:{last.lineno}"


def _exit_of(status: int) -> int:
    """Exit codes for problems: the caller's data, no plan in time, or a failure of ours."""
    if status < 500:
        return BAD_INPUT
    return NO_PLAN if status == 503 else INTERNAL
