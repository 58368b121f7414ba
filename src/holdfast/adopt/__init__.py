"""Read a workflow that is there into a spec, and say what the spec cannot hold."""
