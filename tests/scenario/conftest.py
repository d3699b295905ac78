"""Scenarios run against an office; one per test module is enough where tests do not break it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenario.office import Office, office


@pytest.fixture
def desk() -> Iterator[Office]:
    """Open a fresh office."""
    with office() as one:
        yield one


@pytest.fixture(scope="module")
def shared() -> Iterator[Office]:
    """Open one office for all tests of a module; not together with `desk`: a process holds one engine."""
    with office(organisations=("lively", "empty", "nz", "odd")) as one:
        yield one
