"""Facts about the tree that nobody should have to check by eye."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings, load_settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "jobs")
BROAD = {"handlers/errors.py", "jobs/engine.py", "bot/__main__.py"}
# Functions that are longer because they write down a table of data; none may join them without such a reason.
TABLES = {
    "bot/sandbox/xero/demo/companies.py:nz",
    "bot/sandbox/xero/demo/ground.py:_about",
}
# Written in parts, so that this file does not contain what it looks for.
_HOSTS = ("py" + r"pi\.org", "python" + "hosted", "registry\\.npm" + "js", "deb\\.deb" + "ian")
HOSTS = re.compile("|".join(_HOSTS), re.IGNORECASE)
MACHINE = re.compile(r"/(?:work|farm|root|home/\w+|Users/\w+)" + "/[a-z]|/tmp" + "/lk")


def _tracked() -> list[Path]:
    """List the files of the checkout; those that are ignored are not part of it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the project is unknown")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def _modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "migrations/versions" not in path.as_posix())


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _texts() -> Iterator[tuple[str, str]]:
    for path in _tracked():
        try:
            yield _name(path), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_modules_when_measured_then_none_is_too_long() -> None:
    limits = {path: 200 if _name(path).startswith("handlers/") else 300 for path in _modules()}
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in limits}
    long = {_name(path): lengths[path] for path in limits if lengths[path] > limits[path]}
    assert long == {}


def test_functions_when_measured_then_none_is_longer_than_forty_lines() -> None:
    long = {}
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 40:
                    long[f"{_name(path)}:{node.name}"] = lines
    assert set(long) - TABLES == set()
    assert max(long.values(), default=0) < 80


def test_modules_when_read_then_each_says_its_role() -> None:
    silent = [
        path for path in _modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert [_name(path) for path in silent] == []


def test_broad_excepts_when_counted_then_they_stand_in_three_places_at_most() -> None:
    found = set()
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _goes_on(node):
                found.add(_name(path))
    assert found <= BROAD


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler only tidies up and lets the error go on."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(one is None or ast.unparse(one) in {"Exception", "BaseException"} for one in names)


def test_packages_when_they_hold_code_then_pyproject_names_them() -> None:
    named = _project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    holding = {
        name.partition("/")[0] for path in _tracked() if (name := _name(path)).endswith("/__init__.py")
    }
    assert holding - {"tests", "bench"} == set(named) == set(PACKAGES)


def test_files_when_searched_then_no_package_index_is_named() -> None:
    assert [name for name, text in _texts() if HOSTS.search(text)] == []


def test_files_when_searched_then_no_path_of_a_machine_is_named() -> None:
    found = {name: match[0] for name, text in _texts() if (match := MACHINE.search(text))}
    assert found == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_when_read_then_every_requirement_is_pinned_with_hashes_and_without_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    requirements = [one for one in re.split(r"\n(?=\S)", text.strip()) if not one.startswith("#")]
    assert len(requirements) > 40
    unpinned = [one for one in requirements if not re.match(r"[A-Za-z0-9._\[\]-]+==\S+", one)]
    unhashed = [one for one in requirements if "--hash=sha256:" not in one]
    assert (unpinned, unhashed) == ([], [])


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])]
)
def test_lock_when_compared_with_pyproject_then_holds_each_dependency(lock: str, extras: list[str]) -> None:
    project = _project()["project"]
    asked = [
        *project["dependencies"],
        *(one for extra in extras for one in project["optional-dependencies"][extra]),
    ]
    wanted = {_plain(re.match(r"[\w.-]+", one)[0]) for one in asked}  # type: ignore[index]
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = {_plain(found) for found in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", text, re.MULTILINE)}
    assert wanted - locked == set()


def _plain(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", requirement.strip()).lower()


@pytest.mark.parametrize(
    "name",
    [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "manifest.yml",
        "docs/operations.md",
    ],
)
def test_file_when_a_stranger_looks_for_it_then_it_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_ci_run_when_called_then_it_is_executable_and_runs_every_gate() -> None:
    run = ROOT / ".ci" / "run"
    assert run.stat().st_mode & 0o111
    assert run.read_text(encoding="utf-8").rstrip().endswith("make check")


def test_example_settings_when_compared_then_they_are_those_of_the_program_in_its_order() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = [
        name
        for name in re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)
        if not name.startswith("AWS_")
    ]
    fields = {name: field.alias or name.upper() for name, field in Settings.model_fields.items()}
    assert shown == [alias for name, alias in fields.items() if name != "vault_options"]


def test_example_settings_when_compared_then_the_defaults_are_true() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    defaults = load_settings(env={}, for_demo=True).model_dump()
    shown = dict(re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.+)$", text, re.MULTILINE))
    told = {name: value for name, value in shown.items() if name.lower() in defaults and name != "DATA_DIR"}
    assert {name: str(defaults[name.lower()]).lower().removesuffix(".0") for name in told} == told


def test_documents_when_they_link_to_a_file_then_it_exists() -> None:
    broken = [
        f"{_name(path)}: {target}"
        for path in _tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_wheel_when_built_then_holds_the_packages_their_templates_and_their_migrations(
    tmp_path: Path,
) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    built = next(tmp_path.glob("ledgerkeep-*.whl"))
    inside = set(zipfile.ZipFile(built).namelist())
    tracked = {_name(path) for path in _tracked() if _name(path).partition("/")[0] in PACKAGES}
    assert {name for name in inside if ".dist-info/" not in name} == tracked
    assert "bot/web/templates/page.html" in inside
    assert any(name.startswith("bot/db/migrations/versions/") for name in inside)
    assert any(name.endswith("licenses/LICENSE") for name in inside)
