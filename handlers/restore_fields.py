"""Read what stands in the modals of a restore, and say what is wrong with it. Pure; asks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.domain.names import Actor
from bot.domain.restore_form import Filled
from bot.domain.restore_plan import Conversion
from bot.errors import LedgerkeepError, NotAllowed, Refused, UnknownSnapshot
from bot.views import ids
from bot.views.restore_choose import CHOSEN, HISTORY_NOTES, KEEP_NUMBERS, SINGLE_PAYMENTS
from bot.views.restore_review import KNOWN
from bot.views.trouble import advice

Json = dict[str, Any]
DRILL = "drill"  # in what the form is about
NO_SOURCE = "Choose the organisation whose copy is to be restored."
NO_SNAPSHOT = "There is no snapshot to restore. Take a backup first."
NO_TARGET = "Choose the organisation to write to. If none is offered, link a new and empty one first."
NO_TYPES = "Choose at least one kind of data, or everything."
NO_REASON = "Say in a few words why this restore is wanted."


class Wrong(Refused):
    """A field holds what cannot be taken; `block` is where the sentence is shown."""

    def __init__(self, block: str, sentence: str) -> None:
        self.block = block
        super().__init__(sentence)


def about(view: Json) -> list[str]:
    """Give what a modal is about: the channel it was opened in, and ids."""
    return (ids.referred(str(view.get("private_metadata") or "")) or "").split(".")


def opened_in(actor: Actor, view: Json) -> Actor:
    """Give the person as acting where they opened the modal: Slack names no channel when it is sent.

    Slack keeps `private_metadata` as we wrote it; a person cannot change it.
    """
    return replace(actor, channel_id=about(view)[0])


def is_drill(view: Json) -> bool:
    """Say whether the form asks for a rehearsal."""
    return DRILL in about(view)[2:]


def after_choosing(view: Json, actions: Iterable[Json]) -> Json:
    """Give the modal with what was chosen just now in its state, whether Slack put it there or not."""
    state = {name: dict(each) for name, each in ((view.get("state") or {}).get("values") or {}).items()}
    for one in actions:
        state.setdefault(str(one.get("block_id", "")), {})[str(one.get("action_id", ""))] = one
    return {**view, "state": {"values": state}}


def filled(view: Json) -> Filled:
    """Read the form as far as it is filled in; what was chosen for another copy is passed over."""
    source_id = _option(view, ids.RESTORE_SOURCE) or (about(view)[1:] or [""])[0]
    picked = _options(view, ids.RESTORE_OPTIONS)
    conversion = _option(view, ids.RESTORE_CONVERSION)
    known = {one.value for one in Conversion}
    return Filled(
        source_id=source_id,
        snapshot_id=_option(view, ids.RESTORE_SNAPSHOT, block=f"{ids.RESTORE_SNAPSHOT}.{source_id}"),
        target_id=_option(view, ids.RESTORE_TARGET, block=f"{ids.RESTORE_TARGET}.{source_id}"),
        only_types=_option(view, ids.RESTORE_WHAT) == CHOSEN,
        types=_options(view, ids.RESTORE_TYPES),
        single_payments=SINGLE_PAYMENTS in picked,
        keep_void_numbers=KEEP_NUMBERS in picked,
        history_notes=HISTORY_NOTES in picked,
        conversion=Conversion(conversion) if conversion in known else Conversion.JOURNAL,
        reason=_text(view, ids.RESTORE_REASON),
    )


def checked(view: Json) -> Filled:
    """Read the form as it was sent; raises Wrong for the first thing that is missing."""
    found = filled(view)
    for is_missing, block, sentence in (
        (not found.source_id, ids.RESTORE_SOURCE, NO_SOURCE),
        (not found.snapshot_id, f"{ids.RESTORE_SNAPSHOT}.{found.source_id}", NO_SNAPSHOT),
        (not found.target_id, f"{ids.RESTORE_TARGET}.{found.source_id}", NO_TARGET),
        (found.only_types and not found.types, ids.RESTORE_TYPES, NO_TYPES),
        (not found.reason, ids.RESTORE_REASON, NO_REASON),
    ):
        if is_missing:
            raise Wrong(_shown(view, block), sentence)
    return found


def place_of(error: LedgerkeepError, view: Json) -> str:
    """Give the field at which an error about the whole form is shown."""
    source_id = filled(view).source_id
    field = ids.RESTORE_SNAPSHOT if isinstance(error, UnknownSnapshot) else ids.RESTORE_TARGET
    return _shown(view, f"{field}.{source_id}")


def typed_name(view: Json) -> str:
    """Give the name typed below a plan."""
    return _text(view, ids.TYPED_NAME_ACTION)


def limits_known(view: Json) -> bool:
    """Say whether the tick of a plan over a size limit is set."""
    return KNOWN in _options(view, ids.LIMITS_ACTION)


def why(view: Json) -> str:
    """Give the reason typed for declining."""
    return _text(view, ids.WHY_ACTION)


def sentence_of(error: LedgerkeepError) -> str:
    """Say an error where only a sentence fits: without marks of formatting."""
    if not isinstance(error, Refused):
        told = advice(error)
        return f"{told.what} {told.do[:1].upper()}{told.do[1:]}".replace("`", "")
    needs = f" It takes {error.needs}." if isinstance(error, NotAllowed) and error.needs else ""
    return f"{error}{needs}".replace("`", "")


def _shown(view: Json, block: str) -> str:
    """Give the block if the form has it as a field, else its first field."""
    inputs = [str(one.get("block_id", "")) for one in view.get("blocks", ()) if one.get("type") == "input"]
    return block if block in inputs or not inputs else inputs[0]


def _option(view: Json, action_id: str, *, block: str = "") -> str:
    chosen = _field(view, action_id, block).get("selected_option") or {}
    return str(chosen.get("value") or "")


def _options(view: Json, action_id: str) -> tuple[str, ...]:
    return tuple(str(one.get("value", "")) for one in _field(view, action_id).get("selected_options") or ())


def _text(view: Json, action_id: str) -> str:
    return str(_field(view, action_id).get("value") or "").strip()


def _field(view: Json, action_id: str, block: str = "") -> Json:
    """Find a field by its action, whatever its block is called, or in one block only."""
    values = (view.get("state") or {}).get("values") or {}
    for name, fields in values.items():
        found = fields.get(action_id) if isinstance(fields, dict) else None
        if isinstance(found, dict) and (not block or name == block):
            return found
    return {}
