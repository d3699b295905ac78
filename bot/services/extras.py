"""Say what each switch of an organisation's settings is for, what it costs and lacks. Asks nobody.

A switch never grants anything: payroll and the general ledger are read only where Xero's permission and the
switch are both there.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.backup.filling.budget import budget
from bot.backup.stages import switch_of
from bot.catalogue import RESOURCES
from bot.catalogue.model import Reading, Resource
from bot.domain.backup import Summary
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, ExtraCost


def extra_of(key: str) -> Extra | None:
    """Give the switch that a resource hangs on; None: it is read whatever is set."""
    return switch_of(RESOURCES[key])


def is_switched_on(key: str, extras: Collection[Extra]) -> bool:
    """Say whether a resource may be read as far as switches go; what has none always may."""
    extra = extra_of(key)
    return extra is None or extra in extras


def is_private(key: str) -> bool:
    """Say whether records are about people's pay: they are counted and exported, and shown to nobody."""
    return key in RESOURCES and extra_of(key) is Extra.PAYROLL


def keys_to_ask_for(extras: Collection[Extra], country: str = "") -> tuple[str, ...]:
    """List the resources that are switched on and need a permission of their own, of one country if named.

    They are what `catalogue.backup_scopes` takes as `include`.
    """
    return tuple(key for extra in sorted(extras) for key in _own(extra, country))


def unpermitted(organisation: Organisation, extras: Collection[Extra]) -> tuple[Extra, ...]:
    """List what is switched on and cannot be read, because Xero was not asked for it or did not grant it."""
    country = organisation.facts.country
    return tuple(
        extra
        for extra in sorted(extras)
        if any(_lacks(RESOURCES[key], organisation.scopes) for key in _own(extra, country))
    )


def offered(country: str) -> tuple[Extra, ...]:
    """List the switches there are for an organisation: Xero's API knows the payroll of three countries."""
    return tuple(extra for extra in Extra if extra is not Extra.PAYROLL or _own(Extra.PAYROLL, country))


def extra_cost(summary: Summary, *, at_most: int | None = None) -> ExtraCost:
    """Count by one backup what is left of a first reading (Xero OpenAPI 16.1.0, `/Invoices/{id}/History` …).

    A night has what the day leaves beside the books, when they take as much as they did this time, and no
    more than whoever runs the bot allows (`at_most`; None: all of that).
    """
    counts = {one.resource: one.count for one in summary.outcomes}
    books = sum(one.calls for one in summary.outcomes) or summary.calls_used
    share = budget(per_day=summary.calls_allowed or 0, left=None, books=books, by_hand=False, at_most=at_most)
    left = None if at_most == 0 or not summary.calls_allowed else max(1, share.a_night)
    to_come = {one.resource: one.total - one.done for one in summary.fills}
    return ExtraCost(
        history_calls=to_come.get("history", _total(counts, "history")),
        pdf_calls=to_come.get("pdfs", _total(counts, "pdfs")),
        records_with_files=_total(counts, "attachments"),
        calls_a_night=left,
    )


def _own(extra: Extra, country: str) -> tuple[str, ...]:
    """List what of an extra needs a permission that a backup does not ask for anyhow."""
    return tuple(
        key
        for key, one in RESOURCES.items()
        if extra_of(key) is extra and _is_asked_for(one) and (not country or _is_of(one, country))
    )


def _is_asked_for(resource: Resource) -> bool:
    return resource.reading is Reading.OPT_IN and resource.read is not None


def _is_of(resource: Resource, country: str) -> bool:
    return not resource.countries or country in resource.countries


def _lacks(resource: Resource, scopes: Collection[str]) -> bool:
    return resource.read is not None and not any(one in scopes for one in resource.read.scopes)


def _total(counts: dict[str, int], child: str) -> int:
    return sum(counts.get(key, 0) for key, one in RESOURCES.items() if child in one.children)
