"""What the hosted runner does with one job of a workflow, replayed on a real Docker engine."""
