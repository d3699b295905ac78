"""The modal for retention: how many snapshots stay, what that does to those there are, and the tick."""

from __future__ import annotations

from bot.domain.retention import Decision
from bot.domain.settings import RETENTION_BOUNDS, Retention
from bot.views import blocks, ids
from bot.views import settings_inputs as inputs
from bot.views.blocks import Block
from bot.views.settings_words import kept
from bot.views.words import capital, counted, name, number

HOLD, HELD = "hold", "held"
FEWER = "fewer"
_KNOWN, _UNCOUNTED = "known", "some"
_BACK = "Counted back from the newest; 0 switches this off."
LABELS = {
    "all_days": ("Keep every snapshot of this many days", "Counted back from the newest; at least 2."),
    "daily": ("Keep the last snapshot of this many days", _BACK),
    "monthly": ("Keep the last snapshot of this many months", _BACK),
    "yearly": ("Keep the last snapshot of this many years", _BACK),
}


def retention_modal(
    organisation_name: str, retention: Retention, *, held: bool, ref: str, effect: Decision | None = None
) -> Block:
    """Ask which snapshots of an organisation are kept; `effect` is what the present settings do."""
    ends = "It is under *legal hold*: nothing is deleted." if held else "Everything else is deleted."
    told = f"*{name(organisation_name)}* keeps {kept(retention)}. {ends}"
    counts = f"\n*Now:* {_effect(effect, held=held)}" if effect else ""
    return _modal(f"{told}{counts}\n{_RULE}", retention, held=held, ref=ref)


def sure_modal(
    organisation_name: str, wanted: Retention, *, held: bool, ref: str, effect: Decision | None
) -> Block:
    """Ask again before snapshots are lost: the fields as they were sent, and a tick that says how many."""
    told = f"❗ *Not saved yet.* *{name(organisation_name)}* would keep {kept(wanted)}."
    known = inputs.choice(_known(effect, held=held), sure(effect))
    tick = inputs.ticks(
        FEWER, "Keep less than now", (known,), hint="Tick this and save again if it is meant."
    )
    heading = f"{told}\n*Then:* {_effect(effect, held=held)}\n{_RULE}"
    return _modal(heading, wanted, held=held, ref=ref, last=(tick,))


def sure(effect: Decision | None) -> str:
    """Name the tick that knows how many snapshots are lost; with another number it is another tick."""
    return f"{_KNOWN}:{len(effect.dropped) if effect else _UNCOUNTED}"


def meaning(retention: Retention, *, held: bool) -> str:
    """Say what is kept from now on, as sentences."""
    told = f"{capital(kept(retention))}."
    return f"{told} Legal hold is on: nothing is deleted." if held else told


_RULE = (
    "A snapshot stays if any of the numbers keeps it; only days, months and years that have a snapshot are "
    "counted. The newest snapshot and the newest complete one always stay. What has been deleted does not "
    "come back with larger numbers."
)


def _modal(
    heading: str, retention: Retention, *, held: bool, ref: str, last: tuple[Block, ...] = ()
) -> Block:
    hold = inputs.choice("Legal hold", HELD, "While it is on, no snapshot is deleted, whatever stands above.")
    return blocks.modal(
        "Retention",
        (
            blocks.section(heading),
            *(_number(field, retention) for field in RETENTION_BOUNDS),
            inputs.ticks(HOLD, "Never delete", (hold,), chosen=(HELD,) if held else ()),
            *last,
        ),
        callback_id=ids.RETENTION_MODAL,
        submit="Save",
        metadata=ids.reference(ref),
    )


def _effect(effect: Decision | None, *, held: bool) -> str:
    """Say what a retention does to the snapshots there are now."""
    if effect is None:
        return "snapshots would be deleted; how many, I cannot count at the moment."
    lost, there = len(effect.dropped), len(effect.kept) + len(effect.dropped)
    if not there:
        return "there is no snapshot yet."
    if not lost:
        return "keeps the one snapshot there is." if there == 1 else f"keeps all {number(there)} snapshots."
    if held:
        return f"without the legal hold {number(lost)} of {counted(there, 'snapshot')} would be deleted."
    return f"keeps {number(there - lost)} of {counted(there, 'snapshot')}; {number(lost)} would be deleted."


def _known(effect: Decision | None, *, held: bool) -> str:
    if effect is None:
        return "I know that snapshots will be deleted for good"
    if not effect.dropped:
        return "I know that from now on fewer snapshots are kept"
    them = counted(len(effect.dropped), "snapshot")
    return f"I know that {them} will be deleted {'when the hold ends' if held else 'for good'}"


def _number(field: str, retention: Retention) -> Block:
    label, hint = LABELS[field]
    least, most = RETENTION_BOUNDS[field]
    return inputs.whole_number(field, label, getattr(retention, field), least=least, most=most, hint=hint)
