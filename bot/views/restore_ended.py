"""The message of a restore that was not carried out: refused, declined, withdrawn, expired, void."""

from __future__ import annotations

from bot.domain.restore import Restore
from bot.views import blocks
from bot.views import restore_parts as parts
from bot.views.blocks import Block
from bot.views.message import Message, compose
from bot.views.words import capital, counted, person, stopped, when, when_plain

_NOTHING = "Nothing was written."


def refused(restore: Restore) -> Message:
    """Say that there is no plan that could be offered, and why."""
    because = parts.told_why(restore, "The plan would not have been safe.")
    plan, again = restore.plan, parts.command(restore)
    return compose(
        f"There is no safe plan for {parts.spoken(restore)}: {because} {_NOTHING}",
        parts.header("⛔", "Not possible", restore),
        parts.from_and_into(restore),
        blocks.section(f"*Why:* {because} {_NOTHING}\n*Next:* mend it, then ask again: `{again}`."),
        parts.checks(plan) if plan else None,
        parts.worst(plan, more="not listed here.") if plan else None,
        blocks.context(parts.identity(restore)),
    )


def declined(restore: Restore) -> Message:
    """Say who declined, when and why."""
    no = next((one for one in restore.decisions if not one.approved), None)
    who, at = (person(no.user_id), no.at) if no else ("somebody", restore.state_since)
    said = f"\n*Why:* {stopped(no.reason)}" if no and no.reason else ""
    return _closed(
        restore,
        "🚫",
        "Declined",
        heard=f"{capital(parts.spoken(restore))} was declined on {when_plain(at)}. {_written(restore)}",
        told=f"Declined by {who} {when(at)}. {_written(restore)}{said}",
    )


def withdrawn(restore: Restore) -> Message:
    """Say that the requester took it back."""
    said = f"\n*Why:* {stopped(restore.ending)}" if restore.ending else ""
    who, at = person(restore.requested_by), restore.state_since
    return _closed(
        restore,
        "↩️",
        "Withdrawn",
        heard=f"The request for {parts.spoken(restore)} was withdrawn on {when_plain(at)}. "
        f"{_written(restore)}",
        told=f"Withdrawn by {who}, who asked for it, {when(at)}. {_written(restore)}{said}",
    )


def expired(restore: Restore) -> Message:
    """Say that nobody decided in time."""
    at = restore.expires_at
    return _closed(
        restore,
        "⌛",
        "Expired",
        heard=f"The request for {parts.spoken(restore)} expired on {when_plain(at)}. {_written(restore)}",
        told=f"Not decided in time: the request expired {when(at)}. {_written(restore)}\n{_again(restore)}",
    )


def voided(restore: Restore) -> Message:
    """Say that something changed since the request, and what."""
    what = parts.told_why(restore, "The copy, the target or the plan is not what it was.")
    approved = f"\n{parts.so_far(restore)}" if restore.approvals else ""
    written = _written(restore)
    return _closed(
        restore,
        "🔁",
        "Void",
        heard=f"The request for {parts.spoken(restore)} is void: {what} {written}",
        told=f"*What changed:* {what} An approval holds for one plan only. {written}{approved}\n"
        f"{_again(restore)}",
    )


def _again(restore: Restore) -> str:
    return f"*Next:* `{parts.command(restore)}` asks again."


def _written(restore: Restore) -> str:
    """Say what was written: a restore that goes on may find that its place has changed."""
    if not restore.progress.steps_done:
        return _NOTHING
    return f"{counted(restore.progress.steps_done, 'record')} written before that stay in the target."


def _closed(restore: Restore, sign: str, word: str, *, heard: str, told: str) -> Message:
    asked: Block = parts.why(restore)
    return compose(
        heard,
        parts.header(sign, word, restore),
        parts.from_and_into(restore),
        asked,
        blocks.section(told),
        blocks.context(parts.identity(restore)),
    )
