"""What holds of every plan: of the demo, and of copies with holes, odd statuses and poorer targets.

The copies are made of the demo's records: some of each kind, so that references lead nowhere as they do when
a backup has gaps, and with a few fields altered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.restore_plan import Action, Choice, Conversion
from bot.restore.model import IdMap, Kind, Step
from bot.restore.parcels import prepare
from bot.restore.planner import AUXILIARY, KIND, REASONS, MadePlan, writes
from bot.restore.selecting import restorable
from bot.restore.source import MemorySource
from bot.restore.target import TargetState
from tests.unit.restore.test_plan_golden import made_by_hand
from tests.unit.restore.worlds import copy_of, learn_from, plan_of, target_of

WHOLE = {
    "evidence": "evidence",
    "attachments": "attachments left out",
    "history": "left",
}  # kinds with one step a resource
KEPT = ("organisation", "currencies", "trial_balance", "organisation_actions")
STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED", "POSTED", "ACTIVE", "ARCHIVED")
DOCUMENTS = {"bills": "invoices", "invoices": "invoices", "credit_notes": "credit_notes"}
DOCUMENTS |= {"bank_transactions": "bank_transactions", "prepayments": "bank_transactions"}
DOCUMENTS |= {"overpayments": "bank_transactions"}
ADVANCES = ("prepayments", "overpayments")
Rows = dict[str, dict[str, Mapping[str, Any]]]


class Walk:
    """Goes through a plan in order, answers each write as Xero would, and gathers what could not be built."""

    def __init__(self, source: MemorySource, made: MadePlan) -> None:
        self.ids, self.unbuilt = IdMap(), list[tuple[Step, tuple[str, ...]]]()
        self.payloads: list[tuple[Kind, Step, Mapping[str, Any]]] = []
        self._number = 0
        for pair in made.pairs:
            self.ids.add(pair.resource, pair.source, pair.target)
        for write in writes(made.plan.steps):
            items, skipped = prepare(write.kind, write.steps, source, self.ids)
            self.unbuilt += [(made.plan.steps[one.number], one.words) for one in skipped]
            for item in items:
                self.payloads.append((write.kind, item.step, item.payload))
                answer = self._answer(write.kind, item.payload)
                learn_from(self.ids, write.kind, item.step, item.record, answer)

    def _answer(self, kind: Kind, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Give what was sent with ids wherever Xero would give some."""
        answer = {"TaxType": f"TAX{self._number}", **payload}
        named = [kind.id_field, "PrepaymentID", "OverpaymentID", "TrackingOptionID"]
        named += ["FromBankTransactionID", "ToBankTransactionID"]
        for name in filter(None, named):
            answer.setdefault(name, self._id())
        for name, key in (
            ("LineItems", "LineItemID"),
            ("Payments", "PaymentID"),
            ("JournalLines", "JournalLineID"),
        ):
            if isinstance(payload.get(name), list):
                answer[name] = [{**line, key: self._id()} for line in payload[name]]
        return answer

    def _id(self) -> str:
        self._number += 1
        return str(UUID(int=self._number))


def demo_rows() -> Rows:
    source = copy_of("lively")[0]
    return {
        key: {name: source.record(key, name) for name, _ in source.raw_records(key)}
        for key in source.resources()
    }


def with_holes(random: Random) -> MemorySource:
    """Take some records of each kind, and alter a few."""
    rows = demo_rows()
    small: Rows = {key: rows[key] for key in KEPT}
    for key in sorted(rows.keys() - small.keys()):
        most = len(rows[key]) if random.random() < 0.5 and len(rows[key]) < 200 else 12
        some = random.sample(sorted(rows[key]), random.randint(0, min(most, len(rows[key]))))
        small[key] = {name: altered(rows[key][name], random) for name in sorted(some)}
    return MemorySource(copy_of("lively")[0].facts, small)


def altered(record: Mapping[str, Any], random: Random) -> Mapping[str, Any]:
    """Change a field in one of ten records."""
    if random.random() > 0.1:
        return record
    choices: dict[str, Any] = {
        "Status": random.choice(STATUSES),
        "CurrencyCode": random.choice(("GBP", "EUR", "AUD")),
        "LineItems": [],
        "Reference": "",
        "Contact": {},
    }
    name = random.choice([name for name in choices if name in record] or ["Reference"])
    return {**record, name: choices[name]} if name in record else record


def poorer(random: Random) -> TargetState:
    """Give a target, sometimes prepared by hand, sometimes with less or one that cannot be changed."""
    target = made_by_hand() if random.random() < 0.5 else target_of("fresh-uk")
    if random.random() < 0.3:
        target = replace(target, actions=frozenset(random.sample(sorted(target.actions or ()), 5)))
    if random.random() < 0.3:
        accounts = [one for one in target.accounts if one.get("SystemAccount") or random.random() < 0.8]
        target = replace(target, accounts=tuple(accounts))
    if random.random() < 0.2:
        target = replace(target, branding_themes=(), tax_rates=target.tax_rates[:10])
    return target


def any_choice(random: Random) -> Choice:
    types = tuple(sorted(random.sample(restorable(), 2))) if random.random() < 0.3 else ()
    return Choice(
        types=types,
        conversion=random.choice(list(Conversion)),
        keep_void_numbers=random.random() < 0.5,
        single_payments=random.random() < 0.5,
    )


RANDOM = st.integers(0, 2**32).map(Random)
SOME = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def mains(made: MadePlan) -> dict[str, Counter[str]]:
    """Count the main steps of every record."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for step in made.plan.steps:
        if step.kind in WHOLE:
            found[WHOLE[step.kind]][step.record_id] += 1
        elif step.kind not in AUXILIARY and not step.part:
            found[KIND[step.kind].resource][step.record_id] += 1
    return found


def assert_holds(source: MemorySource, made: MadePlan, target: TargetState) -> Walk:
    """Check what holds of every plan; gives the walk through it."""
    walk = Walk(source, made)
    assert walk.unbuilt == []
    assert_reasons(made)
    assert_no_system_account_is_touched(walk, target)
    for resource, counter in mains(made).items():
        twice = {key for key, count in counter.items() if count > 1}
        assert not twice, (resource, twice)
    return walk


def assert_reasons(made: MadePlan) -> None:
    for step in made.plan.steps:
        assert all(key in REASONS for key in step.reasons), step
        if step.action in {Action.LEAVE_OUT, Action.BLOCKED}:
            assert step.reasons, step
        if step.action is Action.CHANGE and step.kind not in AUXILIARY:
            assert step.reasons, step
        assert step.action is not Action.MATCH or step.target_key or not step.writes


def assert_no_system_account_is_touched(walk: Walk, target: TargetState) -> None:
    """Xero's own accounts can be renamed and recoded, nothing else, and take no new one beside them."""
    system = {one["AccountID"] for one in target.accounts if one.get("SystemAccount")}
    for kind, step, payload in walk.payloads:
        if kind.resource == "accounts":
            written = walk.ids.find("accounts", step.record_id)
            assert "SystemAccount" not in payload
            if kind.verb == "POST" and written in system:
                assert payload.keys() <= {"AccountID", "Code", "Name"}, payload
                assert "Status" not in payload


@SOME
@given(RANDOM)
def test_plan_when_the_copy_has_holes_then_every_step_can_be_built_in_its_place(random: Random) -> None:
    source, target = with_holes(random), poorer(random)
    assert_holds(source, plan_of(source, target, any_choice(random)), target)


@SOME
@given(RANDOM)
def test_plan_when_the_copy_has_holes_then_every_record_has_one_step(random: Random) -> None:
    source = with_holes(random)
    assert_every_record_is_somewhere(source, plan_of(source, poorer(random)))


def test_plan_when_it_is_the_demo_then_it_holds_whatever_is_chosen() -> None:
    source = copy_of("lively")[0]
    for target in (target_of("fresh-uk"), made_by_hand()):
        for choice in (
            Choice(),
            Choice(conversion=Conversion.SETUP, keep_void_numbers=True, single_payments=True),
        ):
            made = plan_of(source, target, choice)
            assert_holds(source, made, target)
            assert_every_record_is_somewhere(source, made)


def test_plan_when_any_one_type_is_chosen_then_it_holds() -> None:
    source, target = copy_of("lively")[0], made_by_hand()
    for key in sorted(source.resources().keys() & set(restorable())):
        made = plan_of(source, target, Choice(types=(key,)))
        assert_holds(source, made, target)


def assert_every_record_is_somewhere(source: MemorySource, made: MadePlan) -> None:
    found = mains(made)
    for resource, records in _ids(source):
        if resource in found["evidence"] or resource in ADVANCES:  # advances: by their bank transactions
            continue
        if resource == "contact_group_members":  # each member is a part of the group's record
            peopled = {key for key in records if source.record(resource, key).get("Contacts")}
            assert peopled <= {step.record_id for step in made.plan.steps if step.kind == resource}
        else:
            planned = found[resource].keys()
            assert records <= planned, resource
            lone = {key for name in ADVANCES for key, _ in source.raw_records(name)}
            assert planned - records <= (lone if resource == "bank_transactions" else set()), resource


def _ids(source: MemorySource) -> Iterator[tuple[str, set[str]]]:
    for resource, count in source.resources().items():
        if count:
            yield resource, {key for key, _ in source.raw_records(resource)}


def sums(source: MemorySource, made: MadePlan, *actions: Action) -> Counter[tuple[str, str, str]]:
    """Add up documents with these actions by kind of data, type and currency."""
    found: Counter[tuple[str, str, str]] = Counter()
    for step in made.plan.steps:
        if step.kind in DOCUMENTS and not step.part and step.action in actions:
            record = source.record(DOCUMENTS[step.kind], step.record_id)
            place = (DOCUMENTS[step.kind], str(record["Type"]), str(record.get("CurrencyCode")))
            found[place] += record["Total"]  # type: ignore[assignment]
    return found


def test_totals_when_planned_then_the_copys_less_what_is_left_out_or_blocked() -> None:
    source = copy_of("lively")[0]
    made = plan_of(source, target_of("fresh-uk"))
    whole: Counter[tuple[str, str, str]] = Counter()
    for resource in sorted(set(DOCUMENTS.values())):
        for record in source.records(resource):
            place = (resource, str(record["Type"]), str(record.get("CurrencyCode")))
            whole[place] += record["Total"]
    written = sums(source, made, Action.CREATE, Action.CHANGE)
    rest = sums(source, made, Action.LEAVE_OUT, Action.BLOCKED)
    assert {key: whole[key] - rest[key] for key in whole if whole[key] != rest[key]} == dict(written)
    assert sum(written.values(), Decimal(0)) > 1_000_000


def test_totals_when_payloads_are_built_then_their_lines_come_to_what_the_copy_says() -> None:
    source, target = copy_of("lively")[0], made_by_hand()
    walk = Walk(source, plan_of(source, target))
    compared = 0
    for kind, step, payload in walk.payloads:
        if kind.key not in {"bills", "invoices", "credit_notes"}:
            continue
        record = source.record(DOCUMENTS[kind.key], step.record_id)
        told = {field for key in step.reasons for field in REASONS[key].fields}
        if "Total" in told or not payload.get("LineItems"):
            continue
        assert payload.get("CurrencyCode") == record.get("CurrencyCode")
        assert [line.get("TaxAmount") for line in payload["LineItems"] if "TaxAmount" in line] == [
            line["TaxAmount"] for line in record["LineItems"] if line.get("TaxAmount") is not None
        ][: sum("TaxAmount" in line for line in payload["LineItems"])]
        compared += 1
    assert compared > 800
