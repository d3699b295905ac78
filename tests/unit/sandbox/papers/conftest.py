"""Readers of papers and reports: one of the lively organisation, shared, and pens in new organisations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from bot.sandbox.xero import PretendXero
from tests.unit.sandbox.writing.conftest import WRITING, open_pen, pen
from tests.unit.sandbox.xero.conftest import NO_TLS, READING, Caller, Desk, desk, open_desk

__all__ = ["READING", "desk", "open_desk", "open_pen", "pen"]

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REPORTS = " ".join(
    f"accounting.reports.{name}.read"
    for name in ("banksummary", "budgetsummary", "executivesummary", "taxreports", "tenninetynine")
)
EVERYTHING = f"{READING} accounting.attachments.read {REPORTS}"
WRITES_AND_REPORTS = f"{WRITING} {REPORTS}"


@pytest.fixture(scope="session")
def reader() -> Iterator[Caller]:
    """Somebody who may read everything of the lively organisation; it is shared, so nobody may change it."""
    xero = PretendXero(
        now=lambda: NOON, organisations=("lively",), calls_per_minute=100_000, calls_per_day=1_000_000
    )
    url = xero.start()
    with httpx.Client(verify=NO_TLS) as http:
        yield Desk(xero, url, http).link("lively", EVERYTHING)
    xero.stop()
