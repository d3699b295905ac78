"""Name a plan by its content: whatever changes in copy, target, choice or steps changes the name. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from bot.domain.restore_plan import Choice
from bot.restore.model import Step, same_id
from bot.restore.target import TargetState

_ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="number")


def fingerprint(
    *,
    snapshot_id: str,
    source_id: str,
    target_id: str,
    choice: Choice,
    target: TargetState,
    steps: Iterable[Step],
) -> str:
    """Give 64 hexadecimal digits; what reading the target cost, and the letters of ids, are no part of it."""
    digest = hashlib.sha256()
    state = replace(target, calls=0, scopes=frozenset(), actions=None)
    settled = _same(msgspec.to_builtins(state)) | {"actions": sorted(target.actions or ())}
    for part in (snapshot_id, source_id, target_id, msgspec.to_builtins(choice), settled):
        digest.update(_ENCODER.encode(part) + b"\n")
    for step in steps:
        digest.update(_ENCODER.encode(_words(step)) + b"\n")
    return digest.hexdigest()


def _words(step: Step) -> tuple[str | int | tuple[str, ...], ...]:
    # Names are left out: they follow from the copy, whose id is in already.
    return (
        step.kind,
        step.record_id,
        step.action.value,
        step.part,
        step.parent,
        step.reasons,
        int(step.phase),
        same_id(step.target_key),
    )


def _same(value: Any) -> Any:
    """Spell every id inside of what was read from Xero in one way."""
    if isinstance(value, str):
        return same_id(value)
    if isinstance(value, dict):
        return {key: _same(one) for key, one in value.items()}
    return [_same(one) for one in value] if isinstance(value, list | tuple) else value
