"""One rule a file; its id is the file's name with hyphens."""
