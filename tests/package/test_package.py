"""What users install has everything in it: the wheel, the wheel made of the sdist, the editable install."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]
_ASK = "from holdfast.assets import templates; print(templates())"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built of the checkout."""
    return _built("wheel", _CHECKOUT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    # tarfile's `filter` is younger than Python 3.11.
    subprocess.run(["tar", "-xzf", _built("sdist", _CHECKOUT, folder), "-C", folder], check=True, timeout=60)
    return next(found for found in folder.iterdir() if found.is_dir())


def test_the_wheel_holds_every_template(wheel: Path, tmp_path: Path) -> None:
    assert _templates_of(_installed(wheel, tmp_path)) == _templates()


def test_the_wheel_made_of_the_sdist_holds_every_template(sdist: Path, tmp_path: Path) -> None:
    wheel = _built("wheel", sdist, tmp_path / "dist")
    assert _templates_of(_installed(wheel, tmp_path / "site")) == _templates()


def test_the_editable_install_finds_the_templates_of_the_checkout() -> None:
    assert Path(_run([sys.executable, "-c", _ASK], {}).strip()) == _CHECKOUT / "templates"


def test_the_wheel_holds_what_the_program_reads_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "holdfast/py.typed" in names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"holdfast"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_installed_program_runs(wheel: Path, tmp_path: Path) -> None:
    site = _installed(wheel, tmp_path)
    said = _run([sys.executable, "-m", "holdfast", "--version"], {"PYTHONPATH": str(site)})
    assert wheel.name.split("-")[1] in said


def _built(kind: str, source: Path, target: Path) -> Path:
    _run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)], {}, source)
    return next(target.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def _installed(wheel: Path, site: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def _templates_of(site: Path) -> set[str]:
    found = Path(_run([sys.executable, "-c", _ASK], {"PYTHONPATH": str(site)}).strip())
    assert found.is_relative_to(site)
    return _files(found)


def _templates() -> set[str]:
    return _files(_CHECKOUT / "templates")


def _files(folder: Path) -> set[str]:
    listed = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    return {name for name in listed if "__pycache__" not in name}


def _run(words: list[str], env: dict[str, str], folder: Path = Path("/")) -> str:
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
