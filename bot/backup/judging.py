"""Decide what an ended read is worth. Pure.

An empty or much smaller answer where there were records before is a gap, never a deletion.
"""

from __future__ import annotations

from dataclasses import replace

from bot.backup import gaps
from bot.backup.lately import How
from bot.catalogue.model import Area, Paging, Resource
from bot.domain.backup import Gap, OutcomeStatus
from bot.errors import LedgerkeepError, ReadRefused, RefusalKind
from bot.vault.model import ResourceEntry, ResourceStatus
from bot.xero.tally import ReadEnd

# A collection that lost more than half of at least this many records needs a person's look first.
SUSPICIOUS_FROM = 20
SUSPICIOUS_SHARE = 0.5
# Of these nothing ever vanishes: what is deleted stays listed and says so. Fewer is a wrong answer sooner.
STAYING_FROM = 4
_STAYING = frozenset(
    {
        "bank_transactions", "bank_transfers", "batch_payments", "contacts", "credit_notes", "invoices",
        "manual_journals", "overpayments", "payments", "prepayments", "purchase_orders", "quotes",
        "repeating_invoices",
    }
)  # fmt: skip
# Whose permission was given and who still hears no: the organisation does not have it, or the person.
_NO_ACCESS = frozenset({RefusalKind.ROLE, RefusalKind.SCOPE})


def judge(
    resource: Resource, end: ReadEnd | None, how: How, *, seen: int, before: int, first: bool = False
) -> tuple[OutcomeStatus, Gap | None]:
    """Give the outcome of a read, and its gap if any; `before` records were in the last snapshot."""
    status = end.status if end else OutcomeStatus.FAILED
    error = end.error if end else None
    if status is OutcomeStatus.READ:
        return _of_whole(resource, end, how, seen=seen, before=before)
    if status is OutcomeStatus.ABSENT:
        return OutcomeStatus.ABSENT, None
    if status is OutcomeStatus.PARTIAL:
        return OutcomeStatus.PARTIAL, gaps.partly_read(resource, error, seen=seen)
    if is_closed(resource, error) and not before:
        return OutcomeStatus.ABSENT, gaps.no_access(resource) if first else None
    return gaps.refused_or_failed(resource, error, kept=before)


def is_suspicious(resource: Resource, *, seen: int, before: int) -> bool:
    """Say whether an answer is too empty to be believed without a person's look."""
    may_be_amiss = resource.read is not None and resource.read.not_found_is_none
    if is_report(resource) and not may_be_amiss:
        return False  # a report of another day is another record
    if before > 0 and seen == 0:
        return True
    least = STAYING_FROM if resource.key in _STAYING else SUSPICIOUS_FROM
    return before >= least and seen < before * SUSPICIOUS_SHARE


def is_closed(resource: Resource, error: LedgerkeepError | None) -> bool:
    """Say whether an API beside the books, such as Projects, is closed here though it was permitted.

    An organisation without projects is answered 401 (developer.xero.com/documentation/projects) or 403.
    """
    return is_beside(resource) and isinstance(error, ReadRefused) and error.kind in _NO_ACCESS


def is_beside(resource: Resource) -> bool:
    """Say whether a resource is of an API beside the books, which an organisation need not have."""
    return resource.area is not Area.ACCOUNTING


def may_be_none(resource: Resource) -> bool:
    """Say whether a record may have none of it, so that "not found" is an answer: single objects below it.

    Opening balances of an employee, say. Of a record asked for by its own id it is none.
    """
    read = resource.read
    below = read is not None and read.paging is Paging.PER_PARENT and not read.id_field
    return below and read is not None and not read.path.endswith("{id}")


def is_empty_below(resource: Resource, before: ResourceEntry | None, above: ResourceEntry | None) -> bool:
    """Say whether none of the records above had any when all were asked: the weekly look is enough."""
    known = before is not None and before.status is ResourceStatus.COMPLETE and not before.count
    return known and may_be_none(resource) and above is not None and above.count > 0


def is_report(resource: Resource) -> bool:
    """Say whether a resource is a report: made anew each time, never changed."""
    return resource.read is not None and resource.read.paging is Paging.REPORT


def _of_whole(
    resource: Resource, end: ReadEnd | None, how: How, *, seen: int, before: int
) -> tuple[OutcomeStatus, Gap | None]:
    if end and may_be_none(resource):
        end = replace(end, missing_parents=0)
    unread = end.unread(seen) if end else 0
    if how is How.WHOLE and is_suspicious(resource, seen=seen, before=before):
        return OutcomeStatus.SUSPICIOUS, gaps.suspicious(resource, seen=seen, before=before)
    if unread:
        return OutcomeStatus.PARTIAL, gaps.short(resource, seen=seen, unread=unread)
    return OutcomeStatus.READ, None
