"""Answers to errors: what happened, what it means for the data, what to do, and a reference to quote."""

from __future__ import annotations

from bot import errors
from bot.views import blocks
from bot.views.labels import connect_button
from bot.views.message import Message, compose
from bot.views.trouble import Advice, advice
from bot.views.words import capital, code, duration, name, series, stopped, when, when_plain

_NEAR_AT_MOST = 5


def refused(error: errors.Refused) -> Message:
    """Answer a person whose request cannot be done as asked; no reference, nobody is alerted."""
    told, step = _refusal(error)
    connect = isinstance(error, errors.NothingLinked)
    return compose(
        f"{told} {capital(step)}",
        blocks.section(f"{told}\n*Next:* {step}"),
        blocks.actions(connect_button()) if connect else None,
    )


def broken(reference: str) -> Message:
    """Say that something failed that nobody foresaw."""
    return _drawn(
        Advice(
            what="Something went wrong on my side, and I did not do what you asked.",
            means="Snapshots made so far are not touched.",
            do="try again in a few minutes. If it happens again, give the reference to whoever runs "
            "Ledgerkeep.",
        ),
        reference,
    )


def slow(what: str) -> Message:
    """Say that an answer takes longer than usual."""
    told = f"This is taking longer than usual: {stopped(what)}"
    return compose(told, blocks.section(f"{told}\nYou need not ask again; the answer follows here."))


def trouble(error: errors.LedgerkeepError, reference: str) -> Message:
    """Explain an error that is not the person's own move."""
    if isinstance(error, errors.Refused):
        return refused(error)
    return _drawn(advice(error), reference, connect=_needs_consent(error), later=_later(error))


def _drawn(
    told: Advice, reference: str, *, connect: bool = False, later: tuple[str, str] | None = None
) -> Message:
    spoken, do = later or (told.do, told.do)
    return compose(
        f"{told.what} {told.means} {capital(spoken)}",
        blocks.section(f"*What happened:* {told.what}\n*Your data:* {told.means}\n*What to do:* {do}"),
        blocks.context(f"Reference: `{code(reference)}`"),
        blocks.actions(connect_button()) if connect else None,
    )


def _needs_consent(error: errors.LedgerkeepError) -> bool:
    return isinstance(error, errors.ConsentRevoked | errors.OrganisationGone)


def _later(error: errors.LedgerkeepError) -> tuple[str, str] | None:
    """Say when it goes on, once for listeners and once for readers; None where nobody knows."""
    if isinstance(error, errors.DayLimitReached):
        goes_on = "nothing. It goes on by itself: {}."
        return goes_on.format(when_plain(error.resume_at)), goes_on.format(when(error.resume_at))
    if isinstance(error, errors.Transient) and error.retry_after:
        again = f"try again in about {duration(error.retry_after)}."
        return again, again
    return None


def _refusal(error: errors.Refused) -> tuple[str, str]:
    match error:
        case errors.UnknownOrganisation():
            told = f"I know no organisation called “{name(error.asked)}” here.{_meant(error.near)}"
            return told, "`/backup status` lists those I can show here."
        case errors.AmbiguousOrganisation():
            which = series([f"“{name(each)}”" for each in error.names[:_NEAR_AT_MOST]])
            told = f"“{name(error.asked)}” matches more than one organisation: {which}{_others(error.names)}."
            return told, "type more of the name."
        case errors.NotAllowed():
            ask = (
                f"ask one of those who may: {stopped(error.needs)}"
                if error.needs
                else "ask a workspace admin."
            )
            return stopped(str(error)), ask
        case errors.LinkRefused():
            return stopped(str(error)), _LINK_STEPS.get(
                error.problem, "`/backup connect` gives you a new link."
            )
        case errors.UnsafePlan() | errors.PlanVoided() | errors.TargetBusy():
            known = advice(error)
            return stopped(str(error)) or known.what, known.do
    otherwise = (stopped(str(error)) or "I cannot do that as asked.", "`/backup help` lists what I can do.")
    return _REFUSALS.get(type(error), otherwise)


def _meant(near: tuple[str, ...]) -> str:
    if not near:
        return ""
    return f" Did you mean {series([f'“{name(each, 60)}”' for each in near[:_NEAR_AT_MOST]], 'or')}?"


def _others(names: tuple[str, ...]) -> str:
    hidden = len(names) - _NEAR_AT_MOST
    return f" and {hidden} more" if hidden > 0 else ""


_REFUSALS: dict[type, tuple[str, str]] = {
    errors.NothingLinked: (
        "No Xero organisation is linked to this workspace yet.",
        "connect one; I ask for permission to read only.",
    ),
    errors.NotHere: ("I cannot show that here.", "ask in the organisation's home channel."),
    errors.AlreadyRunning: (
        "A backup of this organisation is already running, so I have not started a second one.",
        "`/backup status` shows how it is doing.",
    ),
    errors.UnknownSnapshot: (
        "There is no such snapshot of this organisation.",
        "`/backup history` lists those there are.",
    ),
}

_LINK_STEPS = {
    errors.LinkProblem.DENIED: "type `/backup connect` when you are ready; nothing was linked.",
    errors.LinkProblem.WRONG_PERSON: "type `/backup connect` yourself; each link is for one person.",
    errors.LinkProblem.ALREADY_LINKED: "`/backup status` shows it. It is not backed up twice.",
    errors.LinkProblem.OTHER_WORKSPACE: "ask the people of that workspace to disconnect it first.",
    errors.LinkProblem.APP_LIMIT: "tell whoever runs Ledgerkeep; Xero allows each app only so many.",
    errors.LinkProblem.NO_ORGANISATION: "type `/backup connect` and choose an organisation on Xero's page.",
    errors.LinkProblem.SCOPES: "type `/backup connect` and leave every permission ticked.",
    errors.LinkProblem.UNAVAILABLE: "try again in a few minutes.",
}
