"""Quotes: made as drafts and taken to their status one update after the other.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/quotes): a new quote is a DRAFT,
then SENT, then ACCEPTED, DECLINED or INVOICED; to be SENT is a mark and mails nothing; LineAmountTypes are
written in capitals; contact and date are needed, with updates, too; lines need no account. A quote posts
nothing to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.lines import heading, iso_date, judge, learn_lines
from bot.restore.kinds.orders import NO_LINES, label, lines_in_cents, rung, texts
from bot.restore.model import IdMap, Json, Kind, Planner, Reason, Settle, Step

Quote = Mapping[str, Any]
_SENT = "SENT"
_OUTCOMES = frozenset({"ACCEPTED", "DECLINED", "INVOICED"})
_LIVING = _OUTCOMES | {"DRAFT", _SENT}
_TEXTS = ("QuoteNumber", "Reference", "Terms", "Title", "Summary")

DELETED = Reason(
    key="quotes.deleted",
    sentence="It was deleted in the source, or has a status that Ledgerkeep does not know.",
    instead="It stays in the backup.",
    weight=95,
)
INVOICE = Reason(
    key="quotes.invoice",
    sentence="The tie between an invoiced quote and its invoice is lost.",
    instead="Both come back; find the pair by customer and amount.",
    weight=67,
)
EXPIRY = Reason(
    key="quotes.expiry",
    sentence="It ends before its own date, which Xero does not take; it comes back without an end.",
    fields=("ExpiryDate",),
    weight=77,
)
LINK = Reason(
    key="quotes.link",
    sentence="The web link under which the customer sees it is a new one.",
    instead="Send open quotes again from Xero so that customers get the new link.",
    weight=69,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Make every living quote; settles "quotes"."""
    if not ground.is_chosen("quotes"):
        return
    for record in ground.records("quotes"):
        step = _step(ground, record)
        ground.settle("quotes", step.record_id, step.action)
        yield step


def payload(step: Step, record: Quote, ids: IdMap) -> Json:
    """Send the whole quote as a draft; raises NotMapped without its contact."""
    body = heading(record, ids) | {"Status": "DRAFT"} | texts(record, _TEXTS)
    body["LineAmountTypes"] = str(body["LineAmountTypes"]).upper()
    expiry = iso_date(record, "ExpiryDate")
    if expiry and EXPIRY.key not in step.reasons:
        body["ExpiryDate"] = expiry
    body["LineItems"] = lines_in_cents(record, ids, live=False)
    return body


def state_payload(step: Step, record: Quote, ids: IdMap) -> Json:
    """Send the next status, with what Xero asks for in every update of a quote."""
    return {
        "QuoteID": ids.need("quotes", step.record_id),
        "Contact": {"ContactID": ids.need("contacts", str(record["Contact"]["ContactID"]))},
        "Date": iso_date(record, "Date"),
        "Status": step.part,
    }


def _step(ground: Ground, record: Quote) -> Step:
    record_id, status = str(record["QuoteID"]), str(record.get("Status", ""))
    name, lines = label(record, "QuoteNumber"), record.get("LineItems") or ()
    if status not in _LIVING:
        return Step("quotes", record_id, Action.LEAVE_OUT, name=name, reasons=(DELETED.key,))
    judged = judge(ground, record, lines=lines, live=False)
    blocked = {*judged.blocked, *([] if lines else [NO_LINES.key])}
    reasons = blocked or {*judged.reasons, *_own(record, status)}
    action = Action.BLOCKED if blocked else Action.CHANGE if reasons else Action.CREATE
    keys = tuple(sorted(reasons))
    return Step("quotes", record_id, action, name=name, reasons=keys, phase=judged.phase)


def _own(record: Quote, status: str) -> Iterator[str]:
    if status == "INVOICED":
        yield INVOICE.key
    if status in {_SENT, "ACCEPTED"}:
        yield LINK.key
    if "" < iso_date(record, "ExpiryDate") < iso_date(record, "Date"):
        yield EXPIRY.key


def _climb(kind: str, *, outcome: bool) -> Planner:
    """Make the planner of one rung; the outcome is a kind of its own, so that no call has a quote twice."""

    def plan_rung(ground: Ground) -> Iterator[Step]:
        if not ground.is_chosen("quotes"):
            return
        for record in ground.records("quotes"):
            record_id, status = str(record["QuoteID"]), str(record.get("Status", ""))
            wanted = status in _OUTCOMES or (status == _SENT and not outcome)
            if wanted and ground.will_exist("quotes", record_id):
                yield rung(kind, record_id, status if outcome else _SENT, label(record, "QuoteNumber"))

    return plan_rung


def _likeness(row: Quote) -> tuple[str, str, str]:
    contact = str((row.get("Contact") or {}).get("ContactID", "")).lower()
    said = str(row.get("QuoteNumber") or "")
    return (said, "", "") if said else ("", contact, iso_date(row, "Date"))


def _kind(key: str, title: str, stage: int, verb: str, **own: Any) -> Kind:
    return Kind(
        key=key,
        resource="quotes",
        title=title,
        stage=stage,
        verb=verb,
        path="Quotes",
        collection="Quotes",
        id_field="QuoteID",
        write_scope="accounting.invoices",
        **own,
    )


QUOTES = _kind(
    "quotes",
    "Quotes",
    175,
    "PUT",
    plan=plan,
    payload=payload,
    learn=learn_lines,
    settle=Settle(path="Quotes", collection="Quotes", likeness=_likeness, by_time=True, paged=True),
    reasons=(DELETED, INVOICE, EXPIRY, LINK, NO_LINES),
)
QUOTE_STATES = _kind(
    "quote_states",
    "Quotes to mark as sent",
    176,
    "POST",
    plan=_climb("quote_states", outcome=False),
    payload=state_payload,
)
QUOTE_OUTCOMES = _kind(
    "quote_outcomes",
    "Quotes to mark as accepted, declined or invoiced",
    177,
    "POST",
    plan=_climb("quote_outcomes", outcome=True),
    payload=state_payload,
)
