"""Says where organisations stand, one line each, worst first; shared by `/backup status` and App Home."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from bot.domain.backup import Verdict
from bot.domain.connection import OrganisationStatus
from bot.domain.limits import Level
from bot.domain.organisation import LinkState
from bot.views import limits
from bot.views.words import counted, name, sentence, series, stopped, when, when_plain


class Need(IntEnum):
    """How much an organisation needs somebody; the first is the worst."""

    NEEDS_YOU = 0
    WARNING = 1
    STARTING = 2  # the first backup is under way
    FINE = 3
    ENDED = 4  # unlinked by a person


_SIGNS = {
    Need.NEEDS_YOU: "❗ Needs you",
    Need.WARNING: "⚠️ Warning",
    Need.STARTING: "⏳ First backup under way",
    Need.FINE: "✅ Fine",
    Need.ENDED: "🔌 Disconnected",
}


def need(status: OrganisationStatus) -> Need:
    """Sort one organisation by what it needs."""
    if status.organisation.state is LinkState.UNLINKED:
        return Need.ENDED
    if disconnected(status) or status.verdict == Verdict.FAILED:
        return Need.NEEDS_YOU
    if status.last_good_at is None:
        return Need.STARTING if status.running else Need.NEEDS_YOU
    return Need.WARNING if status.verdict == Verdict.GAPS or _tight(status) else Need.FINE


def disconnected(status: OrganisationStatus) -> bool:
    """Say whether Xero refuses this organisation until somebody connects it again."""
    return status.organisation.state is LinkState.DISCONNECTED


def worst_first(lines: Sequence[OrganisationStatus]) -> list[OrganisationStatus]:
    """Order organisations by need, then by name."""
    return sorted(lines, key=lambda line: (need(line), line.organisation.name.casefold()))


def headline(lines: Sequence[OrganisationStatus]) -> str:
    """Say all of it in one sentence; for one organisation, its own line without signs."""
    if len(lines) == 1:
        return _alone(lines[0])
    needs = [need(line) for line in lines]
    yours, warnings = needs.count(Need.NEEDS_YOU), needs.count(Need.WARNING)
    counts = [f"{yours} need{'s' if yours == 1 else ''} you"] if yours else []
    counts += [counted(warnings, "warning")] if warnings else []
    counts += [f"{needs.count(Need.STARTING)} on its first backup"] if Need.STARTING in needs else []
    counts += [f"{needs.count(Need.FINE)} fine"] if Need.FINE in needs else []
    counts += [f"{needs.count(Need.ENDED)} disconnected"] if Need.ENDED in needs else []
    return f"{counted(len(lines), 'organisation')}: {series(counts)}."


def line(status: OrganisationStatus) -> str:
    """Draw one organisation: sign and word, last good backup, what is wrong, what to do."""
    parts = [
        f"*{name(status.organisation.name)}* · {_SIGNS[need(status)]}",
        _last_good(status),
        *_troubles(status),
    ]
    if status.running:
        parts.append("A backup is queued or running.")
    step = stopped(status.next_step) or _default_step(status)
    if step:
        parts.append(f"*Next:* {step}")
    return "\n".join(part for part in parts if part)


def _alone(status: OrganisationStatus) -> str:
    title = name(status.organisation.name)
    word = _SIGNS[need(status)].split(" ", 1)[1].lower()
    if status.last_good_at is None:
        return f"{title}: {word}. There is no backup yet."
    return f"{title}: {word}. The last good backup is from {when_plain(status.last_good_at)}."


def _last_good(status: OrganisationStatus) -> str:
    if status.last_good_at is None:
        return "No backup yet."
    which = f" (#{status.snapshot_number})" if status.snapshot_number else ""
    failed = status.verdict == Verdict.FAILED
    verdict = f": {sentence(status.verdict, 40)}" if status.verdict and not failed else ""
    return f"Last good backup {when(status.last_good_at)}{which}{verdict}."


def _troubles(status: OrganisationStatus) -> list[str]:
    troubles = []
    if disconnected(status):
        troubles.append("Xero no longer lets Ledgerkeep in, so no new backups are made. The copies stand.")
    elif status.verdict == Verdict.FAILED:
        troubles.append("The latest backup failed; the last good one stands." * bool(status.last_good_at))
    if status.nearest_limit is not None and _tight(status):
        troubles.append(f"Size limit: {limits.inline(status.nearest_limit)}.")
    return troubles


def _default_step(status: OrganisationStatus) -> str:
    if need(status) is Need.ENDED:
        return "`/backup connect` links it again."
    if disconnected(status):
        return "ask someone with the Adviser role to connect it again."
    if status.running:
        return ""
    if status.last_good_at is None or status.verdict == Verdict.FAILED:
        return "type `/backup now`."
    return "`/backup coverage` tells more." if need(status) is Need.WARNING else ""


def _tight(status: OrganisationStatus) -> bool:
    return status.nearest_limit is not None and status.nearest_limit.level in {Level.CLOSE, Level.OVER}
