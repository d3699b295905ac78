"""The message of a restore that was approved, until its proof: begins, writes, waits, stopped, failed."""

from __future__ import annotations

from bot.domain.permission import Permission
from bot.domain.restore import Restore, WritingProgress
from bot.views import blocks
from bot.views import restore_parts as parts
from bot.views.labels import PERMISSION_LABEL
from bot.views.message import Message, compose
from bot.views.words import (
    bar,
    capital,
    counted,
    duration,
    name,
    number,
    percent,
    sentence,
    when,
    when_plain,
)

_SAFE = "What was written stays; nothing is written twice when it goes on."


def approved(restore: Restore) -> Message:
    """Say who approved; the work begins as soon as the target is free."""
    at = restore.resume_at
    hinders = parts.told_why(restore, "Something else works on the target just now.")
    busy = f" {hinders} I look again {when(at)}." if at else " It begins as soon as the target is free."
    return compose(
        f"{capital(parts.spoken(restore))} is approved. It begins by itself.",
        parts.header("✅", "Approved", restore),
        parts.from_and_into(restore),
        parts.why(restore),
        _approved_by(restore),
        blocks.section(f"*Next:* nothing to do.{busy} Before the first write I look at everything again."),
        blocks.actions(parts.stop_button(restore)),
        blocks.context(parts.identity(restore)),
    )


def running(restore: Restore, *, stopping: bool = False) -> Message:
    """Show how far it is; `stopping`: a person asked it to stop and it ends after the write it is making."""
    share, progress = share_of(restore.progress), restore.progress
    refused = f", {number(progress.refused)} refused by Xero" if progress.refused else ""
    done = f"{number(progress.steps_done)} of {counted(progress.steps_total, 'step')} done{refused}"
    if not progress.steps_total:
        done = "Looking at the copy, the target and the plan once more before the first write."
    end = "⏹️ *Stopping:* it ends after the write it is making." if stopping else ""
    writes = progress.phase == "writing"
    return compose(
        f"Restoring: {parts.spoken(restore)}, {percent(share)} done, {done}.",
        parts.header("⏳", "Stopping" if stopping else _phase(progress), restore),
        blocks.section(f"`{bar(share, 20)}` {percent(share)}\n{done}{_now(progress)}"),
        blocks.section(end) if end else None,
        blocks.context(_spent(progress)),
        _approved_by(restore),
        blocks.actions(parts.stop_button(restore)) if writes and not stopping else None,
        blocks.context(parts.identity(restore)),
    )


def parked(restore: Restore) -> Message:
    """Say that it waits for tomorrow's calls and goes on by itself."""
    at = restore.resume_at
    goes_on = when(at) if at else "as soon as Xero allows calls again"
    heard = f"on {when_plain(at)}" if at else "as soon as Xero allows calls again"
    return compose(
        f"{capital(parts.spoken(restore))} is paused: Xero's calls for today are used up. "
        f"It goes on by itself {heard}.",
        parts.header("⏸️", "Paused", restore),
        blocks.section(
            f"Xero allows a limited number of calls a day, and today's are used up. {_stands(restore)}\n"
            f"*It goes on by itself:* {goes_on}. Nothing to do; please change nothing in the target."
        ),
        blocks.context(_spent(restore.progress)),
        _approved_by(restore),
        blocks.actions(parts.stop_button(restore)),
        blocks.context(parts.identity(restore)),
    )


def stopped(restore: Restore, permission: Permission = Permission.TO_WRITE) -> Message:
    """Say that a person stopped it, what stands, and how it goes on."""
    return _halted(restore, "⏹️", "Stopped", parts.told_why(restore, "A person stopped it."), permission)


def failed(restore: Restore, permission: Permission = Permission.TO_WRITE) -> Message:
    """Say why it cannot go on by itself, what stands, and how it goes on once mended."""
    return _halted(restore, "❌", "Failed", parts.told_why(restore, "It could not go on."), permission)


def share_of(progress: WritingProgress) -> float:
    """Say how far a restore is, never quite all: only the proof says that it ended."""
    if not progress.steps_total:
        return 0.0
    return min(progress.steps_done / progress.steps_total, 0.99)


def _halted(restore: Restore, sign: str, word: str, what: str, permission: Permission) -> Message:
    mends = parts.permission_button(restore) if permission.is_one_consent_away else None
    return compose(
        f"{capital(parts.spoken(restore))}: {word.lower()}. {what} {_written(restore)}",
        parts.header(sign, word, restore),
        parts.from_and_into(restore),
        blocks.section(
            f"*What happened:* {what}\n*The target:* {_stands(restore)} Nothing is compared yet.\n"
            f"*Next:* {_before_going_on(restore, permission)}press *Continue restore* to go on where it "
            "was, or leave it: the organisation that was copied is as it was."
        ),
        _approved_by(restore),
        blocks.actions(*([mends] if mends else []), parts.continue_button(restore, first=mends is None)),
        blocks.context(_spent(restore.progress), parts.identity(restore)),
    )


def _before_going_on(restore: Restore, permission: Permission) -> str:
    """Say what has to be done before it can go on; "" when nothing."""
    target, needs = name(restore.target_name), restore.progress.needs
    if needs:
        return f"{sentence(needs)} Once it is mended, "
    if permission is Permission.UNLINKED:
        return f"*{target}* is no longer linked: link it again with `/backup connect`, then "
    if not permission.is_one_consent_away:
        return ""
    lost, does = f"Xero no longer lets me into *{target}*", "that connects it again and lets me write there"
    if permission is Permission.TO_READ:
        lost, does = f"I may only read in *{target}*", "that lets me write there again"
    return (
        f"{lost}. A workspace admin or a keeper presses *{PERMISSION_LABEL}* and consents in Xero as "
        f"somebody who may edit it: {does}. Then "
    )


def _approved_by(restore: Restore) -> dict[str, object] | None:
    return blocks.section(parts.so_far(restore)) if restore.approvals else None


def _phase(progress: WritingProgress) -> str:
    words = {"reading back": "Reading back", "comparing": "Comparing"}
    return words.get(progress.phase, "Restoring")


def _now(progress: WritingProgress) -> str:
    if progress.phase == "reading back":
        return "\nEverything is written. Reading the target back, to compare it with the copy."
    if progress.phase == "comparing":
        return "\nEverything is written and read back. Comparing the two."
    return f"\nWriting now: {sentence(progress.current, 100)}" if progress.current else ""


def _written(restore: Restore) -> str:
    progress = restore.progress
    if not progress.steps_done:
        return "Nothing was written so far."
    of = f" of {number(progress.steps_total)}" if progress.steps_total else ""
    verb = "step was" if progress.steps_done == 1 and not of else "steps were"
    return f"{number(progress.steps_done)}{of} {verb} done so far."


def _stands(restore: Restore) -> str:
    return f"{_written(restore)} {_SAFE}" if restore.progress.steps_done else _written(restore)


def _spent(progress: WritingProgress) -> str:
    planned = f" of about {number(progress.calls_planned)}" if progress.calls_planned else ""
    told = [f"{number(progress.calls)}{planned} calls to Xero used"]
    if progress.calls_left_today is not None:
        told.append(f"{number(progress.calls_left_today)} left today")
    if progress.seconds_left:
        told.append(f"about {duration(progress.seconds_left)} to go")
    return " · ".join(told)
