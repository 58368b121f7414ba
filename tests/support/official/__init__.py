"""GitHub's own workflow parser, asked for its verdict on files."""
