"""Reports after a quiet day: what was read then still says the same, as long as today's figures do. Pure.

A trial balance of a past day changes only when something that posts changes. Where nothing did, today's alone
is asked for; when its rows are those of the last one, the others stand. Else something moved that no list
tells of (depreciation, payroll, a conversion balance), and every report is read.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import msgspec

from bot.xero.calls import Call

FIGURES = "trial_balance"


class _Report(msgspec.Struct):
    Rows: msgspec.Raw = msgspec.Raw(b"")


_DECODER = msgspec.json.Decoder(_Report)


def figures(raw: bytes) -> bytes:
    """Give the rows of a report, without its title and the moment it was made."""
    return bytes(_DECODER.decode(raw).Rows)


def is_new_date(call: Call, today: date, known: Collection[str]) -> bool:
    """Say whether a report's date must be asked for after a quiet day: today's, or one never read."""
    return call.record_id.endswith(today.isoformat()) or call.record_id not in known
