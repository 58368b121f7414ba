"""The spec, `holdfast.yml`: its models, units, profiles, and how a text becomes one or findings."""
