"""Which release of Robyn wrote an export."""

from __future__ import annotations

import re
from dataclasses import dataclass

from optimizer.errors import FileError

NUMBER = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:\.(\d+))?")
OLDEST, NEWEST = (3, 7), (3, 12)
CARRIES = (3, 10)  # the allocator's curves hold the carry-over from here on
FROM_ZERO = (3, 12, 0, 9003)  # the inflexion is a share of the maximum from here on


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A release as numbers, the most significant first.

    >>> Version.of("Robyn (dev) v3.11.1 [R-4.5.1]").by_range
    True
    """

    numbers: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Version:
        """The release that an export names; one that is too old is refused."""
        found = NUMBER.search(text)
        if found is None:
            raise FileError("incomplete_export", "InputCollect.version", "names no release", "export the model again")
        numbers = tuple(int(part) for part in found.groups() if part is not None)
        if numbers[:2] < OLDEST:
            raise FileError(
                "unsupported_model",
                "InputCollect.version",
                "is older than 3.7",
                "fit and export it with Robyn 3.7 or later",
            )
        return cls(numbers=numbers)

    @property
    def text(self) -> str:
        """As people write it."""
        return ".".join(map(str, self.numbers))

    @property
    def by_range(self) -> bool:
        """Whether the inflexion lies between the least and the greatest effective spend, not between 0 and it."""
        released = len(self.numbers) < 4 and self.numbers[:2] == (3, 12)
        return not released and self.numbers < FROM_ZERO

    @property
    def plans_with_carry_over(self) -> bool:
        """Whether the allocator adds the mean carry-over to the spend."""
        return self.numbers[:2] >= CARRIES

    @property
    def known(self) -> bool:
        """Whether files of this release have been tried."""
        return self.numbers[:2] <= NEWEST
