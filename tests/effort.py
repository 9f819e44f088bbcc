"""How much a property is tried."""

from hypothesis import settings

USUAL = 100  # examples of the profile `test`


def examples(count: int) -> int:
    """So many examples in `make test`, and as many more in `make deep` as its profile has."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return max(1, count * profile.max_examples // USUAL)
