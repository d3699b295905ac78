"""What the target holds before the first write. Values only; `target_reading.py` fills them.

Everything a plan depends on is in here, so that a plan made again from an unchanged target is the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.domain.organisation import OrganisationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """The organisation to be written to, as just read; lists hold records as Xero sent them, decoded.

    `documents` counts what an empty organisation has none of, by catalogue key (invoices, credit_notes,
    bank_transactions, manual_journals, payments, ...). `actions` are the names of those Xero allows;
    None when Xero did not say.
    """

    organisation_id: str
    tenant_id: str
    facts: OrganisationFacts
    organisation: dict[str, Any] = field(default_factory=dict)  # the Organisation record
    actions: frozenset[str] | None = None
    period_lock_date: str = ""  # ISO date, "" when none
    year_end_lock_date: str = ""
    accounts: tuple[dict[str, Any], ...] = ()
    tax_rates: tuple[dict[str, Any], ...] = ()
    currencies: tuple[str, ...] = ()
    tracking_categories: tuple[dict[str, Any], ...] = ()
    contacts: tuple[dict[str, Any], ...] = ()
    contact_groups: tuple[dict[str, Any], ...] = ()
    items: tuple[dict[str, Any], ...] = ()
    branding_themes: tuple[dict[str, Any], ...] = ()
    users: tuple[dict[str, Any], ...] = ()
    asset_types: tuple[dict[str, Any], ...] = ()  # only where fixed assets may be written
    project_users: tuple[dict[str, Any], ...] = ()  # only where projects may be written
    documents: dict[str, int] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)  # what Xero refused to tell: catalogue key -> why
    scopes: frozenset[str] = frozenset()
    calls: int = 0  # what reading all this cost
