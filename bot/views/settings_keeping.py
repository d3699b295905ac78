"""The modal for retention: how many snapshots stay, what it means, and a tick before any are lost."""

from __future__ import annotations

from bot.domain.settings import RETENTION_BOUNDS, Retention
from bot.views import blocks, ids
from bot.views import settings_inputs as inputs
from bot.views.blocks import Block
from bot.views.settings_words import kept
from bot.views.words import capital, name

HOLD, HELD = "hold", "held"
FEWER, KNOWN = "fewer", "known"
_BACK = "Counted back from the newest; 0 switches this off."
LABELS = {
    "all_days": ("Keep every snapshot of this many days", "Counted back from the newest; at least 2."),
    "daily": ("Keep the last snapshot of this many days", _BACK),
    "monthly": ("Keep the last snapshot of this many months", _BACK),
    "yearly": ("Keep the last snapshot of this many years", _BACK),
}


def retention_modal(organisation_name: str, retention: Retention, *, held: bool, ref: str) -> Block:
    """Ask which snapshots of an organisation are kept."""
    hold = inputs.choice("Legal hold", HELD, "While it is on, no snapshot is deleted, whatever stands above.")
    known = inputs.choice("I know that snapshots will be deleted for good", KNOWN)
    return blocks.modal(
        "Retention",
        (
            blocks.section(
                f"*{name(organisation_name)}* keeps {kept(retention)}. "
                + ("It is under *legal hold*: nothing is deleted." if held else "Everything else is deleted.")
                + "\nA snapshot stays if any of the numbers keeps it; only days, months and years that have "
                "a snapshot are counted. The newest snapshot and the newest complete one always stay. What "
                "has been deleted does not come back with larger numbers."
            ),
            *(_number(field, retention) for field in RETENTION_BOUNDS),
            inputs.ticks(HOLD, "Never delete", (hold,), chosen=(HELD,) if held else ()),
            inputs.ticks(
                FEWER,
                "To keep less than now",
                (known,),
                hint="Needed when a number becomes smaller, or when the legal hold ends.",
            ),
        ),
        callback_id=ids.RETENTION_MODAL,
        submit="Save",
        metadata=ids.reference(ref),
    )


def meaning(retention: Retention, *, held: bool) -> str:
    """Say what is kept from now on, as sentences."""
    told = f"{capital(kept(retention))}."
    return f"{told} Legal hold is on: nothing is deleted." if held else told


def _number(field: str, retention: Retention) -> Block:
    label, hint = LABELS[field]
    least, most = RETENTION_BOUNDS[field]
    return inputs.whole_number(field, label, getattr(retention, field), least=least, most=most, hint=hint)
