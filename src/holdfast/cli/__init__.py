"""The command line: parse, call a flow, print. One file a command, found by name."""
