"""Whole companies as copies: one given as it is, one restored through the pretend Xero's counter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.proof import Proof
from bot.domain.restore_plan import Action, Choice, Effort, PlanSummary, TypeCount
from bot.restore.answers import read_answer
from bot.restore.effort import DayAllowance
from bot.restore.model import IdMap, Kind, Step
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.parcels import Parcel, parcels, prepare
from bot.restore.planner import KIND, REASONS, MadePlan, Order, make_plan
from bot.restore.proof.comparing import compare
from bot.restore.source import MemorySource, decode
from bot.restore.target import TargetState
from bot.restore.writes import cut
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.projection import FULL, render
from bot.sandbox.xero.reports import Reporter
from bot.sandbox.xero.wire import encode as wire
from bot.xero.facts import organisation_facts
from bot.xero.http import Answer

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
READ = {
    "currencies": "Currencies",
    "tax_rates": "TaxRates",
    "accounts": "Accounts",
    "tracking_categories": "TrackingCategories",
    "branding_themes": "BrandingThemes",
    "users": "Users",
    "contacts": "Contacts",
    "contact_groups": "ContactGroups",
    "items": "Items",
    "invoices": "Invoices",
    "credit_notes": "CreditNotes",
    "bank_transactions": "BankTransactions",
    "bank_transfers": "BankTransfers",
    "prepayments": "Prepayments",
    "overpayments": "Overpayments",
    "batch_payments": "BatchPayments",
    "payments": "Payments",
    "manual_journals": "ManualJournals",
    "purchase_orders": "PurchaseOrders",
    "quotes": "Quotes",
    "repeating_invoices": "RepeatingInvoices",
    "linked_transactions": "LinkedTransactions",
}
Records = dict[str, dict[str, Mapping[str, Any]]]


def days(count: int = 14) -> list[date]:
    """Give the days whose trial balances a backup keeps: month ends and today, oldest first."""
    found = [NOON.date()]
    while len(found) < count:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found[::-1]


def rows(org: PretendOrganisation, collection: str) -> list[dict[str, Any]]:
    described = COLLECTIONS[collection]
    return [dict(decode(render(org, described, record, FULL))) for record in org.shelf(collection)]


def records_of(org: PretendOrganisation) -> Records:
    """Read a company as a backup does, trial balances and all."""
    found: Records = {
        key: {str(row[COLLECTIONS[name].id_field]): row for row in rows(org, name)}
        for key, name in READ.items()
    }
    found["organisation"] = {str(row["OrganisationID"]): row for row in rows(org, "Organisations")}
    found["contact_group_members"] = _members(found)
    reporter = Reporter(org)
    found["trial_balance"] = {
        f"TrialBalance/{on}": decode(wire(reporter.trial_balance({"date": str(on)}))) for on in days()
    }
    return found


def _members(found: Records) -> dict[str, Mapping[str, Any]]:
    made: dict[str, Mapping[str, Any]] = {}
    for key, group in found["contact_groups"].items():
        inside = [
            {"ContactID": one["ContactID"], "Name": one["Name"]}
            for one in found["contacts"].values()
            if any(each["ContactGroupID"] == key for each in one.get("ContactGroups") or ())
        ]
        made[key] = {**group, "Contacts": inside}
    return made


def facts_of(org: PretendOrganisation) -> Any:
    (about,) = org.shelf("Organisations")
    codes = [wire({"Code": row["Code"]}) for row in rows(org, "Currencies")]
    return organisation_facts(render(org, COLLECTIONS["Organisations"], about, FULL), codes)


def copy_of(org: PretendOrganisation, name: str = "memory") -> MemorySource:
    return MemorySource(facts_of(org), records_of(org), name)


def target_of(org: PretendOrganisation) -> TargetState:
    return TargetState(
        organisation_id="target",
        tenant_id=org.tenant_id,
        facts=facts_of(org),
        accounts=tuple(rows(org, "Accounts")),
        tax_rates=tuple(rows(org, "TaxRates")),
        currencies=tuple(row["Code"] for row in rows(org, "Currencies")),
        tracking_categories=tuple(rows(org, "TrackingCategories")),
        contacts=tuple(rows(org, "Contacts")),
        contact_groups=tuple(rows(org, "ContactGroups")),
        items=tuple(rows(org, "Items")),
        branding_themes=tuple(rows(org, "BrandingThemes")),
    )


def summary_of(kinds: tuple[str, ...] = (), **more: Any) -> PlanSummary:
    """Give a plan's summary that says as little as possible."""
    standard: dict[str, Any] = {
        "fingerprint": "f" * 64,
        "snapshot_id": "snap",
        "snapshot_taken_at": NOON,
        "made_at": NOON,
        "choice": Choice(),
        "added_types": (),
        "checks": (),
        "counts": tuple(TypeCount(key=key, title=KIND[key].title) for key in kinds),
        "reasons": (),
        "balances": (),
        "todos": (),
        "effort": Effort(calls_write=0, calls_read=0, seconds=0, days=0, calls_per_day=5000),
        "limits": (),
    }
    return PlanSummary(**standard | more)


def compared(
    source: MemorySource,
    target: MemorySource,
    outcomes: list[StepOutcome],
    ids: IdMap,
    summary: PlanSummary | None = None,
    **more: Any,
) -> Proof:
    standard: dict[str, Any] = {
        "kinds": KIND,
        "reasons": REASONS,
        "extra_balances": {},
        "now": NOON,
        "target_snapshot_id": "read-back",
    }
    return compare(source, target, outcomes, ids, summary or summary_of(), **standard | more)


@dataclass
class Restored:
    """Plans a restore and writes it through a pen, and keeps how each step ended."""

    source: MemorySource
    pen: Any
    choice: Choice = field(default_factory=Choice)
    ids: IdMap = field(default_factory=IdMap)
    outcomes: dict[int, StepOutcome] = field(default_factory=dict)
    made: MadePlan | None = None

    def run(self) -> MadePlan:
        """Plan and write everything."""
        order = Order(source_id="source", target_id="target", choice=self.choice, snapshot_taken_at=NOON)
        allowance = DayAllowance(calls_per_minute=60, calls_per_day=5000)
        target = target_of(self.pen.org)
        made = self.made = make_plan(self.source, target, order, allowance=allowance, limits=(), now=NOON)
        for pair in made.pairs:
            self.ids.add(pair.resource, pair.source, pair.target)
        for number, step in enumerate(made.plan.steps):
            if not step.writes:
                self.end(number, step, StepState.SKIPPED, step.target_key)
        for write in cut(enumerate(made.plan.steps), KIND):
            items, skipped = prepare(write.kind, write.steps, self.source, self.ids)
            steps = dict(write.steps)
            for one in skipped:
                self.end(one.number, steps[one.number], StepState.SKIPPED, words=one.words)
            for parcel in parcels(write.kind, items):
                self.send(write.kind, parcel)
        return made

    def send(self, kind: Kind, parcel: Parcel) -> None:
        got = self.pen.call(kind.verb, parcel.path, parcel.body, **kind.params)
        said = read_answer(kind, Answer(got.status, {}, got.raw, ""), len(parcel.items))
        if said is None:
            for item in parcel.items:
                self.send(kind, Parcel.of(kind, [item]))
            return
        for item, one in zip(parcel.items, said, strict=True):
            if not one.taken:
                self.end(item.number, item.step, StepState.REFUSED, words=one.words)
                continue
            key = str(one.element.get(kind.id_field) or "")
            self.end(item.number, item.step, StepState.DONE, key, words=one.words)
            if kind.learn is not None:
                for pair in kind.learn(item.step, item.record, one.element):
                    self.ids.add(pair.resource, pair.source, pair.target)
            elif key and self.ids.find(kind.resource, item.step.record_id) is None:
                self.ids.add(kind.resource, item.step.record_id, key)

    def end(
        self, number: int, step: Step, state: StepState, target: str = "", words: tuple[str, ...] = ()
    ) -> None:
        self.outcomes[number] = StepOutcome(
            number=number,
            step=step,
            state=state,
            target_key=target,
            warned=bool(words) and state is StepState.DONE,
            words=words,
        )

    def prove(self, target: MemorySource | None = None) -> Proof:
        assert self.made is not None
        outcomes = [self.outcomes[number] for number in sorted(self.outcomes)]
        back = target or copy_of(self.pen.org, "read-back")
        return compared(self.source, back, outcomes, self.ids, self.made.summary)


# The kind whose steps bring back the records of a resource; those of others come with another record.
MAIN = {
    resource: next(key for key, kind in KIND.items() if kind.resource == resource)
    for resource in READ
    if resource not in {"prepayments", "overpayments", "users"}
}
_CODES = (("account_codes", "accounts", "Code"), ("item_codes", "items", "Code"))


def same_ids(records: Records) -> IdMap:
    """Let every record be itself in the target."""
    ids = IdMap()
    for name, key in _all_names(records):
        ids.add(name, key, key)
    return ids


def _all_names(records: Records) -> Iterator[tuple[str, str]]:
    for resource, found in records.items():
        yield from ((resource, key) for key in found)
    for name, resource, field_name in _CODES:
        yield from ((name, str(one.get(field_name, ""))) for one in records.get(resource, {}).values())
    yield from (("tax_types", key) for key in records.get("tax_rates", {}))
    for category in records.get("tracking_categories", {}).values():
        yield from (("tracking_options", one["TrackingOptionID"]) for one in category["Options"])
    for resource in ("invoices", "bank_transactions"):
        for one in records.get(resource, {}).values():
            yield from (("line_items", line["LineItemID"]) for line in one.get("LineItems") or ())


def all_created(records: Records) -> list[StepOutcome]:
    """Say that every record was written and kept its id."""
    steps = [
        Step(MAIN[resource], key, Action.CREATE)
        for resource, found in records.items()
        if resource in MAIN
        for key in sorted(found)
    ]
    return [
        StepOutcome(number=number, step=step, state=StepState.DONE, target_key=step.record_id)
        for number, step in enumerate(steps)
    ]
