"""A small service on Redis."""
