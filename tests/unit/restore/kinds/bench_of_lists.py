"""A copy, a target and somebody who writes: the lists' plans carried out at the pretend Xero's counter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.domain.restore_plan import Action, Choice
from bot.restore.ground import Ground
from bot.restore.kinds import accounts, closing, currencies, tax_rates, themes, tracking
from bot.restore.model import IdMap, Kind, Step
from bot.restore.source import MemorySource, decode
from bot.restore.target import TargetState
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.projection import FULL, render
from bot.xero.facts import organisation_facts

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LISTS = (
    currencies.CURRENCIES,
    tax_rates.TAX_RATES,
    accounts.ACCOUNT_CHANGES,
    accounts.ACCOUNTS,
    tracking.TRACKING_CATEGORIES,
    tracking.TRACKING_OPTIONS,
    themes.BRANDING_THEMES,
    tracking.ARCHIVED_OPTIONS,
    tracking.ARCHIVED_CATEGORIES,
    closing.ARCHIVED_ACCOUNTS,
    closing.ARCHIVED_TAX_RATES,
)
KIND = {kind.key: kind for kind in LISTS}
READ = {
    "currencies": "Currencies",
    "tax_rates": "TaxRates",
    "accounts": "Accounts",
    "tracking_categories": "TrackingCategories",
    "branding_themes": "BrandingThemes",
    "contacts": "Contacts",
    "items": "Items",
    "invoices": "Invoices",
    "credit_notes": "CreditNotes",
    "bank_transactions": "BankTransactions",
    "manual_journals": "ManualJournals",
    "payments": "Payments",
}
Records = dict[str, dict[str, Mapping[str, Any]]]


def rows(org: PretendOrganisation, collection: str) -> list[dict[str, Any]]:
    """Give records as Xero's fullest list shows them."""
    described = COLLECTIONS[collection]
    return [dict(decode(render(org, described, record, FULL))) for record in org.shelf(collection)]


def facts_of(org: PretendOrganisation) -> Any:
    codes = [json.dumps({"Code": row["Code"]}).encode() for row in rows(org, "Currencies")]
    about = org.shelf("Organisations")
    raw = render(org, COLLECTIONS["Organisations"], next(iter(about)), FULL)
    return organisation_facts(raw, codes)


def records_of(org: PretendOrganisation) -> Records:
    return {
        key: {str(row[COLLECTIONS[name].id_field]): row for row in rows(org, name)}
        for key, name in READ.items()
    }


def target_of(org: PretendOrganisation, **other: Any) -> TargetState:
    return TargetState(
        organisation_id="target",
        tenant_id=org.tenant_id,
        facts=facts_of(org),
        accounts=tuple(rows(org, "Accounts")),
        tax_rates=tuple(rows(org, "TaxRates")),
        currencies=tuple(row["Code"] for row in rows(org, "Currencies")),
        tracking_categories=tuple(rows(org, "TrackingCategories")),
        branding_themes=tuple(rows(org, "BrandingThemes")),
        **other,
    )


def ground_of(
    source: PretendOrganisation | Records,
    target: TargetState,
    *,
    chosen: Iterable[str] = READ,
    choice: Choice | None = None,
) -> Ground:
    """Lay the ground; the copy is an organisation or bare records."""
    if isinstance(source, dict):
        memory = MemorySource(target.facts, source)
    else:
        memory = MemorySource(facts_of(source), records_of(source))
    return Ground(
        source=memory, target=target, choice=choice or Choice(), chosen=frozenset(chosen) | {"accounts"}
    )


@dataclass
class Bench:
    """Plans every list in order and writes what the plan says through a pen."""

    ground: Ground
    pen: Any = None
    ids: IdMap = field(default_factory=IdMap)
    refused: list[tuple[str, str, list[str]]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def plan(self) -> list[Step]:
        for kind in sorted(LISTS, key=lambda one: one.stage):
            self.steps += kind.plan(self.ground)
        self.steps.sort(key=lambda step: (step.phase, KIND[step.kind].stage))
        for step in self.steps:
            if step.target_key:
                self.ids.add(KIND[step.kind].resource, step.record_id, step.target_key)
        for pair in self.ground.notes.get("pairs", ()):
            self.ids.add(pair.resource, pair.source, pair.target)
        return self.steps

    def write(self, until: Callable[[Step], bool] = lambda _: True) -> None:
        for step in self.steps:
            if step.writes and until(step):
                self._write(KIND[step.kind], step)

    def _write(self, kind: Kind, step: Step) -> None:
        record = self.ground.source.record(kind.resource, step.record_id)
        body = kind.payload(step, record, self.ids)
        path = kind.path
        if "{id}" in path:
            path = path.replace("{id}", self.ids.need(kind.resource, step.record_id))
        if "{parent}" in path:
            path = path.replace("{parent}", self.ids.need(kind.parent_resource, step.parent))
        answer = self.pen.call(kind.verb, path, {kind.collection: [body]}, **kind.params)
        if answer.status != 200:
            self.refused.append((step.kind, step.name, answer.errors))
            return
        (made,) = answer.body[kind.collection]
        if kind.settle is not None:
            assert kind.settle.likeness(body) == kind.settle.likeness(made)
        if kind.learn is None:
            self.ids.add(kind.resource, step.record_id, str(made[kind.id_field]))
            return
        for pair in kind.learn(step, record, made):
            self.ids.add(pair.resource, pair.source, pair.target)

    def of(self, kind: str, action: Action | None = None) -> dict[str, Step]:
        """Give the steps of a kind by name."""
        found = (step for step in self.steps if step.kind == kind)
        return {step.name: step for step in found if action is None or step.action is action}
