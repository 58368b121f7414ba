"""How property tests of the spec draw: the same draws in every run, however busy the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def steady(examples: int = 100) -> settings:
    """So many draws, none of them judged by the time that it takes."""
    return settings(
        max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
