"""What tracked items cost: average cost of what is on hand, and what each sale takes out of it.

Facts (developer.xero.com and Xero Central, tracked inventory): purchases on the item's inventory account add
quantity and value, a sale moves its average cost from there to the item's cost of goods sold. Inferred:
everything happens in the order of the documents' dates, on one day what comes in first; goods sold before
they were there cost what the purchases cost that bring them, on the day of those; a customer's return comes
back at the average cost of the day; goods that go back to a supplier, or are written off, leave at average
cost, and the difference to the document's price is cost of goods sold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from bot.sandbox.xero.store import Record, Shelf
from bot.sandbox.xero.wire import Fields, pence

COLLECTIONS = ("Invoices", "CreditNotes", "BankTransactions")
BUYING = frozenset({"ACCPAY", "SPEND", "ACCPAYCREDIT"})
SIGNS = {
    "ACCPAY": 1, "SPEND": 1, "ACCRECCREDIT": 1, "ACCREC": -1, "RECEIVE": -1, "ACCPAYCREDIT": -1,
}  # fmt: skip
_LIVE = frozenset({"AUTHORISED", "PAID"})
NOTHING = Decimal("0.0000")
_NUMBERS = ("InvoiceNumber", "CreditNoteNumber", "Reference")


class Move(NamedTuple):
    """One line that moves stock, sortable into the order of events; `value`: pence, of purchases only."""

    on: date
    leaving: bool
    selling: bool
    number: str
    quantity: Decimal
    value: int
    kind: str
    record_id: str


class Cost(NamedTuple):
    """What is posted from the inventory account to cost of goods sold, in pence; back when negative."""

    on: date
    kind: str
    record_id: str
    amount: int


@dataclass(slots=True)
class Standing:
    """How one item stands: on hand, its worth in pence, units sold before they came, and all postings."""

    quantity: Decimal = NOTHING
    pool: int = 0
    missing: Decimal = NOTHING
    unit: Decimal = NOTHING
    costs: list[Cost] = field(default_factory=list)

    @property
    def on_hand(self) -> Decimal:
        """Give the quantity Xero shows; negative when more was sold than there was."""
        return self.quantity - self.missing

    def apply(self, move: Move) -> None:
        """Let one move happen."""
        if not move.selling and move.quantity > 0:
            amount = self._bring(move.quantity, move.value)
        elif move.quantity > 0:
            amount = -self._return(move.quantity)
        else:
            # A document's own line has taken its value off the inventory account already.
            amount = self._take(-move.quantity) + move.value
        if amount:
            self.costs.append(Cost(move.on, move.kind, move.record_id, amount))

    def _bring(self, quantity: Decimal, value: int) -> int:
        late = min(self.missing, quantity)
        cost = _whole(value * late / quantity)
        self.missing -= late
        self.quantity += quantity - late
        self.pool += value - cost
        self.unit = value / quantity
        return cost

    def _return(self, quantity: Decimal) -> int:
        never = min(self.missing, quantity)
        self.missing -= never
        back = quantity - never
        cost = _whole(back * (self.pool / self.quantity if self.quantity else self.unit))
        self.quantity += back
        self.pool += cost
        return cost

    def _take(self, quantity: Decimal) -> int:
        taken = min(self.quantity, quantity)
        cost = self.pool if taken == self.quantity else _whole(self.pool * taken / self.quantity)
        if taken:
            self.unit = self.pool / self.quantity
        self.quantity -= taken
        self.pool -= cost
        self.missing += quantity - taken
        return cost


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


class StockBook:
    """The moves of every tracked item; it looks only at documents that changed since it was asked last."""

    def __init__(self, shelves: Mapping[str, Shelf]) -> None:
        self._shelves = shelves
        self._assets: dict[str, str] = {}
        self._read = dict.fromkeys(COLLECTIONS, 0)
        self._moves: dict[str, dict[str, list[Move]]] = {}
        self._items_of: dict[str, set[str]] = {}
        self._touched: set[str] = set()

    def tracked(self) -> dict[str, Record]:
        """Give the tracked items by id."""
        return {
            one.record_id: one for one in self._shelves["Items"] if one.fields.get("IsTrackedAsInventory")
        }

    def moves(self, item_id: str) -> list[Move]:
        """Give the moves of an item in the order of events."""
        self._refresh()
        return sorted(move for moves in self._moves.get(item_id, {}).values() for move in moves)

    def on_hand(self, item_id: str, besides: str = "") -> Decimal:
        """Count an item, one document left out if wished."""
        return sum(
            (move.quantity for move in self.moves(item_id) if move.record_id != besides), start=NOTHING
        )

    def standing(self, item_id: str) -> Standing:
        """Work out how an item stands after everything that happened."""
        standing = Standing()
        for move in self.moves(item_id):
            standing.apply(move)
        return standing

    def touched(self) -> list[Record]:
        """Give the items whose moves changed since this was asked last."""
        self._refresh()
        tracked = self.tracked()
        found = [tracked[item_id] for item_id in sorted(self._touched) if item_id in tracked]
        self._touched.clear()
        return found

    def costs(self) -> Iterator[tuple[str, str, Cost]]:
        """Give every posting with the account codes of the inventory and of the cost of goods sold."""
        for item_id, item in self.tracked().items():
            asset = item.fields["InventoryAssetAccountCode"]
            goods = item.fields["PurchaseDetails"]["COGSAccountCode"]
            for cost in self.standing(item_id).costs:
                yield asset, goods, cost

    def _refresh(self) -> None:
        assets = {
            item_id: item.fields["InventoryAssetAccountCode"] for item_id, item in self.tracked().items()
        }
        if assets != self._assets:
            self._assets, self._moves = assets, {item_id: {} for item_id in assets}
            self._read, self._items_of = dict.fromkeys(COLLECTIONS, 0), {}
        if not assets:
            return
        for name in COLLECTIONS:
            log = self._shelves[name].log
            for record_id in dict.fromkeys(log[self._read[name] :]):
                self._reread(record_id, self._shelves[name].records.get(record_id))
            self._read[name] = len(log)

    def _reread(self, record_id: str, record: Record | None) -> None:
        for item_id in self._items_of.pop(record_id, ()):
            self._moves[item_id].pop(record_id)
            self._touched.add(item_id)
        if record is None or record.is_lazy or record.fields["Status"] not in _LIVE:
            return
        for item_id, move in _moves_of(record, self._assets):
            self._moves[item_id].setdefault(record_id, []).append(move)
            self._items_of.setdefault(record_id, set()).add(item_id)
            self._touched.add(item_id)


def _moves_of(record: Record, assets: Mapping[str, str]) -> Iterator[tuple[str, Move]]:
    fields = record.fields
    kind = fields["Type"]
    if kind not in SIGNS:
        return
    number = next((str(fields[name]) for name in _NUMBERS if fields.get(name)), "")
    for line in fields["LineItems"]:
        item_id, quantity = line.get("Item", {}).get("ItemID", ""), line.get("Quantity")
        buying = kind in BUYING
        if item_id not in assets or not quantity or (buying and line.get("AccountCode") != assets[item_id]):
            continue
        moved = SIGNS[kind] * quantity
        value = SIGNS[kind] * _net(fields, line) if buying else 0
        yield (
            item_id,
            Move(
                on=fields["Date"],
                leaving=moved < 0,
                selling=not buying,
                number=number,
                quantity=moved,
                value=value,
                kind=kind,
                record_id=record.record_id,
            ),
        )


def _net(fields: Fields, line: Fields) -> int:
    """Give a line's amount without tax in pence of the base currency, as the ledger posts it."""
    tax = line["TaxAmount"] if fields["LineAmountTypes"] == "Inclusive" else 0
    return pence(line["LineAmount"] - tax, fields.get("CurrencyRate", Decimal(1)))
