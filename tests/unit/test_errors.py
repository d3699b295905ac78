"""The error tree: what its docstring draws is what the code holds."""

from __future__ import annotations

import inspect
import re

import pytest

from bot import errors
from bot.errors import LedgerkeepError

CLASSES = [
    one
    for _, one in inspect.getmembers(errors, inspect.isclass)
    if issubclass(one, LedgerkeepError) and one.__module__ == errors.__name__
]


def _drawn() -> dict[str, str]:
    """Read class and parent from the drawing."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^([│├└─ ]*)([A-Z][A-Za-z]+)( |$)", line)
        if match and ("─" in match[1] or match[2] == "LedgerkeepError"):
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            parents[match[2]] = path[depth - 1] if depth else "Exception"
    return parents


def test_drawing_when_compared_with_the_code_shows_every_class_under_its_parent() -> None:
    real = {one.__name__: one.__base__.__name__ for one in CLASSES if one.__base__}
    assert _drawn() == real


@pytest.mark.parametrize("kind", CLASSES, ids=lambda one: one.__name__)
def test_error_when_caught_as_the_base_is_caught(kind: type[LedgerkeepError]) -> None:
    assert issubclass(kind, LedgerkeepError)
    assert kind.__doc__


def test_misconfigured_when_it_has_several_problems_keeps_each() -> None:
    error = errors.Misconfigured("PORT: a.", "HOST: b.")
    assert error.problems == ("PORT: a.", "HOST: b.")
    assert str(error) == "PORT: a.; HOST: b."


def test_exit_codes_when_a_start_is_refused_are_those_of_the_contract() -> None:
    assert errors.Misconfigured("x").exit_code == 2
    assert errors.DataFolderInUse("x").exit_code == 5
    assert errors.DatabaseTooNew("x").exit_code == 2
