"""A company copied: lists by their own kinds, contacts and items naively, documents by the kinds tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.domain.restore_plan import Action, Choice
from bot.restore.ground import Ground
from bot.restore.kinds import conversion, credit_notes, invoices, manual_journals, opening_money
from bot.restore.model import IdMap, Kind, Step
from bot.restore.source import MemorySource, decode
from bot.restore.writes import Write, cut
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.projection import FULL, render
from bot.sandbox.xero.reports import Reporter
from bot.sandbox.xero.wire import encode as wire
from bot.xero.writing import encode
from tests.unit.restore.kinds.bench_of_lists import LISTS, NOON, READ, facts_of, records_of, target_of

DOCUMENTS: tuple[Kind, ...] = (
    conversion.CONVERSION,
    conversion.CONVERSION_BALANCES,
    opening_money.OPENING_MONEY,
    manual_journals.MANUAL_JOURNALS,
    invoices.BILLS,
    invoices.INVOICES,
    credit_notes.CREDIT_NOTES,
)
KIND = {kind.key: kind for kind in (*LISTS, *DOCUMENTS)}
MORE = {
    "bank_transfers": "BankTransfers",
    "prepayments": "Prepayments",
    "overpayments": "Overpayments",
    "batch_payments": "BatchPayments",
}
CHOSEN = frozenset(READ) | frozenset(MORE)
ITEM = ("Code", "Name", "Description", "SalesDetails", "PurchaseDetails")


def days(count: int = 14) -> list[date]:
    """Give the days whose trial balances a backup keeps: month ends and today, oldest first."""
    found = [NOON.date()]
    while len(found) < count:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found[::-1]


def copy_of(org: PretendOrganisation) -> MemorySource:
    """Read a company as a backup does, trial balances and all."""
    records = records_of(org)
    for key, name in MORE.items():
        described = COLLECTIONS[name]
        rows = [dict(decode(render(org, described, one, FULL))) for one in org.shelf(name)]
        records[key] = {str(row[described.id_field]): row for row in rows}
    about = next(iter(org.shelf("Organisations")))
    raw = render(org, COLLECTIONS["Organisations"], about, FULL)
    records["organisation"] = {about.record_id: decode(raw)}
    reporter = Reporter(org)
    records["trial_balance"] = {
        f"TrialBalance/{on}": decode(wire(reporter.trial_balance({"date": str(on)}))) for on in days()
    }
    return MemorySource(facts_of(org), records)


@dataclass
class Bench:
    """Plans and writes; every answer is read element by element."""

    source: MemorySource
    pen: Any
    choice: Choice = field(default_factory=Choice)
    ids: IdMap = field(default_factory=IdMap)
    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[str, str, Any]] = field(default_factory=list)
    answers: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ground = Ground(
            source=self.source, target=target_of(self.pen.org), choice=self.choice, chosen=CHOSEN
        )

    def plan(self) -> None:
        for kind in sorted(LISTS, key=lambda one: one.stage):
            self.steps += kind.plan(self.ground)
        for key in self.source.resources():
            if key in {"contacts", "items"}:
                for record in self.source.records(key):
                    found = str(record["ContactID" if key == "contacts" else "ItemID"])
                    self.ground.settle(key, found, Action.CREATE)
                    if key == "items":
                        self.ground.settle("item_codes", str(record["Code"]), Action.CREATE)
        for kind in DOCUMENTS:
            self.steps += kind.plan(self.ground)
        self.steps.sort(key=lambda step: (step.phase, KIND[step.kind].stage))

    def copy(self) -> None:
        """Plan everything and write it."""
        self.plan()
        for step in self.steps:
            if step.target_key:
                self.ids.add(KIND[step.kind].resource, step.record_id, step.target_key)
        for pair in self.ground.notes.get("pairs", ()):
            self.ids.add(pair.resource, pair.source, pair.target)
        naive = False
        for write in cut(enumerate(self.steps), KIND):
            if write.kind in DOCUMENTS and not naive:
                self._contacts_and_items()
                naive = True
            self._write(write)

    def _contacts_and_items(self) -> None:
        for record in self.source.records("contacts"):
            name = record["Name"].translate(str.maketrans("<>", "()")).strip()
            made = self.pen.put("Contacts", {"Name": name}).one()
            self.ids.add("contacts", record["ContactID"], made["ContactID"])
        for record in self.source.records("items"):
            body = {key: record[key] for key in ITEM if key in record}
            assert self.pen.put("Items", body, unitdp=4).status == 200
            self.ids.add("item_codes", record["Code"], record["Code"])

    def _write(self, write: Write) -> None:
        kind = write.kind
        found = [(step, self.source.record(kind.resource, step.record_id)) for _, step in write.steps]
        sent = [kind.payload(step, record, self.ids) for step, record in found]
        path = kind.path
        if "{id}" in path:
            path = path.replace("{id}", self.ids.need(kind.resource, found[0][0].record_id))
        if "{parent}" in path:
            path = path.replace("{parent}", self.ids.need(kind.parent_resource, found[0][0].parent))
        for body, answer, (step, record) in zip(sent, self._send(kind, path, sent), found, strict=True):
            if answer.get("StatusAttributeString") == "ERROR":
                self.refused.append((kind.key, step.name, answer.get("ValidationErrors")))
                continue
            if kind.settle is not None:
                assert kind.settle.likeness(body) == kind.settle.likeness(answer), (body, answer)
            self.answers[kind.key, step.record_id] = answer
            if kind.learn is not None:
                for pair in kind.learn(step, record, answer):
                    self.ids.add(pair.resource, pair.source, pair.target)
            elif kind.id_field:
                self.ids.add(kind.resource, step.record_id, str(answer[kind.id_field]))

    def _send(self, kind: Kind, path: str, sent: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
        body = {kind.collection: sent} if kind.collection else sent[0]
        answer = self.pen.call(kind.verb, path, encode(body), **kind.params)
        if answer.status != 200:
            return [{"StatusAttributeString": "ERROR", "ValidationErrors": answer.raw} for _ in sent]
        decoded = decode(answer.raw)
        rows: list[Mapping[str, Any]] = decoded[kind.collection] if kind.collection else [decoded]
        return rows

    def of(self, kind: str, action: Action) -> list[Step]:
        """Give the steps of a kind with one action."""
        return [step for step in self.steps if step.kind == kind and step.action is action]
