"""Turn what went wrong with one resource into an outcome and a gap that a person understands. Pure."""

from __future__ import annotations

from bot.catalogue.model import ReasonClass, Resource
from bot.domain.backup import Gap, OutcomeStatus
from bot.errors import LedgerkeepError, ReadRefused, RefusalKind

RECONNECT = "Reconnect with /backup connect and leave every permission ticked."
ADVISER = "Ask somebody with the Adviser role in Xero to reconnect with /backup connect."
AGAIN = "Run /backup now again; if it stays, tell whoever runs this bot."
LOOK = "Look at it in Xero. Whatever is right, the copies keep the earlier records."
UPGRADE = "Nothing to do: Xero gives this only to apps of its Advanced tier."

_REFUSED: dict[RefusalKind, tuple[ReasonClass, str, str]] = {
    RefusalKind.SCOPE: (ReasonClass.SCOPE_NOT_GRANTED, "The permission to read it was not given.", RECONNECT),
    RefusalKind.TIER: (ReasonClass.APP_TIER, "Xero gives it only to apps of a higher tier.", UPGRADE),
    RefusalKind.ROLE: (
        ReasonClass.SCOPE_NOT_GRANTED,
        "The person who connected may not see it in Xero.",
        ADVISER,
    ),
    RefusalKind.NOT_FOUND: (ReasonClass.FAILED_LAST_TIME, "Xero does not know it here.", AGAIN),
    RefusalKind.TOO_MANY: (
        ReasonClass.FAILED_LAST_TIME,
        "Xero refuses to hand out so many records at once.",
        AGAIN,
    ),
    RefusalKind.INVALID: (ReasonClass.FAILED_LAST_TIME, "Xero did not accept the question.", AGAIN),
}


def not_granted(resource: Resource) -> Gap:
    """Describe a resource whose permission the consent lacks; no call was spent on it."""
    return _gap(resource, *_REFUSED[RefusalKind.SCOPE])


def refused_or_failed(
    resource: Resource, error: LedgerkeepError | None, *, kept: int
) -> tuple[OutcomeStatus, Gap]:
    """Describe a resource that could not be read; `kept` records stand as they were in the last snapshot."""
    if isinstance(error, ReadRefused):
        reason, sentence, action = _REFUSED[error.kind]
        return OutcomeStatus.REFUSED, _gap(resource, reason, sentence + _stands(kept), action)
    why = str(error) if error is not None else "It could not be read this time."
    gap = _gap(resource, ReasonClass.FAILED_LAST_TIME, why + _stands(kept), AGAIN)
    return OutcomeStatus.FAILED, gap


def partly_read(resource: Resource, error: LedgerkeepError | None, *, seen: int) -> Gap:
    """Describe a resource of which only some pages came."""
    why = str(error) if error is not None else "Not every page came."
    sentence = f"{why} {seen:,} records were read; the others stand as they were in the last good snapshot."
    return _gap(resource, ReasonClass.FAILED_LAST_TIME, sentence, AGAIN)


def short(resource: Resource, *, seen: int, unread: int) -> Gap:
    """Describe a list that gave fewer records than Xero itself said there are."""
    sentence = (
        f"Xero speaks of {seen + unread:,} but handed out {seen:,}. "
        "What did not come stands as it was in the last good snapshot, if it was there."
    )
    return _gap(resource, ReasonClass.FAILED_LAST_TIME, sentence, AGAIN)


def suspicious(resource: Resource, *, seen: int, before: int) -> Gap:
    """Describe an answer that is empty or far smaller than before: kept as it was, never a deletion."""
    came = "none" if seen == 0 else f"only {seen:,}"
    sentence = (
        f"Xero sent {came} where there were {before:,} before. "
        "Nothing was taken out: the earlier records stand."
    )
    return _gap(resource, ReasonClass.FAILED_LAST_TIME, sentence, LOOK)


def no_access(resource: Resource) -> Gap:
    """Describe what the consent allows and Xero still does not open; said once, with the first snapshot."""
    sentence = "Xero opens it to nobody here, or not to the person who connected."
    action = "If you do not use it in Xero, nothing. Else ask somebody who sees it there to reconnect."
    return _gap(resource, ReasonClass.FAILED_LAST_TIME, sentence, action)


def not_filled(resource: Resource, count: int) -> Gap:
    """Describe single records for which something could not be read; they have another turn."""
    of = "1 record" if count == 1 else f"{count:,} records"
    sentence = f"They could not be read for {of} so far; what was read for them before stands."
    return _gap(resource, ReasonClass.FAILED_LAST_TIME, sentence, "Nothing to do: it is tried again.")


def _stands(kept: int) -> str:
    if kept == 1:
        return " The 1 record of the last good snapshot stands."
    return f" The {kept:,} records of the last good snapshot stand." if kept else ""


def _gap(resource: Resource, reason: ReasonClass, sentence: str, action: str) -> Gap:
    return Gap(resource=resource.key, title=resource.title, reason=reason, sentence=sentence, action=action)
