"""Holdfast writes, checks and repairs GitHub Actions workflows whose jobs need Redis."""

__version__ = "0.1.0"
