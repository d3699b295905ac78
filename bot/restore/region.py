"""May this organisation be restored into that one? Named checks with both values in words. Pure.

A target is allowed only if region (Xero's Version without ONRAMP), country and base currency equal the
source's, it is another organisation, and it is empty. GLOBAL hides countries whose built-in tax rates differ
completely, and a base currency cannot be changed: so what is not known fails as well. Run again and again:
when a target is chosen, planned, approved, and before the first write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Check, Verdict
from bot.restore.target import TargetState

# What a restore writes with; developer.xero.com/faq/granular-scopes.
WRITE_SCOPES: Mapping[str, str] = {
    "accounting.settings": "settings",
    "accounting.contacts": "contacts",
    "accounting.invoices": "invoices",
    "accounting.payments": "payments",
    "accounting.banktransactions": "bank transactions",
    "accounting.manualjournals": "manual journals",
    "accounting.attachments": "attachments",
}
# Xero's own names (Xero OpenAPI 16.1.0, GET Organisation/Actions), without the words of drafts.
NEEDED_ACTIONS: Mapping[str, str] = {
    "CreateApprovedInvoice": "approve invoices",
    "CreateApprovedBill": "approve bills",
    "CreateInvoicePayment": "enter payments",
}
MULTICURRENCY = "UseMulticurrency"
# Without their numbers nobody can say that the books are empty.
_MOVING = frozenset(
    {
        "invoices", "credit_notes", "bank_transactions", "manual_journals", "payments", "prepayments",
        "overpayments", "bank_transfers",
    }
)  # fmt: skip
_REGIONS = {
    "AU": "Australia",
    "NZ": "New Zealand",
    "UK": "United Kingdom",
    "US": "United States",
    "GLOBAL": "Global",
}
_COUNTRIES = {
    "AU": "Australia", "CA": "Canada", "GB": "United Kingdom", "HK": "Hong Kong", "IE": "Ireland",
    "NZ": "New Zealand", "SG": "Singapore", "US": "United States", "ZA": "South Africa",
}  # fmt: skip
_UNKNOWN = "not known"
_RECONNECT = "Connect it again and let Ledgerkeep write to it."


def checks(
    source: OrganisationFacts,
    target: TargetState | OrganisationFacts,
    *,
    same: bool,
    source_record: Mapping[str, Any] | None = None,
    needed_scopes: Collection[str] = tuple(WRITE_SCOPES),
    is_drill: bool = False,
) -> tuple[Check, ...]:
    """Make every check that can be made: from stored facts alone, or with the target as just read.

    `same` says that both are one organisation; `source_record` is the copy's Organisation record, for its tax
    settings; a drill may go into a demo company.
    """
    facts = target.facts if isinstance(target, TargetState) else target
    if isinstance(target, TargetState):
        same = same or _is_the_source(source_record or {}, target.organisation)
    found = [*_identity(source, facts, same=same)]
    if isinstance(target, TargetState):
        found += _state(source, target, needed_scopes)
        found += _tax_settings(source_record or {}, target.organisation)
    found += [*_year_end(source, facts), *_demo(source, facts, is_drill=is_drill)]
    return tuple(found)


def failed(found: Collection[Check]) -> bool:
    """Say whether any check fails."""
    return any(one.verdict is Verdict.FAILS for one in found)


def _is_the_source(source: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    """Say whether Xero gives both the same id, whatever connection they were reached by."""
    mine, theirs = (str(one.get("OrganisationID") or "").lower() for one in (source, target))
    return bool(mine) and mine == theirs


def _identity(source: OrganisationFacts, target: OrganisationFacts, *, same: bool) -> Iterator[Check]:
    yield _check(
        "another",
        "Another organisation",
        (source.name or _UNKNOWN, target.name or _UNKNOWN),
        Verdict.FAILS if same else Verdict.PASSES,
        "An organisation is never restored into itself. Choose another one, new and empty.",
    )
    for key, title, mine, theirs, why in (
        (
            "region",
            "Region",
            _REGIONS.get(source.region, source.region),
            _REGIONS.get(target.region, target.region),
            "Xero's tax rates and reports differ by region. Choose an organisation of the same region.",
        ),
        (
            "country",
            "Country",
            _COUNTRIES.get(source.country, source.country),
            _COUNTRIES.get(target.country, target.country),
            "Xero's own tax rates differ by country. Choose an organisation of the same country.",
        ),
        (
            "base_currency",
            "Base currency",
            source.base_currency,
            target.base_currency,
            "A base currency cannot be changed. Choose an organisation with the same one.",
        ),
    ):
        yield _must_equal(key, title, (mine, theirs), why)


def _must_equal(key: str, title: str, values: tuple[str, str], why: str) -> Check:
    mine, theirs = values
    equal = bool(mine) and mine == theirs
    if not mine or not theirs:
        why = f"Xero did not say it for both organisations, and without it nothing is written. {why}"
    return _check(
        key, title, (mine or _UNKNOWN, theirs or _UNKNOWN), Verdict.PASSES if equal else Verdict.FAILS, why
    )


def _state(source: OrganisationFacts, target: TargetState, scopes: Collection[str]) -> Iterator[Check]:
    yield _empty(target)
    yield _lock_dates(target)
    yield _granted(target, scopes)
    yield _allowed(target)
    others = sorted(set(source.currencies) - {source.base_currency})
    if others:
        yield _multicurrency(others, target)


def _empty(target: TargetState) -> Check:
    there = {key: count for key, count in target.documents.items() if count}
    hidden = sorted(target.unread.keys() & _MOVING)
    value = ", ".join(f"{key.replace('_', ' ')}: {count:,}" for key, count in sorted(there.items()))
    if there:
        why = "A restore only goes into an organisation without documents. Choose a new and empty one."
        return _check("empty", "Empty", ("", value), Verdict.FAILS, why)
    if hidden or not target.documents:
        names = ", ".join(key.replace("_", " ") for key in hidden) or "its documents"
        why = (
            f"Xero did not show {names}, so nobody can say whether it is empty. "
            "Let an adviser of the organisation connect it again."
        )
        return _check("empty", "Empty", ("", _UNKNOWN), Verdict.FAILS, why)
    return _check("empty", "Empty", ("", "no documents"), Verdict.PASSES)


def _lock_dates(target: TargetState) -> Check:
    dates = (("period", target.period_lock_date), ("year end", target.year_end_lock_date))
    value = ", ".join(f"{name} {_in_words(day)}" for name, day in dates if day)
    why = (
        "Documents dated before a lock date are refused. Remove the lock dates in Xero's financial settings."
    )
    return _check(
        "lock_dates",
        "No lock dates",
        ("", value or "none"),
        Verdict.FAILS if value else Verdict.PASSES,
        why,
    )


def _granted(target: TargetState, scopes: Collection[str]) -> Check:
    missing = sorted(WRITE_SCOPES.get(one, one) for one in set(scopes) - target.scopes)
    value = f"not for {', '.join(missing)}" if missing else "granted"
    if missing and len(missing) == len(set(scopes)):
        value = "reading only"
    return _check(
        "scopes",
        "Writing allowed",
        ("", value),
        Verdict.FAILS if missing else Verdict.PASSES,
        f"Ledgerkeep may not write to this organisation yet. {_RECONNECT}",
    )


def _allowed(target: TargetState) -> Check:
    key, title = "actions", "What Xero lets us do"
    if target.actions is None:
        why = "Xero did not say what may be done in this organisation; single documents may be refused."
        return _check(key, title, ("", _UNKNOWN), Verdict.WARNS, why)
    missing = [words for name, words in NEEDED_ACTIONS.items() if name not in target.actions]
    why = (
        "The Xero plan, or the role of the person who connected, does not allow it. "
        "Use a larger plan, or let an adviser connect."
    )
    value = f"may not {', '.join(missing)}" if missing else "all that is needed"
    return _check(key, title, ("", value), Verdict.FAILS if missing else Verdict.PASSES, why)


def _multicurrency(others: list[str], target: TargetState) -> Check:
    values = (", ".join(others), "several currencies allowed")
    key, title = "multicurrency", "Other currencies"
    if target.actions is None:
        why = "Xero did not say whether this organisation's plan allows other currencies."
        return _check(key, title, (values[0], _UNKNOWN), Verdict.WARNS, why)
    if MULTICURRENCY in target.actions:
        return _check(key, title, values, Verdict.PASSES)
    why = "Its Xero plan allows the base currency only. Move it to a plan with several currencies."
    return _check(key, title, (values[0], "base currency only"), Verdict.FAILS, why)


def _tax_settings(source: Mapping[str, Any], target: Mapping[str, Any]) -> Iterator[Check]:
    for key, field, title in (
        ("pays_tax", "PaysTax", "Registered for tax"),
        ("tax_basis", "SalesTaxBasis", "Tax basis"),
        ("tax_period", "SalesTaxPeriod", "Tax period"),
    ):
        if field not in source:
            continue
        mine, theirs = _plain(source.get(field)), _plain(target.get(field))
        verdict = Verdict.PASSES if mine == theirs else Verdict.WARNS
        why = "Tax returns will differ. Set it in the financial settings of the new organisation first."
        yield _check(key, title, (mine, theirs), verdict, why)


def _year_end(source: OrganisationFacts, target: OrganisationFacts) -> Iterator[Check]:
    mine, theirs = _day_of_year(source), _day_of_year(target)
    verdict = Verdict.PASSES if mine == theirs and mine != _UNKNOWN else Verdict.WARNS
    why = "Reports by financial year will differ. Set the year end of the new organisation first."
    yield _check("year_end", "Year end", (mine, theirs), verdict, why)


def _demo(source: OrganisationFacts, target: OrganisationFacts, *, is_drill: bool) -> Iterator[Check]:
    values = tuple("demo company" if one.is_demo else "real organisation" for one in (source, target))
    warns = target.is_demo and not is_drill
    why = "Xero resets a demo company after 28 days, and the restored books with it."
    verdict = Verdict.WARNS if warns else Verdict.PASSES
    yield _check("demo", "Demo company", (values[0], values[1]), verdict, why)


def _check(key: str, title: str, values: tuple[str, str], verdict: Verdict, why: str = "") -> Check:
    return Check(
        key=key,
        title=title,
        source_value=values[0],
        target_value=values[1],
        verdict=verdict,
        why="" if verdict is Verdict.PASSES else why,
    )


# Xero's own words that read badly (Xero OpenAPI 16.1.0, Organisation.SalesTaxPeriod).
_PERIODS = {
    "QUARTERLY1": "quarterly, first pattern",
    "QUARTERLY2": "quarterly, second pattern",
    "QUARTERLY3": "quarterly, third pattern",
    "ONEMONTHS": "every month",
    "TWOMONTHS": "every two months",
    "SIXMONTHS": "every six months",
    "1MONTHLY": "every month",
    "2MONTHLY": "every two months",
    "3MONTHLY": "every three months",
    "6MONTHLY": "every six months",
}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if str(value) in _PERIODS:
        return _PERIODS[str(value)]
    return str(value).replace("_", " ").lower() if value else _UNKNOWN


def _day_of_year(facts: OrganisationFacts) -> str:
    if not (facts.year_end_day and facts.year_end_month):
        return _UNKNOWN
    try:
        return f"{facts.year_end_day} {date(2000, facts.year_end_month, 1):%B}"
    except ValueError:
        return _UNKNOWN


def _in_words(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"
