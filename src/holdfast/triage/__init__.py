"""Reads a finished log: the failure class, the evidence, the cure."""
