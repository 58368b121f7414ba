"""From a plan to files: Jinja templates, values quoted as YAML by default."""
