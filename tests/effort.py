"""How much a property is tried."""

from hypothesis import settings

USUAL = 100  # examples of a profile that counts are stated for


def examples(count: int) -> int:
    """So many examples where a profile has a hundred: fewer in `make test`, ten times as many in `make deep`."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return max(1, count * profile.max_examples // USUAL)
