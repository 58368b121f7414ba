"""Findings as text of many formats, one file each."""
