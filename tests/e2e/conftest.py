"""The projects in `cases` are what generated workflows test; they are no tests of Holdfast."""

collect_ignore_glob = ["cases/*"]
