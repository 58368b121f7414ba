"""What all tests share: property tests draw the same values in every run, unless a longer look is asked for."""

from __future__ import annotations

import os

from hypothesis import settings

# A new counterexample belongs on the desk of whoever looks for one, not into somebody else's push:
# HYPOTHESIS_PROFILE=long draws anew, and more of it.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("long", deadline=None, max_examples=5000)
settings.load_profile("long" if os.environ.get("HYPOTHESIS_PROFILE") == "long" else "same")
