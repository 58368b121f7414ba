"""Logs captured from real suites in real faults (`capture.py`, `others.py`), each below the class it must be given."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path

import pytest

from holdfast.triage.classes import INFRASTRUCTURE, SYMPTOMS, Failure
from holdfast.triage.logs import lines
from holdfast.triage.read import SIGNS, Verdict, triage
from holdfast.triage.roots import ROOTS
from holdfast.triage.words import WORDS

CAPTURED = Path(__file__).parent / "captured"
CLASSES = sorted(folder.name for folder in CAPTURED.iterdir())


def _logs(failure: str) -> list[Path]:
    return sorted((CAPTURED / failure).iterdir())


@cache
def _verdict(log: Path) -> Verdict:
    return triage(lines(str(log), SIGNS))


@pytest.mark.parametrize("failure", CLASSES)
def test_nearly_every_captured_log_is_given_its_class(failure: str) -> None:
    given = {log.name: _verdict(log).failure.value for log in _logs(failure)}
    wrong = {name: named for name, named in given.items() if named != failure}
    assert len(wrong) <= len(given) * 0.05, wrong


def test_there_are_enough_logs_of_every_class() -> None:
    counts = {failure: len(_logs(failure)) for failure in CLASSES}
    assert set(counts) == {failure.value for failure in Failure}
    assert min(counts.values()) >= 4, counts
    assert sum(counts.values()) >= 150


@pytest.mark.parametrize("failure", ["unknown", "assertion", "build", "usage", "signal"])
def test_what_redis_did_not_cause_is_given_no_class_of_redis(failure: str) -> None:
    blamed = {log.name: _verdict(log).failure for log in _logs(failure)}
    assert not {name: named for name, named in blamed.items() if named in INFRASTRUCTURE}


@pytest.mark.parametrize("failure", CLASSES)
def test_lines_without_a_sign_change_nothing(failure: str) -> None:
    for log in _logs(failure):
        assert triage(lines(str(log))) == _verdict(log), log.name


@pytest.mark.parametrize("failure", CLASSES)
def test_evidence_stands_in_the_line_that_is_named(failure: str) -> None:
    for log in _logs(failure):
        for line in _verdict(log).evidence:
            there = Path(line.file).read_text().split("\n")[line.number - 1]
            assert line.text.strip() in _plain(there), (log.name, line)


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_named_class_always_shows_its_evidence() -> None:
    bare = [log.name for failure in CLASSES for log in _logs(failure) if not _shown(_verdict(log))]
    assert not bare


def _shown(verdict: Verdict) -> bool:
    return bool(verdict.evidence) or verdict.failure in (Failure.UNKNOWN, Failure.ASSERTION)


def test_a_zip_is_read_like_its_folder(tmp_path: Path) -> None:
    folders = [log for failure in CLASSES for log in _logs(failure) if log.is_dir()]
    assert len(folders) >= 20
    for number, folder in enumerate(folders):
        archive = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
            for file in folder.iterdir():
                made.write(file, file.name)
        verdict = triage(lines(str(archive), SIGNS))
        assert (verdict.failure, verdict.job) == (_verdict(folder).failure, _verdict(folder).job)


def test_every_word_shows_a_sign() -> None:
    """A line whose word has no sign would be passed over."""
    words = [word.text for found in WORDS.values() for word in found]
    words += [word for symptom in SYMPTOMS for word in symptom.words] + [root.mark for root in ROOTS]
    assert not [
        word for word in words if not any(sign.decode() in word.lower().strip("^$") for sign in SIGNS)
    ]
