"""Restores in lists: a line about each in the digest and on Home, a sentence beside an organisation.

What is said here may stand in a channel: organisations, people of the workspace, times. What the books say is
in the plan, which its button shows to those who may see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.restore import RestoreState
from bot.domain.restore_note import RestoreNote
from bot.domain.standing import Standing
from bot.views import blocks, ids
from bot.views.blocks import Block
from bot.views.labels import CONTINUE_LABEL, PERMISSION_LABEL, REVIEW_LABEL
from bot.views.moments import ago
from bot.views.words import channel, counted, name, person, plain_name, when

_NAME = 60
_STATES = {
    RestoreState.PLANNING: "its plan is being made",
    RestoreState.WAITING: "its plan waits for approval",
    RestoreState.APPROVED: "approved; it begins by itself as soon as the target is free",
    RestoreState.RUNNING: "running",
    RestoreState.PARKED: "paused, because Xero's calls for the day are used up; it goes on by itself",
    RestoreState.STOPPED: "stopped by a person",
    RestoreState.FAILED: "failed; nothing is compared yet",
}
_FOUND = {
    RestoreState.DONE: "nothing unpredicted",
    RestoreState.DIFFERENT: "some things differ that the plan had not named",
    RestoreState.UNPROVEN: "not everything could be compared",
}
_DECIDED_THERE = "Who looks after the organisation that was copied decides."
_BUTTONS = {True: CONTINUE_LABEL, False: REVIEW_LABEL}


def request(note: RestoreNote, now: datetime, *, is_here: bool) -> Block:
    """Draw a restore that waits for people; `is_here`: its buttons work where this is shown."""
    told = f"*{_between(note)}*: {_state(note)}. {_asked(note, now)}"
    if note.state is RestoreState.WAITING and is_here:
        spoken = f"{REVIEW_LABEL} into {plain_name(note.target_name, 40)}"
        button = blocks.button(REVIEW_LABEL, ids.REVIEW_PLAN, ids.reference(note.id), spoken=spoken)
        return blocks.section(told, button)
    return blocks.section(f"{told} {_where(note)}")


def under_way(note: RestoreNote) -> str:
    """Say of a restore that goes on by itself how it stands."""
    at = f" {when(note.resume_at)}" if note.state is RestoreState.PARKED and note.resume_at else ""
    return f"• *{_between(note)}*: {_state(note)}{at}."


def came_out(note: RestoreNote) -> str:
    """Say what was found when a restore was compared: "Restore rehearsal of X into Y, 3 Nov: …"."""
    at = f" {when(note.finished_at)}" if note.finished_at else ""
    return f"• *{_between(note)}*,{at}: {_FOUND[note.state]}."


def waiting(notes: Sequence[RestoreNote]) -> str:
    """Count what waits for people, for a title: "1 restore waits for somebody"; "" for nothing."""
    count = sum(one.waits_for_people for one in notes)
    return f"{counted(count, 'restore waits', 'restores wait')} for somebody" if count else ""


def beside(standing: Standing) -> list[str]:
    """Say in a line about an organisation what restores of it or into it are not over."""
    return [_of(one, standing) for one in standing.restores]


def each_once(standings: Sequence[Standing]) -> list[RestoreNote]:
    """Give the restores of these organisations, as those may read them who see these and no others."""
    seen = {one.organisation.id for one in standings}
    notes = {note.id: note for one in standings for note in one.restores}
    return [note if note.source_id in seen else note.without_source() for note in notes.values()]


def _of(note: RestoreNote, standing: Standing) -> str:
    mine = note.source_id == standing.organisation.id
    what = "rehearsal" if note.is_drill else "restore"
    which = f"A {what} of it into {name(note.target_name, _NAME)}" if mine else f"A {what} into it"
    told = f"{which}: {_state(note)}."
    if not note.waits_for_people:
        return told
    return f"{told} {_where(note)}" if mine else f"{told} {_DECIDED_THERE}"


def _between(note: RestoreNote) -> str:
    what = "Restore rehearsal" if note.is_drill else "Restore"
    of = f" of {name(note.source_name, _NAME)}" if note.source_name else ""
    return f"{what}{of} into {name(note.target_name, _NAME)}"


def _state(note: RestoreNote) -> str:
    return "waits for permission in Xero to write" if note.lacks_permission else _STATES[note.state]


def _asked(note: RestoreNote, now: datetime) -> str:
    by = f" by {person(note.requested_by)}" if note.requested_by else ""
    expires = f", expires {when(note.expires_at)}" if note.is_open else ""
    return f"Asked for{by} {ago(note.requested_at, now)}{expires}."


def _where(note: RestoreNote) -> str:
    """Say which button of its message helps, and where that stands."""
    text = PERMISSION_LABEL if note.lacks_permission else _BUTTONS[note.is_halted]
    place = channel(note.channel_id)
    if not place:
        return _DECIDED_THERE
    if note.state is RestoreState.PLANNING and not note.lacks_permission:
        return f"Its message is in {place}."
    return f"Press *{text}* below its message in {place}."
