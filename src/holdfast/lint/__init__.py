"""Findings in existing workflows: rules over located values."""
