"""How many examples a property is tried on: some in `make test`, the same each time; many in `make deep`."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("test", max_examples=40, derandomize=True, deadline=None)
settings.register_profile("deep", max_examples=1000, deadline=None, print_blob=True)
os.environ.setdefault("HEADRACE_ALLOWED_HOSTS", "testserver,x")  # how test clients call the service
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))
