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
