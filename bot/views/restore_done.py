"""The message of a restore that was written: counts, balances, predicted against actual, what is left."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.proof import Proof, TypeProof
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import Action, Todo
from bot.views import blocks
from bot.views import restore_parts as parts
from bot.views.message import Entry, Listing, Message, compose
from bot.views.words import capital, counted, label, number, sentence, series, stopped, when

_WORDS = {
    RestoreState.DONE: ("✅", "Restored and compared"),
    RestoreState.DIFFERENT: ("⚠️", "Restored, with differences"),
    RestoreState.UNPROVEN: ("⚠️", "Restored, not verified in part"),
}
_VERDICTS = {
    RestoreState.DONE: "nothing differs that the plan had not named",
    RestoreState.DIFFERENT: "some things differ that the plan had not named",
    RestoreState.UNPROVEN: "not everything could be compared",
}
_KINDS_AT_MOST = 12
_REPORT = "A report with every record and every difference comes as a file, not in this channel."


def done(restore: Restore) -> Message:
    """Tell how a restore came out; names, amounts and Xero's own words stand in the report."""
    (sign, word), verdict = _WORDS[restore.state], _VERDICTS[restore.state]
    proof = restore.proof
    if proof is None:
        because = parts.told_why(restore, "The target could not be read back.")
        return compose(
            f"{capital(parts.spoken(restore))} is written, but not verified. {because}",
            parts.header("⚠️", "Restored, not verified", restore),
            blocks.section(f"It is written. *Not verified:* {because}"),
            blocks.actions(parts.compare_button(restore)),
            blocks.context(parts.identity(restore)),
        )
    return compose(
        f"{capital(parts.spoken(restore))} is written and compared: {verdict}. {_heard(proof)}",
        parts.header(sign, word, restore),
        parts.from_and_into(restore),
        blocks.section(f"*{capital(verdict)}.*\n{_next(restore, proof)}"),
        _counts(restore, proof),
        blocks.section(_compared(proof)),
        _unverified(proof.not_verified),
        _confirmed(proof.confirmed),
        _by_hand(restore.by_hand),
        blocks.section(parts.so_far(restore)) if restore.approvals else None,
        blocks.actions(parts.compare_button(restore)) if restore.state is RestoreState.UNPROVEN else None,
        blocks.context(f"{_REPORT} It also lists every record created, should you want to undo them."),
        blocks.context(_ended(restore, proof), parts.identity(restore)),
    )


def _heard(proof: Proof) -> str:
    created = sum(one.created for one in proof.types)
    return f"{counted(created, 'record')} created, {_not_predicted(proof)}."


def _not_predicted(proof: Proof) -> str:
    return f"{counted(proof.not_predicted, 'difference')} not predicted"


def _next(restore: Restore, proof: Proof) -> str:
    steps = []
    if proof.not_predicted:
        steps.append("look at the differences that were not predicted: they come first in the report")
    if restore.by_hand:
        steps.append("do the steps by hand that are listed below")
    if not steps:
        return "*Next:* look through the new organisation before you work in it."
    return f"*Next:* {', then '.join(steps)}."


def _counts(restore: Restore, proof: Proof) -> Listing:
    """List the kinds of data of which something is missing or differs; the others share a line."""
    odd = [one for one in proof.types if one.refused or one.not_predicted or one.created < one.planned]
    fine = [one for one in proof.types if one.planned and one not in odd]
    entries = [Entry(_kind(one), label(one.title)) for one in odd]
    if fine:
        largest = sorted(fine, key=lambda one: one.created, reverse=True)[:_KINDS_AT_MOST]
        named = [f"{label(one.title)} ({number(one.created)})" for one in largest]
        rest = len(fine) - len(named)
        more = [counted(rest, "other kind of data", "other kinds of data")] if rest else []
        entries.append(Entry(f"Created as planned: {series([*named, *more])}."))
    return Listing(heading=_in_all(restore, proof), entries=entries, more="they are in the report.", most=20)


def _kind(one: TypeProof) -> str:
    return (
        f"• {label(one.title)}: {number(one.created)} of {number(one.planned)} created"
        + (f", *{number(one.refused)} refused by Xero*" if one.refused else "")
        + (f", *{number(one.unsent)} not sent*" if one.unsent else "")
        + (f", {number(one.not_predicted)} with differences not predicted" if one.not_predicted else "")
    )


def _in_all(restore: Restore, proof: Proof) -> str:
    asked, created, refused, unsent = (
        sum(getattr(one, field) for one in proof.types)
        for field in ("planned", "created", "refused", "unsent")
    )
    words = "; Xero's own words are in the report" if refused else ""
    needed = f"{number(unsent)} not sent, because what they need was refused · " if unsent else ""
    return (
        f"*Records:* {number(created)} of {number(asked)} created · {number(refused)} refused by Xero · "
        f"{needed}{_not_written(restore, proof)}{words}"
    )


def _not_written(restore: Restore, proof: Proof) -> str:
    """Count what was not to be written; the plan knows which of it came back with other records."""
    plan = restore.plan
    if plan is None:
        return f"{number(sum(one.left_out for one in proof.types))} left out"
    told = f"{number(plan.total(Action.LEAVE_OUT))} left out as the plan said"
    blocked = plan.total(Action.BLOCKED)
    return f"{told} · {number(blocked)} blocked" if blocked else told


def _compared(proof: Proof) -> str:
    differ = proof.balances_compared - proof.balances_equal
    balances = (
        f"*Trial balances:* {number(proof.balances_equal)} of "
        f"{counted(proof.balances_compared, 'balance')} equal"
        + (
            f", {number(differ)} differ{_as_said(proof)}; the report says by how much and why"
            if differ
            else ""
        )
    )
    contacts = (
        f"*What contacts owe and are owed:* {number(proof.contacts_equal)} of "
        f"{number(proof.contacts_compared)} equal"
    )
    differences = (
        f"*Predicted against actual:* {counted(proof.as_predicted, 'difference')} as predicted, "
        f"{number(proof.not_predicted)} not predicted"
    )
    warned = f"\n{counted(proof.warnings, 'warning')} from Xero on records it took." if proof.warnings else ""
    return f"{balances}.\n{contacts}.\n{differences}.{warned}"


def _as_said(proof: Proof) -> str:
    known = proof.balances and not proof.not_predicted and not proof.not_verified
    return ", all as the plan said" if known else ""


def _unverified(sentences: Sequence[str]) -> Listing | None:
    if not sentences:
        return None
    return Listing(
        heading="*Not verified*",
        entries=[Entry(f"• {stopped(one, 300)}", sentence(one, 40)) for one in sentences],
        more="they are in the report.",
        most=5,
    )


def _confirmed(sentences: Sequence[str]) -> blocks.Block | None:
    told = "\n".join(f"• {stopped(one, 300)}" for one in sentences)
    return blocks.section(f"*Confirmed by Xero, not compared*\n{told}") if told else None


def _by_hand(todos: Sequence[Todo]) -> Listing | None:
    if not todos:
        return None
    return Listing(
        heading="*Left to do by hand*",
        entries=[Entry(f"• {todo(one)}") for one in todos],
        more="they are in the report.",
        most=8,
    )


def todo(one: Todo) -> str:
    """Say one thing to do by hand, and how many records it concerns."""
    records = f" ({counted(one.count, 'record')})" if one.count else ""
    return f"{stopped(one.sentence, 300)}{records}"


def _ended(restore: Restore, proof: Proof) -> str:
    return f"Compared {when(proof.compared_at)} · {counted(restore.progress.calls, 'call')} to Xero used"
