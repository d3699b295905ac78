"""Make a plan: every kind in its order, then the order of execution, the numbers, the fingerprint. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from bot.catalogue import RESOURCES, restore_scopes
from bot.domain.limits import LimitReading
from bot.domain.restore_plan import Check, Choice, PlanSummary
from bot.errors import UnsafePlan
from bot.restore import region, selecting
from bot.restore.effort import DayAllowance, effort
from bot.restore.fingerprint import fingerprint
from bot.restore.forecast import forecast
from bot.restore.ground import Ground
from bot.restore.kinds import (
    accounts,
    allocations,
    assets,
    attachments,
    bank_transactions,
    bank_transfers,
    batch_payments,
    closing,
    contact_groups,
    contacts,
    conversion,
    credit_notes,
    currencies,
    evidence,
    history,
    invoices,
    items,
    links,
    manual_journals,
    opening_money,
    payments,
    projects,
    purchase_orders,
    quotes,
    repeating_invoices,
    tax_rates,
    themes,
    tracking,
    voids,
)
from bot.restore.model import Kind, Pair, Plan, Step
from bot.restore.reasons import gathered
from bot.restore.source import Source
from bot.restore.summing import counts, lines, moved, todos, unsafe
from bot.restore.target import TargetState
from bot.restore.writes import Write, cut

KINDS: tuple[Kind, ...] = (
    currencies.CURRENCIES,
    tax_rates.TAX_RATES,
    accounts.ACCOUNTS,
    accounts.ACCOUNT_CHANGES,
    tracking.TRACKING_CATEGORIES,
    tracking.TRACKING_OPTIONS,
    themes.BRANDING_THEMES,
    contacts.CONTACTS,
    contacts.CONTACT_TRACKING,
    contact_groups.CONTACT_GROUPS,
    contact_groups.GROUP_MEMBERS,
    items.ITEMS,
    conversion.CONVERSION,
    conversion.CONVERSION_BALANCES,
    opening_money.OPENING_MONEY,
    manual_journals.MANUAL_JOURNALS,
    invoices.BILLS,
    invoices.INVOICES,
    credit_notes.CREDIT_NOTES,
    bank_transactions.BANK_TRANSACTIONS,
    bank_transactions.PREPAYMENTS,
    bank_transactions.OVERPAYMENTS,
    bank_transfers.BANK_TRANSFERS,
    allocations.PREPAYMENT_ALLOCATIONS,
    allocations.OVERPAYMENT_ALLOCATIONS,
    allocations.CREDIT_NOTE_ALLOCATIONS,
    batch_payments.BATCH_PAYMENTS,
    payments.PAYMENTS,
    payments.REFUNDS,
    purchase_orders.PURCHASE_ORDERS,
    purchase_orders.PURCHASE_ORDER_STATES,
    quotes.QUOTES,
    quotes.QUOTE_STATES,
    quotes.QUOTE_OUTCOMES,
    repeating_invoices.REPEATING_INVOICES,
    links.LINKED_TRANSACTIONS,
    assets.ASSET_TYPES,
    assets.ASSETS,
    projects.PROJECTS,
    projects.PROJECT_TASKS,
    projects.PROJECT_TIME,
    projects.CLOSED_PROJECTS,
    tracking.ARCHIVED_OPTIONS,
    tracking.ARCHIVED_CATEGORIES,
    voids.VOIDED_NUMBERS,
    voids.VOIDINGS,
    voids.VOIDED_CREDIT_NUMBERS,
    voids.CREDIT_VOIDINGS,
    contacts.ARCHIVED_CONTACTS,
    closing.ARCHIVED_ACCOUNTS,
    closing.ARCHIVED_TAX_RATES,
    attachments.ATTACHMENTS_MISSING,
    *attachments.UPLOADS,
    history.HISTORY_LEFT,
    *history.NOTE_KINDS,
    evidence.EVIDENCE,
)
KIND: Mapping[str, Kind] = {kind.key: kind for kind in KINDS}
REASONS = gathered(KINDS)
# What these write belongs to records that another kind has counted already.
AUXILIARY = frozenset(
    kind.key
    for kind in (
        accounts.ACCOUNT_CHANGES,
        contacts.CONTACT_TRACKING,
        projects.CLOSED_PROJECTS,
        purchase_orders.PURCHASE_ORDER_STATES,
        quotes.QUOTE_STATES,
        quotes.QUOTE_OUTCOMES,
        tracking.ARCHIVED_OPTIONS,
        tracking.ARCHIVED_CATEGORIES,
        voids.VOIDINGS,
        voids.CREDIT_VOIDINGS,
        contacts.ARCHIVED_CONTACTS,
        closing.ARCHIVED_ACCOUNTS,
        closing.ARCHIVED_TAX_RATES,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePlan:
    """A plan, its numbers for people, and the pairs of old and new that are known before the first write."""

    plan: Plan
    summary: PlanSummary
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be restored into what."""

    source_id: str
    target_id: str
    choice: Choice
    snapshot_taken_at: datetime
    is_drill: bool = False


def make_plan(
    source: Source,
    target: TargetState,
    order: Order,
    *,
    allowance: DayAllowance,
    limits: tuple[LimitReading, ...],
    now: datetime,
) -> MadePlan:
    """Plan a restore. The same copy, target and order give the same steps and fingerprint, at any time."""
    ground = Ground(source=source, target=target, choice=order.choice, chosen=selecting.chosen(order.choice))
    steps = tuple(sorted(_steps(ground), key=lambda step: (step.phase, KIND[step.kind].stage)))
    mark = fingerprint(
        snapshot_id=source.snapshot_id,
        source_id=order.source_id,
        target_id=order.target_id,
        choice=order.choice,
        target=target,
        steps=steps,
    )
    foreseen = forecast(ground, _TITLES, moved(steps, KIND, REASONS))
    checks = _checks(ground, order)
    summary = PlanSummary(
        fingerprint=mark,
        snapshot_id=source.snapshot_id,
        snapshot_taken_at=order.snapshot_taken_at,
        made_at=now,
        choice=order.choice,
        added_types=tuple(_TITLES[key] for key in selecting.added(order.choice)),
        checks=checks,
        counts=counts(steps, KIND, AUXILIARY, REASONS),
        reasons=lines(steps, KIND, REASONS, ground.notes.get("remarks", ())),
        balances=foreseen.differences,
        todos=todos(steps, REASONS),
        effort=effort(sum(1 for _ in writes(steps)), source.resources(), target, allowance),
        limits=limits,
        unsafe=unsafe(steps, KIND, checks, foreseen),
    )
    return MadePlan(plan=Plan(steps=steps, fingerprint=mark), summary=summary, pairs=_pairs(ground, steps))


def writes(steps: tuple[Step, ...]) -> Iterator[Write]:
    """Yield the calls of a plan in order."""
    return cut(enumerate(steps), KIND)


def raise_if_unsafe(summary: PlanSummary) -> None:
    """Refuse a plan that nobody should be able to approve; raises UnsafePlan with the reasons."""
    if summary.unsafe:
        raise UnsafePlan(*summary.unsafe)


_TITLES = {key: one.title for key, one in RESOURCES.items()}


def _steps(ground: Ground) -> Iterator[Step]:
    for kind in sorted(KINDS, key=attrgetter("stage")):
        if not kind.resource or ground.is_chosen(kind.resource):
            yield from kind.plan(ground)


def _checks(ground: Ground, order: Order) -> tuple[Check, ...]:
    return region.checks(
        ground.facts,
        ground.target,
        same=order.source_id == order.target_id,
        source_record=next(ground.records("organisation"), None),
        needed_scopes=restore_scopes(ground.chosen),
        is_drill=order.is_drill,
    )


def _pairs(ground: Ground, steps: tuple[Step, ...]) -> tuple[Pair, ...]:
    matched = (
        Pair(KIND[step.kind].resource, step.record_id, step.target_key) for step in steps if step.target_key
    )
    return (*matched, *ground.notes.get("pairs", ()))
