"""What `files` writes: all of it or nothing, inside the root, and only over what is ours."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from holdfast import files
from holdfast.errors import UserError
from holdfast.files import Change, State


def _created(path: str, text: str = "new\n", mode: int = 0o644) -> Change:
    return Change(path, None, text, State.CREATED, mode)


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_created_and_changed_files_are_written_with_their_modes(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old\n")
    changed = Change("old", "old\n", "new\n", State.CHANGED)
    files.write(tmp_path, [_created("scripts/run.sh", "#!\n", 0o755), changed])
    assert _tree(tmp_path) == {"scripts/run.sh": b"#!\n", "old": b"new\n"}
    assert stat.S_IMODE((tmp_path / "scripts/run.sh").stat().st_mode) & 0o700 == 0o700


def test_what_is_the_same_or_refused_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine\n")
    before = (tmp_path / "a").stat().st_mtime_ns
    files.write(tmp_path, [Change("a", "mine\n", "x\n", State.SAME), Change("b", "y", "x", State.REFUSED)])
    assert _tree(tmp_path) == {"a": b"mine\n"}
    assert (tmp_path / "a").stat().st_mtime_ns == before


@pytest.mark.parametrize("path", ["../out", "sub/../../out", "/tmp/out"])
def test_a_path_out_of_the_root_is_refused(path: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(UserError, match="leads out"):
        files.write(root, [_created(path)])
    assert _tree(tmp_path) == {}


def test_a_folder_that_is_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "scripts").symlink_to(outside)
    with pytest.raises(UserError, match="leads out"):
        files.write(root, [_created("scripts/run.sh")])
    assert _tree(outside) == {}


def test_a_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.write_text("theirs\n")
    (root / "run.sh").symlink_to(outside)
    with pytest.raises(UserError, match="leads out"):
        files.write(root, [Change("run.sh", "theirs\n", "ours\n", State.CHANGED)])
    assert outside.read_text() == "theirs\n"


def test_a_link_to_itself_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UserError):
        files.write(tmp_path, [_created("loop/file")])


def test_a_root_that_is_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to("real")
    files.write(tmp_path / "root", [_created("a/b")])
    assert _tree(tmp_path / "real") == {"a/b": b"new\n"}


def test_a_directory_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(UserError, match="is a directory"):
        files.write(tmp_path, [_created("a")])


def test_a_file_in_the_place_of_a_folder_leaves_the_tree_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "scripts").write_text("mine\n")
    with pytest.raises(UserError, match="nothing was written"):
        files.write(tmp_path, [_created("first/one"), _created("scripts/two")])
    assert _tree(tmp_path) == {"scripts": b"mine\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["scripts"]


def test_a_rename_that_fails_gives_the_earlier_ones_their_old_text_back(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old\n")
    (tmp_path / "old").chmod(0o600)
    # the second place becomes a folder between the writing and the renaming
    changes = [Change("old", "old\n", "new\n", State.CHANGED), _Late("late", tmp_path)]
    with pytest.raises(UserError, match="nothing was written"):
        files.write(tmp_path, changes)
    assert _tree(tmp_path) == {"old": b"old\n"}
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o600


class _Late(Change):
    """A change whose place is taken by a folder as soon as its mode is looked at: after the first checks."""

    def __init__(self, path: str, root: Path) -> None:
        super().__init__(path, None, "text", State.CREATED)
        object.__setattr__(self, "_root", root)

    def __getattribute__(self, name: str) -> object:
        if name == "mode":
            (object.__getattribute__(self, "_root") / "late").mkdir(exist_ok=True)
        return object.__getattribute__(self, name)


def test_the_umask_holds(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        files.write(tmp_path, [_created("run.sh", mode=0o755)])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.sh").stat().st_mode) == 0o700


def test_a_diff_names_both_sides_and_the_missing_line_end() -> None:
    text = Change("a", "one\ntwo", "one\nthree\n", State.CHANGED).diff
    assert text.startswith("--- a/a\n+++ b/a\n")
    assert "-two\n\\ No newline at end of file\n+three\n" in text
    assert _created("b").diff.startswith("--- /dev/null\n+++ b/b\n")
