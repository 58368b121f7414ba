"""GitHub's workflow language as data, and the one walk over it."""
