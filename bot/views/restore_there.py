"""What the home channel of a restore's target hears, where it is not the home of what was copied.

Who looks after the target need not know of the source: no name of it, no person, nothing from the books.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.restore import Restore, RestoreState
from bot.views import blocks
from bot.views.message import Message, compose
from bot.views.words import name

_FOUND = "is written and compared: {} Look through it before you work in it."
_STAYS = "What was written stays in it. Who looks after the other organisation may let it go on."
_ENDS: Mapping[RestoreState, tuple[str, str]] = {
    RestoreState.DONE: ("✅", _FOUND.format("nothing differs that its plan had not named.")),
    RestoreState.DIFFERENT: ("⚠️", _FOUND.format("some things differ that its plan had not named.")),
    RestoreState.UNPROVEN: ("⚠️", _FOUND.format("not everything could be compared.")),
    RestoreState.STOPPED: ("⏹️", f"was stopped by a person. {_STAYS}"),
    RestoreState.FAILED: ("❌", f"could not go on. {_STAYS}"),
    RestoreState.VOIDED: ("🔁", "is void: nothing more is written."),
}
_COMES = (
    "A copy of another organisation's books is rebuilt in it as soon as it is free. Please enter nothing "
    "there until this channel hears that it has ended; it is not backed up in the meantime."
)
_WHO = (
    "Who looks after that other organisation asked for it and approved it, sees how far it is, and can stop "
    "it. If nobody here expected this, ask a workspace admin."
)


def approved(restore: Restore) -> Message:
    """Say that a restore will write to an organisation that is at home here."""
    told = f"{_what(restore)} is approved."
    return compose(f"{told} {_COMES}", blocks.section(f"📥 *{told}*\n{_COMES}\n{_WHO}"), _reference(restore))


def ended(restore: Restore) -> Message | None:
    """Say how it came out; None while it goes on."""
    if restore.state not in _ENDS:
        return None
    sign, how = _ENDS[restore.state]
    told = f"{_what(restore)} {how}"
    return compose(told, blocks.section(f"{sign} {told}"), _reference(restore))


def _what(restore: Restore) -> str:
    return f"A restore{' rehearsal' if restore.is_drill else ''} into {name(restore.target_name)}"


def _reference(restore: Restore) -> blocks.Block:
    return blocks.context(f"Reference `{name(restore.reference or restore.id[:8], 40)}`")
