"""Restores as lists tell of them, for the tests of views. Values only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.restore import RestoreState
from bot.domain.restore_note import RestoreNote

ASKED = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


def note(state: RestoreState = RestoreState.WAITING, **more: Any) -> RestoreNote:
    """A restore of Harbour Books that Ben asked for on Saturday afternoon."""
    values: dict[str, Any] = {
        "id": "r1",
        "state": state,
        "state_since": ASKED + timedelta(minutes=4),
        "source_id": "org-1",
        "source_name": "Harbour Books Ltd",
        "target_id": "org-2",
        "target_name": "Harbour Books rebuilt",
        "requested_by": "U2BEN",
        "requested_at": ASKED,
        "expires_at": ASKED + timedelta(hours=72),
        "channel_id": "C1",
    }
    return RestoreNote(**(values | more))


def in_every_state(**more: Any) -> tuple[RestoreNote, ...]:
    """One note for each state a list may show, and one that waits for permission to write."""
    shown = (one for one in RestoreState if one.is_open or one.is_at_work or one.may_go_on)
    notes = tuple(note(one, id=f"r-{one.value}", **more) for one in shown)
    return (*notes, note(RestoreState.PLANNING, id="r-permission", lacks_permission=True, **more))
