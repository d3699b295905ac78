"""Say what reading the data that hangs on single records would cost: counts only. Asks nobody."""

from __future__ import annotations

from bot.catalogue import RESOURCES
from bot.domain.backup import Summary
from bot.domain.settings import ExtraCost


def extra_cost(summary: Summary) -> ExtraCost:
    """Count by one backup: history is one call a record (Xero OpenAPI 16.1.0, `/Invoices/{id}/History` …).

    A night has what the day's allowance leaves when the backup itself took as much as it did this time.
    """
    counts = {one.resource: one.count for one in summary.outcomes}
    history = _total(counts, "history")
    left = max(1, summary.calls_allowed - summary.calls_used) if summary.calls_allowed else None
    return ExtraCost(
        history_calls=history,
        records_with_files=_total(counts, "attachments"),
        nights=-(-history // left) if left else None,
        calls_a_night=left,
    )


def _total(counts: dict[str, int], child: str) -> int:
    return sum(counts.get(key, 0) for key, one in RESOURCES.items() if child in one.children)
