"""Differences between two versions of a record for programs, and what was not counted as one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.backup.fields import Fields


def field_words(found: Fields) -> dict[str, Any]:
    """Describe differences for programs; numbers stand as texts, so that no digit is lost."""
    from bot.backup.aligning import ABSENT
    from bot.backup.fields import dotted

    changes: list[dict[str, Any]] = []
    for step in found.steps:
        words: dict[str, Any] = {"field": dotted(step.path)}
        if step.before is not ABSENT:
            words["before"] = _plain(step.before)
        if step.after is not ABSENT:
            words["after"] = _plain(step.after)
        changes.append({**words, **({"note": step.note} if step.note else {})})
    return {"changes": changes, "stamps": found.stamps, "written_differently": found.alike}


def unsaid(found: Fields) -> Iterator[str]:
    """Say what was not counted as a difference."""
    if found.stamps:
        yield f"(stamped by Xero: {', '.join(found.stamps)})"
    if found.alike:
        yield f"(only written differently: {', '.join(found.alike)})"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
