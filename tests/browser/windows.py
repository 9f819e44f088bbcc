"""Windows of a browser that are used again: a new one costs a second of the processor, another page in it a tenth."""

from __future__ import annotations

from typing import Any, Literal

from playwright.sync_api import Browser, Page, ViewportSize

LAPTOP: ViewportSize = {"width": 1280, "height": 900}


class Windows:
    """Each shows one page at a time, and comes back as if it were new: without cookies, colours or size of before."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[str, list[Page]] = {}

    def take(
        self, viewport: ViewportSize = LAPTOP, color_scheme: Literal["light", "dark"] = "light", **settings: Any
    ) -> tuple[str, Page]:
        """An empty page with these settings of a context, and the kind under which it is given back."""
        kind = repr(sorted(settings.items()))
        idle = self._idle.setdefault(kind, [])
        page = idle.pop() if idle else self._browser.new_context(**settings).new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(media="null", color_scheme=color_scheme)
        return kind, page

    def give_back(self, kind: str, page: Page) -> None:
        """Empty it, and close what it opened."""
        for other in page.context.pages:
            if other != page:
                other.close()
        page.goto("about:blank")
        page.context.clear_cookies()
        self._idle[kind].append(page)
