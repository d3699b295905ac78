"""What is worth a look between two versions of a record: rules only. Pure; reads and remembers nothing.

A record that Xero touched is not yet a change of the books: paying an old invoice gives it a new
UpdatedDateUTC and another status, and leaves what it posts as it was. Contacts and documents come as Xero
sent them; what cannot be understood is left out, never guessed. What is given back holds names and account
numbers and must not be logged or posted in a channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from bot.backup.ended import VOID_WORDS
from bot.ledger import wire
from bot.xero.dates import read_moment

# Prepayments and overpayments are looked at as the bank transactions that made them.
LEDGER = ("invoices", "credit_notes", "bank_transactions", "bank_transfers", "payments", "manual_journals")
MANY = 10
HOUR = timedelta(hours=1)
DROP_FROM, DROP_SHARE = 20, 0.05
_LIVE, _SILENT = frozenset({"AUTHORISED", "PAID", "POSTED"}), frozenset({"DRAFT", "SUBMITTED"}) | VOID_WORDS
_KINDS: dict[str, type[wire.Record]] = {
    "invoices": wire.Document,
    "credit_notes": wire.Document,
    "bank_transactions": wire.BankTransaction,
    "bank_transfers": wire.Transfer,
    "payments": wire.Payment,
    "manual_journals": wire.Journal,
}
_DECODERS = {key: wire.decoder(kind) for key, kind in _KINDS.items()}
_SHOWN = 4  # characters of an account number that may be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Who may be paid, and where to; `numbers` and `holder` are made for comparing, `shown` is masked."""

    name: str
    is_supplier: bool
    numbers: frozenset[str]
    holder: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What a record does to the ledger; lines are compared by account id where both sides have them."""

    facts: tuple[Any, ...] = ()  # nothing for a record that posts nothing
    by_id: frozenset[Any] | None = None
    by_code: frozenset[Any] = frozenset()

    def differs(self, other: Moves) -> bool:
        """Say whether the ledger moved between the two."""
        if self.facts != other.facts:
            return True
        if self.by_id is not None and other.by_id is not None:
            return self.by_id != other.by_id
        return self.by_code != other.by_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document, payment or journal, as far as the rules need it; `moves` None: not understood."""

    resource: str
    status: str
    updated_at: datetime | None
    on: date | None
    moves: Moves | None
    document: str
    name: str


class _Named(msgspec.Struct, rename="pascal"):
    name: str | None = None


class _Batch(msgspec.Struct, rename="pascal"):
    bank_account_number: str | None = None
    bank_account_name: str | None = None


class _Contact(msgspec.Struct, rename="pascal"):
    name: str | None = None
    is_supplier: bool | None = None
    is_customer: bool | None = None
    bank_account_details: str | None = None
    batch_payments: _Batch | None = None


class _Settled(msgspec.Struct, rename="pascal"):
    """What a payment is for."""

    invoice_number: str | None = None
    contact: _Named | None = None


class _Face(msgspec.Struct, rename="pascal"):
    """What a person knows a document by."""

    type: str | None = None
    status: str | None = None
    date: str | None = None
    updated: str | None = msgspec.field(default=None, name="UpdatedDateUTC")
    contact: _Named | None = None
    invoice_number: str | None = None
    credit_note_number: str | None = None
    reference: str | None = None
    narration: str | None = None
    invoice: _Settled | None = None


_CONTACTS, _FACES = msgspec.json.Decoder(_Contact), msgspec.json.Decoder(_Face)


def payee(raw: bytes) -> Payee | None:
    """Read a contact; None for what is not understood.

    Xero makes a contact a supplier with its first bill; one that is neither supplier nor customer yet, and
    has an account to be paid to, counts as one.
    """
    try:
        found = _CONTACTS.decode(raw)
    except ValueError:
        return None
    batch = found.batch_payments or _Batch()
    numbers = (found.bank_account_details or "", batch.bank_account_number or "")
    return Payee(
        name=found.name or "",
        is_supplier=bool(found.is_supplier or not found.is_customer),
        numbers=frozenset(_bare(one) for one in numbers) - {""},
        holder=_bare(batch.bank_account_name or ""),
        shown=_masked(next((one for one in numbers if _bare(one)), ""), batch.bank_account_name or ""),
    )


def pays_elsewhere(before: Payee, after: Payee) -> bool:
    """Say whether a supplier is to be paid to another account than before, or to one for the first time.

    Spaces and dashes make no other account. Details that were only taken away send no money anywhere.
    """
    if not (before.is_supplier or after.is_supplier):
        return False
    return bool(after.numbers - before.numbers or (after.holder and after.holder != before.holder))


def entry(resource: str, raw: bytes) -> Entry | None:
    """Read a document of one of LEDGER; None for what is not understood at all."""
    try:
        face = _FACES.decode(raw)
    except ValueError:
        return None
    return Entry(
        resource=resource,
        status=face.status or "",
        updated_at=read_moment(face.updated),
        on=_day(face.date),
        moves=_moves(resource, raw),
        document=_document(face),
        name=_name(face),
    )


def was_voided(before: Entry, after: Entry) -> bool:
    """Say whether a document was voided or deleted between the two."""
    return before.status not in VOID_WORDS and after.status in VOID_WORDS


def busiest_hour(voided: Sequence[Entry]) -> Sequence[Entry]:
    """Give the documents of the hour in which the most were voided; none where that is no unusual number."""
    timed = sorted(
        ((one.updated_at, place, one) for place, one in enumerate(voided) if one.updated_at is not None),
        key=lambda part: part[:2],
    )
    best, first = range(0), 0
    for last, (at, _, _) in enumerate(timed):
        while at - timed[first][0] > HOUR:
            first += 1
        if last + 1 - first > len(best):
            best = range(first, last + 1)
    return [timed[place][2] for place in best] if len(best) >= MANY else []


def moved_before(lock: date, before: Entry | None, after: Entry) -> bool:
    """Say whether the ledger moved on or before a lock date; `before` is None for a new record."""
    old = Moves() if before is None else before.moves
    if old is None or after.moves is None or not after.moves.differs(old):
        return False
    days = [one.on for one in (before, after) if one is not None and one.moves != Moves()]
    return any(on is not None and on <= lock for on in days)


def lock_date(company: bytes) -> date | None:
    """Give the later of an organisation's lock dates. Raises ValueError.

    PeriodLockDate stops everybody but advisers, EndOfYearLockDate everybody (Xero OpenAPI 16.1.0).
    """
    found = msgspec.json.decode(company)
    if not isinstance(found, dict):
        raise ValueError("an organisation without its settings")  # noqa: TRY004 - as msgspec's own errors are
    days = [_day(found.get(key)) for key in ("PeriodLockDate", "EndOfYearLockDate")]
    return max((on for on in days if on), default=None)


def has_dropped(gone: int, before: int) -> bool:
    """Say whether an unusual share of a kind of records is gone."""
    return gone >= DROP_FROM and gone >= before * DROP_SHARE


def _document(face: _Face) -> str:
    paid = face.invoice.invoice_number if face.invoice else None
    found = (face.invoice_number, face.credit_note_number, paid, face.reference, face.narration)
    return next((one for one in found if one), "")


def _name(face: _Face) -> str:
    contact = face.contact or (face.invoice.contact if face.invoice else None)
    return (contact.name if contact else "") or ""


def _moves(resource: str, raw: bytes) -> Moves | None:
    try:
        return _of(_DECODERS[resource].decode(raw))
    except (ValueError, ArithmeticError):
        return None


def _of(one: Any) -> Moves:
    if isinstance(one, wire.Transfer):
        ends = (_account(one.from_bank_account), _account(one.to_bank_account))
        live = one.status not in VOID_WORDS  # the status is missing before July 2026
        return Moves(facts=(wire.day(one.date), one.amount, *ends)) if live else Moves()
    if one.status in _SILENT:
        return Moves()
    if one.status not in _LIVE:
        raise ValueError("unknown status")
    on = wire.day(one.date)
    if isinstance(one, wire.Payment):
        account = _account(one.account)
        return Moves(facts=(on, one.payment_type, one.amount, one.bank_amount, one.currency_rate, account))
    if isinstance(one, wire.Journal):
        return _with_lines((on,), one.line_amount_types, one.journal_lines)
    bank = _account(one.bank_account) if isinstance(one, wire.BankTransaction) else ""
    if one.type.endswith("-TRANSFER"):  # half of a transfer, which is looked at itself
        return Moves()
    facts = (on, one.type, one.total, one.total_tax, one.currency_code, one.currency_rate, bank)
    return _with_lines(facts, one.line_amount_types, one.line_items)


def _with_lines(facts: tuple[Any, ...], kinds: str | None, lines: Sequence[wire.Line] | None) -> Moves:
    used = [line for line in lines or () if line.line_amount]
    has_ids = all(line.account_id for line in used)
    return Moves(
        facts=(*facts, kinds),
        by_id=_sums(used, lambda line: (line.account_id or "").lower()) if has_ids else None,
        by_code=_sums(used, lambda line: line.account_code or ""),
    )


def _sums(lines: Sequence[wire.Line], key: Any) -> frozenset[Any]:
    nothing = Decimal(0)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[key(line)] += line.line_amount or nothing
    return frozenset(sums.items())


def _account(ref: wire.AccountRef | None) -> str:
    return ((ref.account_id or ref.code) if ref else "") or ""


def _day(text: Any) -> date | None:
    try:
        return wire.day(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()


def _masked(number: str, holder: str) -> str:
    """Give the last four characters of an account number and who holds it."""
    bare = "".join(char for char in number if char.isalnum())
    hidden = bare[-_SHOWN:] if len(bare) > _SHOWN else ""
    shown = f"•••• {hidden}".strip() if bare else ""
    return ", ".join(part for part in (shown, holder.strip()) if part)
