"""New repositories, and the missing parts of old ones."""
