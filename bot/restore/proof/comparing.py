"""Compare what was restored with the copy it came from: every record, account and contact, against the plan.

Pure: it reads two snapshots and the write book, never Xero. What it could not compare it calls not verified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

import msgspec

from bot.catalogue import RESOURCES
from bot.catalogue.model import Rhythm
from bot.domain.proof import Finding, Proof, TypeProof
from bot.domain.restore_plan import PlanSummary
from bot.errors import VaultDamaged
from bot.restore.model import IdMap, Kind, Reason
from bot.restore.outcomes import StepOutcome
from bot.restore.proof import showing
from bot.restore.proof.balances import Balanced, compare_balances
from bot.restore.proof.by_hand import needless
from bot.restore.proof.fields import SHAPES
from bot.restore.proof.links import links
from bot.restore.proof.owing import Owing, compare_owing
from bot.restore.proof.records import Comparison
from bot.restore.proof.standing import Standings, standings
from bot.restore.proof.worst import MOST, RANK
from bot.restore.source import Source

UNREAD = "{}: they could not be read back from the target, so {:,} of them are not compared."
WRITTEN_ONLY = (
    "{}: {:,} were written, and Xero took them; what a backup of the target holds does not show them."
)
UPLOADED = (
    "{}: {:,} uploaded and confirmed by Xero, each with its name and size; they are not read back to compare "
    "them."
)
ANSWERED = "{}: {:,} written and confirmed by Xero's answer; they are not read back to compare them."
NO_AMOUNT = "{:,} documents have amounts that are none; what their contacts owe leaves them out."
_COUNTED = ("found", "equal", "as_predicted", "not_predicted", "not_verified")
_FROM_BOOK = ("planned", "created", "matched", "refused", "unsent", "left_out", "follows")


def compare(
    source: Source,
    target: Source,
    outcomes: Iterable[StepOutcome],
    ids: IdMap,
    summary: PlanSummary,
    *,
    kinds: Mapping[str, Kind],
    reasons: Mapping[str, Reason],
    extra_balances: Mapping[date, bytes],
    now: datetime,
    target_snapshot_id: str,
) -> Proof:
    """Compare a snapshot of the target, taken after the restore, with the snapshot that was restored.

    Raises Damaged and StoreUnavailable, as reading copies does.
    """
    found = standings(outcomes, kinds, reasons)
    try:
        whole = _compared(source, target, found, ids, summary, kinds=kinds, reasons=reasons)
        balanced = compare_balances(source, target, ids, summary, extra=extra_balances, refused=found.refused)
        owing = compare_owing(whole, summary.snapshot_taken_at.date())
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise VaultDamaged("A record of these copies cannot be understood.") from None
    return _proof(whole, balanced, owing, summary, now=now, target_snapshot_id=target_snapshot_id)


def _compared(
    source: Source,
    target: Source,
    found: Standings,
    ids: IdMap,
    summary: PlanSummary,
    *,
    kinds: Mapping[str, Kind],
    reasons: Mapping[str, Reason],
) -> Comparison:
    whole = Comparison(
        source=source,
        target=target,
        ids=ids,
        kinds=kinds,
        reasons=reasons,
        found=found,
        links=links(source, found, ids),
        made_at=summary.made_at,
        titles={key: one.title for key, one in RESOURCES.items()},
    )
    for shape in SHAPES.values():
        whole.compare(shape)
    return whole


def _proof(
    whole: Comparison,
    balanced: Balanced,
    owing: Owing,
    summary: PlanSummary,
    *,
    now: datetime,
    target_snapshot_id: str,
) -> Proof:
    money = [one for one in owing.currencies if one.source != one.target]
    counts = whole.places.counts + balanced.worst.counts + owing.worst.counts
    counts.update(one.finding for one in money)
    balances = sorted([*money, *balanced.worst.entries()], key=lambda one: RANK[one.finding])
    return Proof(
        compared_at=now,
        target_snapshot_id=target_snapshot_id,
        types=tuple(_types(whole, summary)),
        fields=tuple(
            showing.difference(place, whole.source, whole.target) for place in whole.places.entries()
        ),
        balances=tuple(balances[:MOST]),
        contacts=tuple(owing.worst.entries()),
        refusals=showing.refusals(whole.found.unwritten, whole.source, whole.kinds),
        balances_compared=balanced.compared + len(owing.currencies),
        balances_equal=balanced.equal + len(owing.currencies) - len(money),
        contacts_compared=owing.compared,
        contacts_equal=owing.equal,
        as_predicted=counts[Finding.AS_PREDICTED],
        not_predicted=counts[Finding.NOT_PREDICTED] + whole.found.refused,
        not_verified=(*_unread(whole), *balanced.not_verified, *_unknown(owing)),
        warnings=whole.found.warnings,
        confirmed=tuple(_confirmed(whole)),
        needless=needless(whole, balanced, summary),
    )


def _types(whole: Comparison, summary: PlanSummary) -> Iterator[TypeProof]:
    """Yield one line a kind of data, in the plan's order."""
    counted = {one.key for one in summary.counts}
    for key, kind in whole.kinds.items():
        if key not in counted and not (not counted and key in whole.found.counts):
            continue
        book, seen = _in_book(whole, kind), whole.counts[key]
        yield TypeProof(
            key=key,
            title=kind.title,
            **{name: book[name] for name in _FROM_BOOK},
            **{name: seen[name] for name in _COUNTED},
        )


def _in_book(whole: Comparison, kind: Kind) -> Counter[str]:
    """Count the steps of a kind; what hangs on records has a kind for each resource it hangs on."""
    if not _hangs(kind):
        return whole.found.counts[kind.key]
    mine = (key for key, one in whole.kinds.items() if one.resource == kind.resource)
    return sum((whole.found.counts[key] for key in mine), Counter())


def _hangs(kind: Kind) -> bool:
    """Say whether it is read record by record, over nights: the backup that proves a restore does not."""
    found = RESOURCES.get(kind.resource)
    return found is not None and found.rhythm is Rhythm.FILLED


def _confirmed(whole: Comparison) -> Iterator[str]:
    """Yield what only Xero's answers tell of."""
    told: dict[str, Kind] = {}
    for kind in filter(_hangs, whole.kinds.values()):
        if kind.upload or kind.resource not in told:
            told[kind.resource] = kind
    for kind in told.values():
        if created := _in_book(whole, kind)["created"]:
            yield (UPLOADED if kind.upload else ANSWERED).format(kind.title, created)


def _unknown(owing: Owing) -> Iterator[str]:
    if owing.not_understood:
        yield NO_AMOUNT.format(owing.not_understood)


def _unread(whole: Comparison) -> Iterator[str]:
    """Yield what was written or matched and could not be compared."""
    for resource, count in whole.unread.items():
        yield UNREAD.format(whole.titles.get(resource, resource), count)
    for key, counter in whole.found.counts.items():
        kind = whole.kinds[key]
        if counter["created"] and kind.resource and kind.resource not in SHAPES and not _hangs(kind):
            yield WRITTEN_ONLY.format(kind.title, counter["created"])
