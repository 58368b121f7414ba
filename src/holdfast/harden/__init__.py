"""Repair a workflow that is there: located values and a policy in, edits out. Nothing here writes."""
