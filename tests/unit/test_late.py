"""Modules that are loaded at their first use, or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import late


@pytest.fixture
def parcel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of which nothing is loaded yet."""
    name = "parcel_of_a_test"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("from . import inner\nWORD = 'here'\n")
    (tmp_path / name / "inner.py").write_text("class Wrong(Exception): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    for one in [one for one in sys.modules if one.partition(".")[0] == name]:
        del sys.modules[one]


def _is_loaded(name: str) -> bool:
    return f"{name}.inner" in sys.modules


def test_postpone_when_only_imported_then_loads_nothing(parcel: str) -> None:
    late.postpone(parcel, "inner")
    space: dict[str, object] = {}
    exec(f"import {parcel}\nfrom {parcel} import inner", space)  # noqa: S102 - the words of the test
    assert hasattr(space[parcel], "__file__") is False
    assert not _is_loaded(parcel)


@pytest.mark.parametrize("wanted", ["parcel.WORD", "inner.Wrong", "parcel.inner.Wrong"])
def test_postpone_when_something_is_wanted_then_it_is_the_real_one(parcel: str, wanted: str) -> None:
    late.postpone(parcel, "inner")
    space: dict[str, object] = {}
    exec(f"import {parcel} as parcel\nfrom {parcel} import inner", space)  # noqa: S102
    found = eval(wanted, space)  # noqa: S307
    assert _is_loaded(parcel)
    real = sys.modules[parcel]
    assert found in {real.WORD, real.inner.Wrong}
    assert eval("parcel.inner.Wrong", space) is real.inner.Wrong  # noqa: S307


def test_postpone_when_loaded_already_then_changes_nothing() -> None:
    late.postpone("json", "decoder")
    assert sys.modules["json"].__file__


def test_without_when_a_library_is_there_then_the_block_does_not_see_it(parcel: str) -> None:
    with late.without(parcel), pytest.raises(ImportError):
        __import__(parcel)
    assert __import__(parcel).WORD == "here"
    with late.without(parcel):
        assert __import__(parcel).WORD == "here"
