"""What comparing a restored organisation with its copy found. Values.

Names, amounts and Xero's own words in here come from the books: they are shown in direct messages and files
to people who may see them, never in a channel, and are stored sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Finding(StrEnum):
    """How one difference between original and restored compares with the plan."""

    AS_PREDICTED = "as predicted"
    NOT_PREDICTED = "not predicted"
    NOT_VERIFIED = "not verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeProof:
    """One kind of data after the restore: records in the plan against records found and compared.

    `unsent` were never sent, because Xero refused, or the plan left out, something they need; they are not
    among `refused`. `follows` are not written for themselves and not lost, as `TypeCount.follows`.
    """

    key: str
    title: str
    planned: int
    created: int
    matched: int = 0
    refused: int = 0
    unsent: int = 0
    left_out: int = 0
    follows: int = 0
    found: int = 0  # of those written, how many the target gave back
    equal: int = 0
    as_predicted: int = 0  # records with differences the plan named
    not_predicted: int = 0
    not_verified: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field of one record that came back different; values are shortened text from the books."""

    title: str
    name: str
    field: str
    source_value: str
    target_value: str
    finding: Finding
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceProof:
    """One account on one date and in one currency; amounts are debits positive."""

    account: str
    currency: str
    on: date
    source: Decimal
    target: Decimal
    predicted: Decimal  # target minus source, as the plan said
    finding: Finding
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactProof:
    """What one contact owes or is owed, by age, original against restored."""

    name: str
    kind: str  # "receivable" | "payable"
    currency: str
    source: Decimal
    target: Decimal
    finding: Finding
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that Xero refused, in Xero's own words; or one that was not sent, and why."""

    title: str
    name: str
    words: str
    is_sent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What comparing found. Lists hold at most the worst few thousand; the counts are whole."""

    compared_at: datetime
    target_snapshot_id: str
    types: tuple[TypeProof, ...]
    fields: tuple[FieldDifference, ...]
    balances: tuple[BalanceProof, ...]
    contacts: tuple[ContactProof, ...]
    refusals: tuple[Refusal, ...]
    balances_compared: int = 0
    balances_equal: int = 0
    contacts_compared: int = 0
    contacts_equal: int = 0
    as_predicted: int = 0
    not_predicted: int = 0
    not_verified: tuple[str, ...] = ()  # sentences: what could not be compared, and why
    warnings: int = 0  # Xero's, on records it took
    confirmed: tuple[str, ...] = ()  # sentences: what is not read back, and that Xero's answers confirm it
    needless: tuple[str, ...] = ()  # keys of the plan's steps by hand whose need came out equal

    @property
    def holds(self) -> bool:
        """Say whether nothing differs that the plan had not named."""
        return self.not_predicted == 0
