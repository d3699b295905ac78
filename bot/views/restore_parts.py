"""Parts that the messages about a restore share: from and into, the plan in numbers, effort, who may decide.

What is said here may stand in a channel: organisations, counts, sentences; never a name or an amount from the
books.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.access import ApproverList
from bot.domain.restore import Restore
from bot.domain.restore_plan import Action, Check, Effort, PlanSummary, ReasonLine, Verdict
from bot.views import blocks, ids
from bot.views.blocks import Block
from bot.views.labels import (
    COMPARE_LABEL,
    CONTINUE_LABEL,
    DECLINE_LABEL,
    PERMISSION_LABEL,
    REVIEW_LABEL,
    STOP_RESTORE_LABEL,
)
from bot.views.message import Entry, Listing
from bot.views.settings_words import approvers as in_words
from bot.views.words import (
    code,
    counted,
    duration,
    label,
    name,
    number,
    person,
    plain_name,
    sentence,
    series,
    stopped,
    when,
)

WORST = 3
_NAMED_AT_MOST = 16
_TELLS_NOTHING = frozenset({"yes", "no", "granted", "none", "all that is needed", "no documents"})
CHECKS = 20
_NEVER = "The organisation that was copied is never written to."
ACTION_WORDS = {
    Action.CREATE: "created",
    Action.CHANGE: "come back changed",
    Action.MATCH: "there already",
    Action.LEAVE_OUT: "left out",
    Action.BLOCKED: "blocked",
}
# Beside a count that may be one.
COUNT_WORDS = ACTION_WORDS | {Action.CHANGE: "changed"}
_SIGNS = {Verdict.PASSES: "✅", Verdict.WARNS: "⚠️", Verdict.FAILS: "❌"}
_SPOKEN = {Verdict.PASSES: "passes", Verdict.WARNS: "look at this", Verdict.FAILS: "does not pass"}


def header(sign: str, word: str, restore: Restore) -> Block:
    """Give the title of a message about a restore."""
    what = "restore rehearsal" if restore.is_drill else "" if word.startswith("Restor") else "restore"
    names = f"{plain_name(restore.source_name, 45)} → {plain_name(restore.target_name, 45)}"
    return blocks.header(f"{sign} {word}: {what}{' ' * bool(what)}{names}")


def spoken(restore: Restore) -> str:
    """Name a restore inside a sentence that is only heard."""
    names = f"{name(restore.source_name, 60)} into {name(restore.target_name, 60)}"
    return f"the {'restore rehearsal' if restore.is_drill else 'restore'} of {names}"


def command(restore: Restore) -> str:
    """Give the command that asks for one like it."""
    return "/backup drill" if restore.is_drill else "/backup restore"


def from_and_into(restore: Restore) -> Block:
    """Say what is restored, into what, who asked and when."""
    taken = f", snapshot of {when(restore.snapshot_taken_at)}" if restore.snapshot_taken_at else ""
    kinds = len(restore.choice.types)
    what = counted(kinds, "chosen kind of data", "chosen kinds of data") if kinds else "all that comes back"
    return blocks.fields(
        (
            ("From the copy of", f"{name(restore.source_name)}{taken}"),
            ("Into", name(restore.target_name)),
            ("Asked for by", f"{person(restore.requested_by)}, {when(restore.requested_at)}"),
            ("What", f"{what}, with what it needs" if kinds else what),
        )
    )


def why(restore: Restore) -> Block:
    """Say why it was asked for, in the requester's words."""
    return blocks.section(f"*Why:* {stopped(restore.reason) or 'no reason was given.'}")


def in_one_line(plan: PlanSummary) -> str:
    """Give the plan in numbers of records."""
    told = [f"{number(plan.total(one))} {word}" for one, word in ACTION_WORDS.items()]
    return " · ".join(told)


def checks(plan: PlanSummary, *, more: str = "they are in the plan.") -> Listing:
    """List the checks of the region rule by name, each with its two values."""
    return Listing(
        heading="*Checks*",
        entries=[Entry(_check(one), label(one.title)) for one in plan.checks],
        more=more,
        most=CHECKS,
    )


def checks_in_short(plan: PlanSummary) -> Listing | None:
    """List what does not pass; of what passes only the names, and the target's values."""
    passed = [one for one in plan.checks if one.verdict is Verdict.PASSES]
    rest = [Entry(_check(one), label(one.title)) for one in plan.checks if one not in passed]
    fine = Entry(f"✅ {counted(len(passed), 'check passes', 'checks pass')}: {_names(passed)}.")
    if not plan.checks:
        return None
    return Listing(
        heading="*Checks*",
        entries=[*rest, *([fine] if passed else [])],
        more="they are in the plan.",
        most=12,
    )


def _names(passed: Sequence[Check]) -> str:
    told = []
    for one in passed[:_NAMED_AT_MOST]:
        value = sentence(one.target_value, 40)
        is_news = value and value not in _TELLS_NOTHING and one.key != "another"
        told.append(f"{_small(label(one.title))}{f' ({value})' if is_news else ''}")
    more = len(passed) - len(told)
    return series([*told, *([f"{number(more)} more"] if more > 0 else [])])


def _small(title: str) -> str:
    """Begin a title small inside a sentence; names in it keep their capitals."""
    return title[:1].lower() + title[1:]


def worst(plan: PlanSummary, *, more: str = "they are in the plan.") -> Listing | None:
    """List the worst losses of a plan; nothing when nothing is lost."""
    lost = losses(plan)
    if not lost:
        return None
    return Listing(
        heading="*What does not come back as it was*, worst first",
        entries=[Entry(loss(one)) for one in lost],
        more=more,
        most=WORST,
    )


def losses(plan: PlanSummary) -> list[ReasonLine]:
    """Give the reasons that tell of a loss; what is matched or created as it was is none."""
    kept = {Action.MATCH, Action.CREATE}
    return [one for one in plan.reasons if one.is_loss and one.action not in kept]


def loss(one: ReasonLine) -> str:
    """Say one reason, without examples."""
    moves = " *Balances differ by it.*" if one.moves_ledger else ""
    instead = f" _Instead:_ {stopped(one.instead, 300)}" if one.instead else ""
    return (
        f"• *{label(one.title)}*, {number(one.count)} {COUNT_WORDS[one.action]}: "
        f"{stopped(one.sentence, 400)}{moves}{instead}"
    )


def effort(one: Effort) -> str:
    """Say what a plan costs in calls and time, against today's allowance."""
    told = (
        f"*Effort:* about {counted(one.calls, 'call')} to Xero ({number(one.calls_write)} to write, "
        f"{number(one.calls_read)} to read) and {duration(one.seconds)} of waiting for Xero"
    )
    spread = f", spread over {counted(one.days, 'day')}" if one.days > 1 else ""
    if one.calls_left_today is None:
        return f"{told}{spread}. Xero allows {number(one.calls_per_day)} calls a day."
    left = f"{number(one.calls_left_today)} of today's {number(one.calls_per_day)} calls are left"
    return f"{told}{spread}; {left}."


def who_may_approve(named: ApproverList, restore: Restore) -> str:
    """Say who may approve and why them, and who did so far."""
    why_them = (
        "Nobody else is named in `/backup settings`."
        if named.is_default
        else "An admin named them in `/backup settings`."
    )
    told = (
        f"*Who may approve:* {in_words(replace(named, needed=restore.needed))}, "
        f"never {person(restore.requested_by)}, who asked for it. {why_them}"
    )
    return f"{told}\n{so_far(restore)}" if restore.approvals else told


def so_far(restore: Restore) -> str:
    """Say who approved, and when."""
    told = [f"{person(one.user_id)} {when(one.at)}" for one in restore.approvals]
    count = f"{number(len(told))} of {counted(restore.needed, 'approval')}: " if restore.needed > 1 else ""
    return f"*Approved by* {count}{', '.join(told)}."


def identity(restore: Restore) -> str:
    """Give what people quote: the plan's fingerprint and the reference."""
    plan = f"Plan `{code(restore.fingerprint[:8])}` · " if restore.fingerprint else ""
    return f"{plan}Reference `{code(restore.reference or restore.id[:8])}`"


def told_why(restore: Restore, otherwise: str) -> str:
    """Give the sentence why it ended."""
    return stopped(restore.ending) or otherwise


def never() -> str:
    """Say what never happens."""
    return _NEVER


def review_button(restore: Restore) -> Block:
    """Give the button that opens the plan."""
    return blocks.button(
        REVIEW_LABEL,
        ids.REVIEW_PLAN,
        ids.reference(restore.id),
        style="primary",
        spoken=_spoken(REVIEW_LABEL, restore),
    )


def decline_button(restore: Restore) -> Block:
    """Give the button that asks why, and closes the request."""
    return blocks.button(
        DECLINE_LABEL, ids.DECLINE, ids.reference(restore.id), spoken=_spoken(DECLINE_LABEL, restore)
    )


def permission_button(restore: Restore) -> Block:
    """Give the button that is answered with a private link to Xero's consent page."""
    return blocks.button(
        PERMISSION_LABEL,
        ids.GIVE_PERMISSION,
        ids.reference(restore.id),
        style="primary",
        spoken=f"{PERMISSION_LABEL} to write to {plain_name(restore.target_name, 40)}",
    )


def stop_button(restore: Restore) -> Block:
    """Give the button that stops the writing; it asks again."""
    asked = blocks.confirm(
        "Stop this rehearsal?" if restore.is_drill else "Stop this restore?",
        f"What was written to {plain_name(restore.target_name)} so far stays there. It can go on later "
        "where it was; nothing is written twice.",
        yes=STOP_RESTORE_LABEL,
        no="Keep going",
    )
    return blocks.button(
        STOP_RESTORE_LABEL, ids.STOP_RESTORE, ids.reference(restore.id), confirm=asked,
        spoken=_spoken(STOP_RESTORE_LABEL, restore),
    )  # fmt: skip


def continue_button(restore: Restore, *, first: bool = True) -> Block:
    """Give the button that lets a stopped restore go on; `first`: nothing else is to be pressed before."""
    return blocks.button(
        CONTINUE_LABEL, ids.CONTINUE_RESTORE, ids.reference(restore.id), style="primary" if first else "",
        spoken=_spoken(CONTINUE_LABEL, restore),
    )  # fmt: skip


def compare_button(restore: Restore) -> Block:
    """Give the button that has a restored organisation read back and compared once more."""
    return blocks.button(
        COMPARE_LABEL, ids.COMPARE_AGAIN, ids.reference(restore.id), spoken=_spoken(COMPARE_LABEL, restore)
    )


def _check(one: Check) -> str:
    values = _values(one)
    why_not = f" {stopped(one.why, 300)}" if one.why and one.verdict is not Verdict.PASSES else ""
    told = f"{_SIGNS[one.verdict]} {label(one.title)} ({_SPOKEN[one.verdict]})"
    return f"{told}{': ' if values else ''}{values}.{why_not}"


def _values(one: Check) -> str:
    """Give the two values, once where they are the same or only the target has one."""
    mine, theirs = sentence(one.source_value, 80), sentence(one.target_value, 80)
    if not mine or mine == theirs:
        return theirs or mine
    return f"{mine} → {theirs or '–'}"


def _spoken(text: str, restore: Restore) -> str:
    return f"{text} into {plain_name(restore.target_name, 40)}"
