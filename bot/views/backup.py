"""Messages about backups: asked for, running, parked, finished, status and history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.backup import Run, RunState, Summary, Verdict
from bot.domain.standing import Finding, Standing
from bot.views import blocks, exports, filling, ids, limits, state
from bot.views import progress as progress_of
from bot.views import summary as parts
from bot.views.blocks import Block
from bot.views.caveat import caveat
from bot.views.findings import spoken, worth_a_look
from bot.views.labels import CHANGES_LABEL, COVERAGE_LABEL, connect_button
from bot.views.message import Entry, Listing, Message, compose
from bot.views.words import (
    capital,
    code,
    counted,
    hyperlink,
    name,
    percent,
    person,
    plain_name,
    stopped,
    when,
    when_plain,
)

_BUTTONS_AT_MOST = 5


def queued(organisation_name: str) -> Message:
    """Acknowledge to one person that their backup will start."""
    told = f"A backup of {name(organisation_name)} is queued. Progress and result are posted in its channel."
    return compose(told, blocks.section(told), blocks.context("Nothing more to do."))


def running(run: Run) -> Message:
    """Show how far a backup is."""
    spoken = f"{percent(progress_of.share(run))} done, {counted(run.progress.records, 'record')} read so far."
    if progress_of.books_are_read(run):
        spoken = "the books are read; files and history go on."
    return compose(
        f"Backing up {name(run.organisation_name)}: {spoken}",
        blocks.header(f"⏳ Backing up: {plain_name(run.organisation_name)}"),
        blocks.section(progress_of.how_far(run)),
        blocks.context(progress_of.spent(run)),
        blocks.actions(_stop(run)),
    )


def parked(run: Run) -> Message:
    """Say that a backup waits for tomorrow's calls and goes on by itself."""
    title = name(run.organisation_name)
    goes_on = when(run.resume_at) if run.resume_at else "as soon as Xero allows calls again"
    spoken = f"on {when_plain(run.resume_at)}" if run.resume_at else "as soon as Xero allows calls again"
    return compose(
        f"The backup of {title} is paused: Xero's calls for today are used up. "
        f"It goes on by itself {spoken}.",
        blocks.header(f"⏸️ Paused: backup of {plain_name(run.organisation_name)}"),
        blocks.section(
            "Xero allows a limited number of calls a day, and today's are used up. "
            "What was read so far is kept.\n"
            f"*It goes on by itself:* {goes_on}. Until then the last good snapshot stands. Nothing to do."
        ),
        blocks.context(progress_of.spent(run)),
        blocks.actions(_stop(run)),
    )


def stopping(run: Run) -> Message:
    """Say that a stop was asked for and is on its way."""
    title = name(run.organisation_name)
    told = f"Stopping the backup of {title}: it ends after the call it is making."
    return compose(
        told,
        blocks.header(f"⏹️ Stopping: backup of {plain_name(run.organisation_name)}"),
        blocks.section(
            f"{told} The last good snapshot is not touched. This message will say when it has stopped."
        ),
    )


def already_running(run: Run, link: str) -> Message:
    """Tell one person that the backup they asked for is under way."""
    title = name(run.organisation_name)
    shown = hyperlink("See its progress.", link) if link else "Its progress is in the organisation's channel."
    if run.kind != "backup":
        told = f"A restore is writing to {title} just now; it is backed up by itself when that has ended."
        return compose(told, blocks.section(told))
    told = f"A backup of {title} is already {progress_of.already(run)}, so I have not started a second one."
    return compose(told, blocks.section(f"{told} {shown}"), blocks.context(progress_of.so_far(run)))


def finished(
    summary: Summary,
    findings: Sequence[Finding] = (),
    *,
    connection_lost: bool = False,
    retry_at: datetime | None = None,
) -> Message:
    """Tell how a backup ended: verdict, changes, gaps, check, limits, what is not covered, cost.

    With a lost connection the way on is connecting again: another backup would fail as this one did. A
    scheduled backup that failed by passing trouble is tried again at `retry_at`, without anybody.
    """
    if summary.verdict is Verdict.FAILED:
        retry_at = None if summary.run.state is RunState.STOPPED else retry_at
        return _failed(summary, connection_lost=connection_lost, retry_at=retry_at)
    return _saved(summary, findings)


def status(standings: Sequence[Standing], now: datetime) -> Message:
    """Say for each organisation when it was last backed up, what needs somebody, and what comes next."""
    if not standings:
        told = "No Xero organisation is linked to this workspace yet, so nothing is backed up."
        return compose(
            told,
            blocks.section(f"{told}\n*Next:* connect one; it takes about five minutes."),
            blocks.actions(connect_button()),
        )
    ordered = state.worst_first(standings)
    connect = blocks.actions(connect_button()) if any(map(state.disconnected, standings)) else None
    return compose(
        state.headline(standings),
        blocks.header("Backup status"),
        Listing(
            heading=state.headline(standings) if len(standings) > 1 else "",
            entries=[Entry(state.line(one, now), name(one.organisation.name, 40)) for one in ordered],
            more="`/backup status` and an organisation's name shows one of them.",
            most=20,
            spaced=True,
        ),
        blocks.context(
            f"As of {when(now)}. `/backup history` lists past backups, `/backup coverage` what they miss."
        ),
        connect,
    )


def history(organisation_name: str, summaries: Sequence[Summary]) -> Message:
    """List past backups of one organisation, newest first."""
    title = name(organisation_name)
    if not summaries:
        told = f"There is no backup of {title} yet."
        return compose(told, blocks.section(f"{told}\n*Next:* type `/backup now`."))
    newest = sorted(summaries, key=_ended_at, reverse=True)
    ended = when_plain(_ended_at(newest[0]))
    return compose(
        f"{counted(len(newest), 'backup')} of {title}; the latest, {ended}: {parts.plain_word(newest[0])}.",
        blocks.header(f"Backups of {plain_name(organisation_name)}"),
        Listing(
            heading="",
            entries=[Entry(_past(summary)) for summary in newest],
            more="`ledgerkeep snapshots` lists all of them, for whoever runs Ledgerkeep.",
            most=15,
        ),
        blocks.context("`/backup coverage` shows what these backups leave out."),
    )


def choose_organisation(names: Sequence[tuple[str, str]], command: str) -> Message:
    """Ask which organisation a command is meant for; `names` are pairs of reference and name."""
    how = "Choose one, or type" if names else "Type"
    told = f"Which organisation do you mean? {how} `/backup {code(command)[:20]}` and its name."
    offered, others = names[:_BUTTONS_AT_MOST], names[_BUTTONS_AT_MOST:]
    buttons = [
        blocks.button(plain_name(title, 60), ids.choose(command, place), ids.reference(ref))
        for place, (ref, title) in enumerate(offered)
    ]
    rest = Listing(
        heading="Also here:",
        entries=[Entry(f"• {name(title)}", name(title, 40)) for _, title in others],
        more="`/backup status` lists them.",
        most=15,
    )
    return compose(
        told, blocks.section(told), blocks.actions(*buttons) if buttons else None, rest if others else None
    )


def _saved(summary: Summary, findings: Sequence[Finding]) -> Message:
    run = summary.run
    noticed = parts.to_know(summary) + (f"; {spoken(findings)}" if findings else "")
    fills, warning = filling.line(summary.fills), limits.warning(summary.limits)
    return compose(
        f"Backup of {name(run.organisation_name)}: {parts.plain_word(summary)}, "
        f"{when_plain(_ended_at(summary))}. "
        f"{capital(parts.changed_in_words(summary))}{noticed}. {caveat(summary.not_covered)}",
        blocks.header(f"{parts.word(summary)}: backup of {plain_name(run.organisation_name)}"),
        blocks.context(_asked(summary)),
        blocks.section(f"{parts.verdict(summary)}\n*Next:* {_next(summary, findings)}"),
        parts.gaps(summary),
        blocks.section(fills) if fills else None,
        worth_a_look(findings, run.id),
        *parts.changes(summary),
        blocks.section(parts.check(summary.balance)),
        blocks.section(warning) if warning else None,
        blocks.section(parts.unread(summary)) if summary.not_yet_read else None,
        blocks.section(caveat(summary.not_covered)),
        blocks.context(*parts.quietly(summary)),
        blocks.actions(*_copies(summary), _coverage(run)),
    )


def _failed(summary: Summary, *, connection_lost: bool, retry_at: datetime | None) -> Message:
    run, title = summary.run, name(summary.run.organisation_name)
    stopped_by_person = run.state is RunState.STOPPED
    what = stopped(summary.failure) or (
        "A person stopped it before it was done." if stopped_by_person else "It could not be finished."
    )
    again = blocks.button(
        "Back up again", ids.BACK_UP_AGAIN, ids.reference(run.organisation_id), style="primary"
    )
    verb = "was stopped by a person" if stopped_by_person else "failed"
    tried = (
        f"nothing for now: I try again by myself, {when(retry_at)}. If that fails too: " if retry_at else ""
    )
    why = "" if stopped_by_person and not summary.failure else f"{what} "
    return compose(
        f"The backup of {title} {verb} on {when_plain(_ended_at(summary))}. {why}"
        f"{parts.stands(summary, plain=True)}"
        + (f" I try again by myself on {when_plain(retry_at)}." if retry_at else ""),
        blocks.header(f"{parts.word(summary)}: backup of {plain_name(run.organisation_name)}"),
        blocks.context(_asked(summary)),
        blocks.section(
            f"*What happened:* {what}\n*Your copies:* {parts.stands(summary)}\n"
            f"*What to do:* {tried}{_next(summary)}"
        ),
        parts.gaps(summary),
        blocks.section(caveat(summary.not_covered)),
        blocks.context(parts.cost(summary), f"Reference: `{code(run.reference or run.id)}`"),
        blocks.actions(connect_button() if connection_lost else again, _coverage(run)),
    )


def _next(summary: Summary, findings: Sequence[Finding] = ()) -> str:
    if summary.next_step:
        return stopped(summary.next_step)
    if summary.run.state is RunState.STOPPED:
        return "back up again when it suits you."
    if summary.verdict is Verdict.FAILED:
        return "back up again. If it fails again, give the reference below to whoever runs Ledgerkeep."
    look = "look at what is worth a look below." if findings else ""
    if summary.verdict is Verdict.GAPS:
        return f"look at the gaps below; each says what to do.{f' Then {look}' if look else ''}"
    return look or "nothing to do."


def _asked(summary: Summary) -> str:
    by = f" · asked for by {person(summary.run.requested_by)}" if summary.run.requested_by else ""
    return f"{when(_ended_at(summary))}{by}"


def _past(summary: Summary) -> str:
    number_ = f"#{summary.snapshot_number} · " if summary.snapshot_number else ""
    told = f"• {number_}{when(_ended_at(summary))}: *{parts.word(summary)}*"
    if summary.verdict is Verdict.FAILED:
        return f"{told}. {stopped(summary.failure)}".rstrip(". ") + "."
    gaps = (f", {counted(len(summary.gaps), 'gap')}" if summary.gaps else "") + filling.mark(summary.fills)
    if summary.dropped_at:
        return f"{told}{gaps}; copy dropped by retention on {when(summary.dropped_at)}"
    return f"{told}{gaps}; {parts.changed_in_words(summary)}; {counted(summary.calls_used, 'call')} to Xero"


def _ended_at(summary: Summary) -> datetime:
    return summary.run.finished_at or summary.run.started_at or summary.run.requested_at


def _stop(run: Run) -> Block:
    asked = blocks.confirm(
        "Stop this backup?",
        f"What was read so far of {plain_name(run.organisation_name)} does not become a snapshot. "
        "The last good snapshot is not touched.",
        yes="Stop backup",
        no="Keep going",
    )
    return blocks.button("Stop backup", ids.STOP_BACKUP, ids.reference(run.id), confirm=asked)


def _copies(summary: Summary) -> list[Block]:
    """Give the buttons to the records; a first snapshot has nothing to differ from."""
    run = summary.run
    see = blocks.button(CHANGES_LABEL, ids.SEE_CHANGES, ids.reference(run.id))
    return [*([] if summary.first else [see]), exports.button(run.organisation_id, run.organisation_name)]


def _coverage(run: Run) -> Block:
    return blocks.button(COVERAGE_LABEL, ids.COVERAGE, ids.reference(run.organisation_id))
