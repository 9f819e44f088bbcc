"""Templates are ready before anybody asks."""

from __future__ import annotations

from app.pages.render import ENVIRONMENT, compile_templates


def test_every_template_is_made_ready() -> None:
    """None is compiled while a visitor waits."""
    compile_templates()
    assert ENVIRONMENT.cache is not None
    assert {name for _, name in ENVIRONMENT.cache.keys()} >= set(ENVIRONMENT.list_templates())  # noqa: SIM118  # a cache is no mapping
