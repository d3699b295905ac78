"""A company's people, things and papers, planned and written by the kinds that a restore has.

Of its invoices, bills and bank transactions only those are copied that billable expenses name, the voided
ones, and a few more: the whole of them is others' business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.restore_plan import Action, Choice
from bot.restore.ground import Ground
from bot.restore.kinds import (
    attachments,
    bank_transactions,
    contact_groups,
    contacts,
    credit_notes,
    evidence,
    history,
    invoices,
    items,
    lines,
    links,
    purchase_orders,
    quotes,
    repeating_invoices,
    voids,
)
from bot.restore.model import IdMap, Kind, Reason, Step
from bot.restore.source import MemorySource, decode
from bot.restore.target import TargetState
from bot.restore.writes import Write, cut
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.projection import FULL, View, render
from bot.xero.writing import encode
from tests.unit.restore.kinds.bench_of_lists import LISTS, NOON, facts_of, target_of

OWN: tuple[Kind, ...] = (
    contacts.CONTACTS,
    contacts.CONTACT_TRACKING,
    contacts.ARCHIVED_CONTACTS,
    contact_groups.CONTACT_GROUPS,
    contact_groups.GROUP_MEMBERS,
    items.ITEMS,
    purchase_orders.PURCHASE_ORDERS,
    purchase_orders.PURCHASE_ORDER_STATES,
    quotes.QUOTES,
    quotes.QUOTE_STATES,
    quotes.QUOTE_OUTCOMES,
    repeating_invoices.REPEATING_INVOICES,
    links.LINKED_TRANSACTIONS,
    voids.VOIDED_NUMBERS,
    voids.VOIDINGS,
    voids.VOIDED_CREDIT_NUMBERS,
    voids.CREDIT_VOIDINGS,
    *attachments.UPLOADS,
    attachments.ATTACHMENTS_MISSING,
    evidence.EVIDENCE,
    *history.NOTE_KINDS,
)
ALL: tuple[Kind, ...] = (
    *LISTS,
    *OWN,
    invoices.BILLS,
    invoices.INVOICES,
    credit_notes.CREDIT_NOTES,
    bank_transactions.BANK_TRANSACTIONS,
)
KIND = {kind.key: kind for kind in ALL}
REASONS: dict[str, Reason] = {
    one.key: one for one in (*lines.REASONS, *(one for kind in ALL for one in kind.reasons))
}
PLAIN = View(revealed=True)  # what is read without four decimals
READ: Mapping[str, tuple[str, View]] = {
    "currencies": ("Currencies", FULL),
    "tax_rates": ("TaxRates", FULL),
    "accounts": ("Accounts", FULL),
    "tracking_categories": ("TrackingCategories", FULL),
    "branding_themes": ("BrandingThemes", FULL),
    "contacts": ("Contacts", FULL),
    "contact_groups": ("ContactGroups", FULL),
    "contact_group_members": ("ContactGroups", View(single=True, revealed=True)),
    "items": ("Items", FULL),
    "invoices": ("Invoices", FULL),
    "credit_notes": ("CreditNotes", FULL),
    "bank_transactions": ("BankTransactions", FULL),
    "purchase_orders": ("PurchaseOrders", PLAIN),
    "quotes": ("Quotes", PLAIN),
    "repeating_invoices": ("RepeatingInvoices", PLAIN),
    "linked_transactions": ("LinkedTransactions", FULL),
    "users": ("Users", FULL),
    "budgets": ("Budgets", FULL),
}
CHOSEN = frozenset(READ) | {"history", "attachments"}
Record = Mapping[str, Any]
Records = dict[str, dict[str, Record]]


def read(org: PretendOrganisation) -> Records:
    """Read a company as a backup does."""
    found: Records = {}
    for key, (name, view) in READ.items():
        described = COLLECTIONS[name]
        rows = (dict(decode(render(org, described, one, view))) for one in org.shelf(name))
        found[key] = {str(row[described.id_field]): row for row in rows}
    return found


def few_documents(records: Records) -> None:
    """Keep what links name, what was voided, and a few."""
    named = {
        one.get(field)
        for one in records["linked_transactions"].values()
        for field in ("SourceTransactionID", "TargetTransactionID")
    }
    for resource in ("invoices", "credit_notes", "bank_transactions"):
        rows = records[resource]
        kept = {key for key, row in rows.items() if key in named or row["Status"] == "VOIDED"}
        records[resource] = {key: rows[key] for key in kept | set(sorted(rows)[:5])}


def ground_of(
    records: Records,
    target: TargetState | None = None,
    choice: Choice | None = None,
    chosen: Iterable[str] = CHOSEN,
    **there: Any,
) -> Ground:
    """Lay the ground for bare records; `there` is what the target has."""
    facts = target.facts if target else FACTS
    target = target or TargetState(organisation_id="o", tenant_id="t", facts=facts, **there)
    source = MemorySource(facts, records)
    return Ground(source=source, target=target, choice=choice or Choice(), chosen=frozenset(chosen))


def will_exist(ground: Ground, resource: str, *keys: str) -> None:
    """Settle by hand what other kinds decide."""
    for key in keys:
        ground.settle(resource, key, Action.CREATE)


@dataclass
class Company:
    """Plans and writes; every answer is read element by element."""

    source: MemorySource
    pen: Any
    choice: Choice = field(default_factory=Choice)
    there: dict[str, Any] = field(default_factory=dict)
    ids: IdMap = field(default_factory=IdMap)
    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[str, str, Any]] = field(default_factory=list)
    answers: dict[tuple[str, str], Record] = field(default_factory=dict)
    calls: list[tuple[str, int]] = field(default_factory=list)  # kind and elements

    def __post_init__(self) -> None:
        target = target_of(self.pen.org, **self.there)
        self.ground = Ground(source=self.source, target=target, choice=self.choice, chosen=CHOSEN)

    def plan(self) -> None:
        for kind in sorted(ALL, key=lambda one: one.stage):
            self.steps += kind.plan(self.ground)
        self.steps.sort(key=lambda step: (step.phase, KIND[step.kind].stage))
        for step in self.steps:
            if step.target_key:
                self.ids.add(KIND[step.kind].resource, step.record_id, step.target_key)
        for pair in self.ground.notes.get("pairs", ()):
            self.ids.add(pair.resource, pair.source, pair.target)

    def write(self) -> None:
        for one in cut(enumerate(self.steps), KIND):
            self._write(one)

    def _write(self, write: Write) -> None:
        kind = write.kind
        found = [(step, self.source.record(kind.resource, step.record_id)) for _, step in write.steps]
        sent = [kind.payload(step, record, self.ids) for step, record in found]
        path = kind.path
        if "{id}" in path:
            path = path.replace("{id}", self.ids.need(kind.resource, found[0][0].record_id))
        if "{parent}" in path:
            path = path.replace("{parent}", self.ids.need(kind.parent_resource, found[0][0].parent))
        self.calls.append((kind.key, len(sent)))
        for body, answer, (step, record) in zip(sent, self._send(kind, path, sent), found, strict=True):
            if answer.get("StatusAttributeString") in {"ERROR", "WARNING"}:
                self.refused.append((kind.key, step.name, answer))
                continue
            if kind.settle is not None:
                assert kind.settle.likeness(body) == kind.settle.likeness(answer), (body, answer)
            self.answers[kind.key, step.record_id] = answer
            if kind.learn is not None:
                for pair in kind.learn(step, record, answer):
                    self.ids.add(pair.resource, pair.source, pair.target)
            else:
                self.ids.add(kind.resource, step.record_id, str(answer[kind.id_field]))

    def _send(self, kind: Kind, path: str, sent: list[dict[str, Any]]) -> list[Record]:
        answer = self.pen.call(kind.verb, path, encode({kind.collection: sent}), **kind.params)
        if answer.status != 200:
            return [{"StatusAttributeString": "ERROR", "ValidationErrors": answer.raw} for _ in sent]
        found: list[Record] = decode(answer.raw)[kind.collection]
        return found

    def of(self, kind: str, *actions: Action) -> list[Step]:
        """Give the steps of a kind."""
        return [step for step in self.steps if step.kind == kind and (not actions or step.action in actions)]

    def pairs(self, kind: str) -> Iterator[tuple[Step, Record, Record]]:
        """Give what was written with the record it came from and the one that Xero has now."""
        made = KIND[kind]
        for step in self.of(kind, Action.CREATE, Action.CHANGE):
            record = self.source.record(made.resource, step.record_id)
            target = self.pen.org.record(made.collection, self.ids.need(made.resource, step.record_id))
            shown = decode(render(self.pen.org, COLLECTIONS[made.collection], target, FULL))
            yield step, record, shown

    def undeclared(self, kind: str, fields: Iterable[str]) -> list[tuple[str, Any, Any]]:
        """Give what came back different although no reason of its step says so."""
        found = []
        for step, record, now in self.pairs(kind):
            told = {field for key in step.reasons for field in REASONS[key].fields}
            found += [
                (field, record.get(field), now.get(field))
                for field in fields
                if field not in told and (record.get(field) or None) != (now.get(field) or None)
            ]
        return found


FACTS = facts_of(build_organisation("odd", seed=7, now=lambda: NOON))
_COPIES: dict[str, Company] = {}


def copied(open_pen: Callable[..., Any]) -> Company:
    """Copy the lively company once for all tests, which only look; numbers of voided papers are kept."""
    if "lively" not in _COPIES:
        old = build_organisation("lively", seed=7, now=lambda: NOON)
        records = read(old)
        few_documents(records)
        pen = open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000)
        company = Company(MemorySource(facts_of(old), records), pen, Choice(keep_void_numbers=True))
        company.plan()
        company.write()
        _COPIES["lively"] = company
    return _COPIES["lively"]
