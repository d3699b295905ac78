"""The one message of a restore in its channel, as it stands: which view draws which state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.access import ApproverList
from bot.domain.permission import Permission
from bot.domain.restore import Restore, RestoreState
from bot.views import blocks
from bot.views import restore_done as done
from bot.views import restore_ended as ended
from bot.views import restore_parts as parts
from bot.views import restore_request as request
from bot.views import restore_running as running
from bot.views.message import Message, compose
from bot.views.words import capital, person, stopped

_DRAWN: Mapping[RestoreState, Callable[[Restore], Message]] = {
    RestoreState.REFUSED: ended.refused,
    RestoreState.DECLINED: ended.declined,
    RestoreState.EXPIRED: ended.expired,
    RestoreState.VOIDED: ended.voided,
    RestoreState.WITHDRAWN: ended.withdrawn,
    RestoreState.APPROVED: running.approved,
    RestoreState.PARKED: running.parked,
    RestoreState.DONE: done.done,
    RestoreState.DIFFERENT: done.done,
    RestoreState.UNPROVEN: done.done,
}


def draw(
    restore: Restore,
    named: ApproverList,
    *,
    lacks_permission: bool = False,
    stopping: bool = False,
    permission: Permission = Permission.TO_WRITE,
) -> Message:
    """Draw a restore as it stands.

    `lacks_permission`: nobody let us write to the target yet; `stopping`: a person asked what writes to stop;
    `permission`: what stopped or failed may do in its target now.
    """
    if restore.state is RestoreState.PLANNING:
        return request.permission(restore) if lacks_permission else request.planning(restore)
    if restore.state is RestoreState.WAITING:
        return request.request(restore, named)
    if restore.state is RestoreState.RUNNING:
        return running.running(restore, stopping=stopping)
    if restore.state.may_go_on:
        halted = running.stopped if restore.state is RestoreState.STOPPED else running.failed
        return halted(restore, permission)
    return _DRAWN[restore.state](restore)


def in_thread(restore: Restore, by: str) -> Message | None:
    """Say in the thread what a person just did, so that who asked hears of it; None: nothing to say."""
    what = _THREAD.get(restore.state)
    if restore.state is RestoreState.WAITING and restore.approvals:
        missing = restore.needed - len(restore.approvals)
        what = f"approved this restore; {missing} more needed"
    if what is None:
        return None
    told = f"{person(by)} {what}."
    hears = f" {person(restore.requested_by)}, you asked for it." if by != restore.requested_by else ""
    return compose(
        f"{what[:1].upper()}{what[1:]}: {parts.spoken(restore)}.", blocks.section(f"{told}{hears}")
    )


def asks_again(restore: Restore) -> Message | None:
    """Say in the thread that an approved restore waits for people again; None: it does not."""
    if restore.state is not RestoreState.WAITING or not restore.ending:
        return None
    again = f"{parts.spoken(restore)} waits for approval again."
    return compose(
        f"{capital(again)} {stopped(restore.ending)}",
        blocks.section(f"{parts.told_why(restore, '')} It waits for approval again: *Review plan* above."),
    )


_THREAD = {
    RestoreState.APPROVED: "let this restore go ahead: it begins as soon as the target is free",
    RestoreState.RUNNING: "asked this restore to stop; it ends after the write it is making",
    RestoreState.DECLINED: "declined this restore",
    RestoreState.WITHDRAWN: "withdrew this request",
    RestoreState.STOPPED: "stopped this restore",
}
