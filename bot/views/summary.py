"""Parts of the backup summary, for backup.py: verdict sentence, changes by type, gaps, check, cost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.backup import FILES, BalanceCheck, Gap, Outcome, OutcomeStatus, RunState, Summary, Verdict
from bot.views import blocks
from bot.views import filling as filling_views
from bot.views.blocks import Block
from bot.views.controls import controls
from bot.views.message import Entry, Listing
from bot.views.words import (
    capital,
    code,
    counted,
    duration,
    name,
    number,
    sentence,
    series,
    size,
    stopped,
    when,
    when_plain,
)

TABLE_ROWS = 15
_UNREAD_NAMED = 6
_ALL = re.compile(r"100(\.0*)?")


class _Row(NamedTuple):
    title: str
    numbers: tuple[int, ...]


def word(summary: Summary) -> str:
    """Give the word a summary begins with, with its sign."""
    signs = {Verdict.COMPLETE: "✅", Verdict.GAPS: "⚠️", Verdict.FAILED: "❌"}
    sign = "⏹️" if summary.run.state is RunState.STOPPED else signs[summary.verdict]
    return f"{sign} {plain_word(summary)}"


def plain_word(summary: Summary) -> str:
    """Give the word a summary begins with."""
    return "Stopped" if summary.run.state is RunState.STOPPED else summary.verdict.value


def verdict(summary: Summary) -> str:
    """Say in one sentence what was read and what was not."""
    kinds = [outcome for outcome in summary.outcomes if outcome.status is not OutcomeStatus.ABSENT]
    filling = [outcome for outcome in kinds if outcome.status is OutcomeStatus.FILLING]
    stand = [outcome for outcome in kinds if outcome.status is OutcomeStatus.STANDS]
    missed = [one for one in kinds if not one.status.is_whole and one not in filling]
    due = len(kinds) - len(stand) - len(filling)
    kinds_left = len(filling_views.unfinished(summary.fills))
    beside = _beside(len(stand), kinds_left or len(filling), waits=filling_views.waits(summary.fills))
    if not kinds:
        return "What this backup reads was read."
    if not missed:
        listed = "" if summary.verdict is Verdict.COMPLETE else " The gaps are listed below."
        if beside:
            return (
                f"All {counted(due, 'kind')} of data that were due were read{beside}. {_holds(kinds)}{listed}"
            )
        return f"All {counted(due, 'kind')} of data that this backup reads were read: {_held(kinds)}.{listed}"
    return (
        f"{number(due - len(missed))} of {counted(due, 'kind')} of data were read as they should be; "
        f"{number(len(missed))} {'was' if len(missed) == 1 else 'were'} not{beside}. {_holds(kinds)}"
    )


def changed_in_words(summary: Summary) -> str:
    """Say the totals of new, changed and voided records in one clause."""
    if summary.first:
        return "first copy of " + _held(summary.outcomes)
    totals = _totals(summary.outcomes)
    words = [f"{number(total)} {label[0].lower()}{label[1:]}" for label, total in totals if total]
    return series(words) if words else "nothing changed since the last snapshot"


def changes(summary: Summary) -> list[Block]:
    """Draw what changed by type as a table, largest first; what is zero is left out."""
    if summary.first:
        counts = [_Row(o.title, (o.count,)) for o in summary.outcomes if o.count and o.resource not in FILES]
        return _table("*First copy*, by type", ("Records",), counts)
    labels = [label for label, total in _totals(summary.outcomes) if total]
    if not labels:
        return [blocks.section("*Changes:* none since the last snapshot.")]
    columns = [index for index, (_, total) in enumerate(_totals(summary.outcomes)) if total]
    rows = [
        _Row(o.title, tuple(_numbers(o)[i] for i in columns)) for o in summary.outcomes if any(_numbers(o))
    ]
    return _table("*Changes* since the last snapshot, by type", labels, rows)


def gaps(summary: Summary) -> Listing | None:
    """List what was not read, with reason and what to do; equal reasons share a line."""
    if not summary.gaps:
        return None
    grouped: dict[tuple[str, str, str, str], list[Gap]] = {}
    for gap in summary.gaps:
        since = when(gap.since_at) if gap.since_at else ""
        grouped.setdefault((gap.reason.value, gap.sentence, gap.action, since), []).append(gap)
    return Listing(
        heading=f"*{capital(counted(len(summary.gaps), 'gap'))}* in this backup",
        entries=[_gap_entry(*key, members) for key, members in grouped.items()],
        more="`/backup coverage` shows all of them.",
    )


def check(balance: BalanceCheck | None) -> str:
    """Say what the trial balances prove, and no more than that."""
    if balance is None or not balance.stored_reports:
        return "*Check:* no trial balance was stored with this snapshot, so its totals are _not verified_."
    stored = f"{counted(balance.stored_reports, 'trial balance')} stored{_span(balance)}"
    note = f" {stopped(balance.note)}" if balance.note else ""
    them = "it" if balance.stored_reports == 1 else "them"
    if balance.explained is None:
        return f"*Check:* {stored}. The records were not compared with {them}: _not verified_.{note}"
    compared = "it" if balance.stored_reports == 1 else "the newest"
    held = controls(balance)
    return f"*Check:* {stored}.\n{_explained(balance, compared)}{note}{f'{chr(10)}{held}' if held else ''}"


def unread(summary: Summary) -> str:
    """Name what Xero offers and this version does not read, so that the verdict is not taken for more."""
    titles = [name(title) for title in summary.not_yet_read]
    shown, rest = titles[:_UNREAD_NAMED], titles[_UNREAD_NAMED:]
    if rest:
        shown.append(counted(len(rest), "other"))
    return f"*Not read by this version yet:* {series(shown)}."


def cost(summary: Summary) -> str:
    """Say what the run used: calls, time, bytes."""
    calls = f"{counted(summary.calls_used, 'call')} to Xero used"
    if summary.calls_allowed:
        calls = f"{number(summary.calls_used)} of today's {number(summary.calls_allowed)} calls to Xero used"
    left = "" if summary.calls_left_today is None else f"{number(summary.calls_left_today)} left today"
    run = summary.run
    took = ""
    if run.started_at and run.finished_at:
        took = f"took {duration((run.finished_at - run.started_at).total_seconds())}"
    stored = f"{size(summary.bytes_added)} added" if summary.snapshot_id and summary.bytes_added else ""
    return " · ".join(part for part in (calls, left, took, stored) if part)


def to_know(summary: Summary) -> str:
    """Say for phones that there are gaps, and what is still filling up."""
    told = [f"{counted(len(summary.gaps), 'gap')} to look at"] if summary.gaps else []
    told += [clause] if (clause := filling_views.clause(summary.fills)) else []
    return "".join(f"; {one}" for one in told)


def quietly(summary: Summary) -> list[str]:
    """Give what stands at the foot: what is all there by now, what the run used, which snapshot it is."""
    done = filling_views.whole(summary.fills)
    return [*([done] if done else []), cost(summary), identity(summary)]


def stands(summary: Summary, *, plain: bool = False) -> str:
    """Say what the last good snapshot is worth after a run that saved nothing."""
    if summary.last_good_at is None:
        return "Nothing was saved, and there is no earlier snapshot: nothing is backed up yet."
    at = when_plain(summary.last_good_at) if plain else when(summary.last_good_at)
    which = f" #{summary.last_good_number}" if summary.last_good_number else ""
    if summary.copies_in_doubt:
        return (
            f"Nothing new was saved. The last good snapshot{which} is from {at}; whether it is whole is not "
            "known until `ledgerkeep verify` has looked at the copies."
        )
    return f"Nothing new was saved. The last good snapshot{which}, from {at}, still stands."


def identity(summary: Summary) -> str:
    """Name the snapshot so that a person can find it again."""
    which = f"Snapshot #{summary.snapshot_number}" if summary.snapshot_number else "Snapshot"
    short = f" · hash `{code(summary.short_hash)}`" if summary.short_hash else ""
    return f"{which} `{code(summary.snapshot_id)}`{short}"


def _beside(stand: int, filling: int, *, waits: bool) -> str:
    """Say what this run did not have to read whole: it stands as read lately, or fills up over nights."""
    lists = counted(stand, "list that hardly changes stands", "lists that hardly change stand")
    told = f"; {lists} as read in the last 7 days" if stand else ""
    how = "waiting for calls to Xero" if waits else "still filling up"
    return told + (f"; {counted(filling, 'kind is', 'kinds are')} {how}" if filling else "")


def _holds(kinds: Sequence[Outcome]) -> str:
    return f"The snapshot holds {_held(kinds)}."


def _held(kinds: Sequence[Outcome]) -> str:
    """Count records, and beside them what hangs on them."""
    files = sum(one.count for one in kinds if one.resource in FILES)
    told = sum(one.count for one in kinds if one.resource == "history")
    parts = [counted(sum(one.records for one in kinds), "record")]
    parts += [counted(files, "file")] if files else []
    parts += [f"the history of {counted(told, 'record')}"] if told else []
    return series(parts)


def _numbers(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.changed, outcome.voided, outcome.gone


def _totals(outcomes: Sequence[Outcome]) -> list[tuple[str, int]]:
    labels = ("New", "Changed", "Voided or deleted", "No longer in Xero")
    return [(label, sum(_numbers(o)[index] for o in outcomes)) for index, label in enumerate(labels)]


def _table(heading: str, labels: Sequence[str], rows: Sequence[_Row]) -> list[Block]:
    ranked = sorted(rows, key=lambda row: (-sum(row.numbers), row.title))
    if not ranked:
        return []
    shown, rest = ranked[:TABLE_ROWS], ranked[TABLE_ROWS:]
    if rest:
        sums = tuple(sum(column) for column in zip(*(row.numbers for row in rest), strict=True))
        shown.append(_Row(f"and {counted(len(rest), 'more type')}", sums))
    cells = [[_cell(title), *(number(n) if n else "–" for n in numbers)] for title, numbers in shown]
    return [blocks.section(heading), blocks.table([["Type", *labels], *cells])]


def _cell(title: str) -> str:
    return " ".join(title.split())[:80] or "(no name)"


def _gap_entry(reason: str, text: str, action: str, since: str, members: Sequence[Gap]) -> Entry:
    titles = [name(gap.title) for gap in members]
    named = titles if len(titles) <= 6 else [*titles[:5], counted(len(titles) - 5, "other")]
    told = f"• *{series(named)}* ({reason}): {stopped(text, 300)}" + (f" Since {since}." if since else "")
    return Entry(f"{told}\n      → {stopped(action, 250)}" if action else told, series(named))


def _span(balance: BalanceCheck) -> str:
    if not balance.dates:
        return ""
    first, last = min(balance.dates), max(balance.dates)
    if first == last:
        return f" (as at {first.day} {first:%b %Y})"
    return f" ({first.day} {first:%b %Y} to {last.day} {last:%b %Y})"


def _explained(balance: BalanceCheck, compared: str) -> str:
    share = sentence(balance.explained or "", 10).rstrip(" %")
    differing = ""
    if balance.accounts_differing:
        differing = "; " + counted(balance.accounts_differing, "account differs", "accounts differ")
    if not _ALL.fullmatch(share):
        return f"The copied documents explain {share} % of {compared}{differing}."
    if balance.accounts_differing:
        return f"The copied documents explain nearly all of {compared}{differing}."
    return f"Verified against {compared}: the copied documents explain every balance that was compared."
