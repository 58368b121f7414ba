"""`python -m golden.update` (with tests on the path) writes every example's `expected/` anew."""

from __future__ import annotations

import shutil

from golden.examples import EXAMPLES, NAMES, generated, notices


def main() -> None:
    # all are generated before the first is replaced: a failure leaves them as they were
    for name, made in [(name, generated(name)) for name in NAMES]:
        folder = EXAMPLES / name / "expected"
        shutil.rmtree(folder, ignore_errors=True)
        for change in made.changes:
            place = folder / change.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(change.new, encoding="utf-8")
            place.chmod(change.mode)
        if said := notices(name):
            (folder / "lint.txt").write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main()
