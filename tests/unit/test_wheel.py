"""What is in the wheel, and that it works where the checkout is not."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jipkit.plan import Plan

ROOT = Path(__file__).parents[2]
PLANTED = ("inventory/planted-secret.txt", "src/jipkit/planted.env", "templates/frr/.env")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which secrets lie about."""
    copy = tmp_path_factory.mktemp("checkout") / "jipkit"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(copy)], check=True)
    for name in PLANTED:
        (copy / name).write_text("PLANTED-SECRET")
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> Path:
    out = checkout.parent / "dist"
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(checkout)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"jipkit", "napalm_frr"}


@pytest.mark.parametrize("file", ["plan.html.j2", "plan.css", "plan.js"])
def test_the_wheel_holds_what_pages_are_made_of(wheel: Path, file: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"jipkit/pages/{file}") == (ROOT / "src/jipkit/pages" / file).read_bytes()


def test_a_secret_that_lies_about_in_the_checkout_is_not_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if b"PLANTED-SECRET" in archive.read(name)]


def test_the_wheel_works_in_a_new_environment_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    # the libraries are those of the tests' own environment; the project itself comes from the wheel alone
    packages = next(environment.glob("lib/python3*/site-packages"))
    pip = [sys.executable, "-m", "pip", "--python", str(environment), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], check=True)
    (packages / "libraries.pth").write_text(f"{_libraries(tmp_path)}\n")
    jip = str(environment / "bin/jip")
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "JIP_PROJECT", "VIRTUAL_ENV")}
    project, plan = tmp_path / "district", tmp_path / "plan.json"
    plan.write_bytes(Plan("plan", "--all", {}, ()).as_bytes())
    for arguments, folder in (
        (["init", str(project)], tmp_path),
        (["check"], project),
        (["show", "plan", str(plan), "--html", str(tmp_path / "plan.html")], project),
        (["render", "--all"], project),
    ):
        answer = subprocess.run([jip, *arguments], cwd=folder, env=clean, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stderr
    assert "router ospf" in answer.stdout
    assert (tmp_path / "plan.html").read_bytes().startswith(b"<!DOCTYPE html>")


def _libraries(folder: Path) -> Path:
    """Return a folder with every installed library but the project itself, whose editable install would win."""
    import pydantic

    installed = Path(pydantic.__file__).parents[1]
    libraries = folder / "libraries"
    libraries.mkdir()
    for entry in installed.iterdir():
        if "jipkit" not in entry.name and not entry.name.endswith(".pth"):
            (libraries / entry.name).symlink_to(entry)
    return libraries


def nothing_new_in(checkout: Path) -> bool:
    """Return whether no file lies there that neither git tracks nor this test planted, ignored files included."""
    command = ["git", "-C", str(checkout), "status", "--porcelain", "--ignored", "--untracked-files=all"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {line[3:] for line in shown.splitlines()} == set(PLANTED)


@pytest.mark.usefixtures("wheel")
def test_building_a_wheel_leaves_nothing_in_the_checkout(checkout: Path) -> None:
    assert nothing_new_in(checkout)


def test_an_editable_install_leaves_nothing_in_the_checkout_and_no_copy_of_it_elsewhere(
    checkout: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    packages = next(environment.glob("lib/python3*/site-packages"))
    libraries = packages / "libraries.pth"
    libraries.write_text(f"{_libraries(tmp_path)}\n")  # what builds it is in the tests' own environment
    pip = [sys.executable, "-m", "pip", "--python", str(environment), "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", str(checkout)], check=True)

    installed = {path.suffix for path in packages.iterdir() if path != libraries}
    assert installed == {".pth", ".dist-info"}  # a pointer to the checkout, and what pip writes down of it
    asked = [str(environment / "bin/python"), "-B", "-c", "from jipkit.rooms import shipped; print(shipped())"]
    answer = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str(checkout)
    assert nothing_new_in(checkout)
