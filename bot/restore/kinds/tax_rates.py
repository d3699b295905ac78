"""Tax rates: Xero's own are matched, the others made anew under a code of Xero's choice.

Facts (developer.xero.com/documentation/api/accounting/taxrates): a new rate's TaxType is given by Xero; the
ReportTaxTypes that may be sent depend on the country; built-in rates cannot be changed; a component cannot be
renamed later. What may not be sent (the UK's 0 % reverse charge) a person adds by hand; it is then matched by
name and rate.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.usage import usage
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Reason, Settle, Step

Rate = Mapping[str, Any]
WRITABLE: Mapping[str, frozenset[str]] = {
    "AU": frozenset({"OUTPUT", "INPUT", "EXEMPTOUTPUT", "INPUTTAXED", "BASEXCLUDED", "EXEMPTEXPENSES"}),
    "NZ": frozenset({"OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTINPUT"}),
    "UK": frozenset(
        {
            "OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTINPUT", "ECOUTPUT", "ECOUTPUTSERVICES", "ECINPUT",
            "ECACQUISITIONS", "CAPITALSALESOUTPUT", "CAPITALEXPENSESINPUT", "MOSSSALES",
        }
    ),
}  # fmt: skip
_NEVER = frozenset({"USSALESTAX", "AVALARA"})  # Xero's automatic sales tax: not for apps
_CUSTOM = re.compile(r"TAX\d+")
_LONGEST = 50  # a name; Xero publishes no limit, its own form takes 50 characters
_APPLIES = tuple(f"CanApplyTo{what}" for what in ("Assets", "Equity", "Expenses", "Liabilities", "Revenue"))

CODE = Reason(
    key="tax_rates.code",
    sentence="Tax rates that you made yourselves come back under a new internal code of Xero's.",
    instead="The restored documents use the new code; nothing is left to do.",
    fields=("TaxType", "ReportTaxType", *_APPLIES),
    weight=80,
)
RETURNS = Reason(
    key="tax_rates.returns",
    sentence="Tax rates that an app adds do not show up in Xero's tax returns in this country.",
    instead="Check the first tax return, or add the rate by hand before the restore: it is then matched.",
    fields=("TaxType", "ReportTaxType", *_APPLIES),
    weight=25,
)
NAME = Reason(
    key="tax_rates.name",
    sentence="Another tax rate has the same name; this one comes back under a longer name, or keeps Xero's.",
    fields=("Name",),
    weight=75,
)
BY_HAND = Reason(
    key="tax_rates.by_hand",
    sentence="Xero lets no app create this special tax rate; documents that use it cannot come back yet.",
    instead="Add it by hand under the same name and rate; the next plan finds it.",
    moves_ledger=True,
    weight=3,
    todo="Add the special tax rates by hand in Xero, with the same names and rates.",
    todo_before=True,
)
NOT_NEEDED = Reason(
    key="tax_rates.not_needed",
    sentence="Xero lets no app create this special tax rate; no document of the copy uses it.",
    instead="Add it by hand if you want to use it.",
    weight=85,
    todo="Add the special tax rates by hand that you still want to use.",
)
DELETED = Reason(
    key="tax_rates.deleted",
    sentence="The tax rate was deleted and no document of the copy uses it.",
    weight=95,
)
STAYS_ACTIVE = Reason(
    key="tax_rates.stays_active",
    sentence="A tax rate of Xero's own cannot be archived from outside; it stays in use.",
    fields=("Status",),
    weight=90,
)
LABEL = Reason(
    key="tax_rates.label",
    sentence="Xero's own rate has another name or other details there; the rate itself is the same.",
    fields=("Name", "ReportTaxType", "DisplayTaxRate", "TaxComponents", *_APPLIES),
    weight=90,
)


def is_custom(tax_type: str) -> bool:
    """Say whether somebody made this rate: such codes are TAX001 and up, built-in ones are words."""
    return bool(_CUSTOM.fullmatch(tax_type))


def effective(rate: Rate) -> Decimal | None:
    """Give the rate in per cent; None where Xero works it out for each document."""
    found = rate.get("EffectiveRate", rate.get("DisplayTaxRate"))
    return None if found is None else Decimal(str(found)).normalize()


def plan(ground: Ground) -> Iterator[Step]:
    """Match, make or leave out every rate; those in use come first, so that they get their names."""
    if not ground.is_chosen("tax_rates"):
        return
    planner = _Planner(ground)
    records = {str(one["TaxType"]): one for one in ground.records("tax_rates")}
    for rate in sorted(records.values(), key=_in_use_first):
        yield planner.step(rate)
    for tax_type in sorted(usage(ground).tax_types - records.keys()):
        planner.match_unlisted(tax_type)


def name_of(rate: Rate, reasons: tuple[str, ...]) -> str:
    """Give the name a rate is made under; one that is taken gets its old code behind it."""
    name = str(rate.get("Name", ""))
    if NAME.key not in reasons:
        return name
    mark = f" ({rate['TaxType']})"
    return name[: _LONGEST - len(mark)].rstrip() + mark


def components(rate: Rate) -> list[Json]:
    """Give the parts of a rate as they are sent; IsNonRecoverable is for Canada only."""
    flags = ("IsCompound", "IsNonRecoverable")
    return [
        {"Name": one["Name"], "Rate": one["Rate"]} | {flag: True for flag in flags if one.get(flag)}
        for one in rate.get("TaxComponents") or ()
    ]


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send name, components and, where the country asks for it, what it is reported as."""
    del ids
    body: Json = {"Name": name_of(record, step.reasons), "TaxComponents": components(record)}
    if RETURNS.key in step.reasons:
        body["ReportTaxType"] = record["ReportTaxType"]
    return body


def learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """The code that Xero gave it."""
    del record
    yield Pair("tax_rates", step.record_id, str(answer["TaxType"]))
    yield Pair("tax_types", step.record_id, str(answer["TaxType"]))


@dataclass(frozen=True, slots=True)
class _Verdict:
    action: Action
    reasons: tuple[str, ...] = ()
    target_key: str = ""


class _Planner:
    """Decides about one rate after the other, and remembers which names are taken."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._region = ground.target.facts.region
        self._there = {str(one["TaxType"]): one for one in ground.target.tax_rates}
        self._live = [one for one in ground.target.tax_rates if _is_active(one)]
        taken = (one for one in ground.target.tax_rates if one.get("Status") != "DELETED")
        self._names = {_plain(one.get("Name")) for one in taken}

    def step(self, rate: Rate) -> Step:
        """Decide about one rate and settle its fate."""
        tax_type = str(rate["TaxType"])
        verdict = self._verdict(rate)
        for resource in ("tax_rates", "tax_types"):
            self._ground.settle(resource, tax_type, verdict.action, verdict.target_key)
        if verdict.target_key:
            self._pair(tax_type, verdict.target_key)
        return Step(
            kind="tax_rates",
            record_id=tax_type,
            action=verdict.action,
            name=str(rate.get("Name", "")),
            reasons=verdict.reasons,
            phase=Phase.FIRST,
            target_key=verdict.target_key,
        )

    def match_unlisted(self, tax_type: str) -> None:
        """Settle a code that documents use though the copy's list has no such rate."""
        if _is_active(self._there.get(tax_type, {})) and not is_custom(tax_type):
            self._ground.settle("tax_types", tax_type, Action.MATCH, tax_type)
            self._pair(tax_type, tax_type)

    def _pair(self, tax_type: str, target_key: str) -> None:
        self._ground.notes.setdefault("pairs", []).append(Pair("tax_types", tax_type, target_key))

    def _verdict(self, rate: Rate) -> _Verdict:
        is_used = str(rate["TaxType"]) in usage(self._ground).tax_types
        found = self._match(rate, must_live=is_used or _is_active(rate))
        if found is not None:
            return _Verdict(Action.MATCH, _differences(rate, found), str(found["TaxType"]))
        if rate.get("Status") == "DELETED" and not is_used:
            return _Verdict(Action.LEAVE_OUT, (DELETED.key,))
        if not self._may_be_made(rate):
            wanted = (Action.BLOCKED, BY_HAND.key) if is_used else (Action.LEAVE_OUT, NOT_NEEDED.key)
            return _Verdict(wanted[0], (wanted[1],))
        return self._made(rate)

    def _match(self, rate: Rate, *, must_live: bool) -> Rate | None:
        tax_type, per_cent, name = str(rate["TaxType"]), effective(rate), _plain(rate.get("Name"))
        candidates = self._live if must_live else [*self._live, *self._there.values()]
        same = [one for one in candidates if effective(one) == per_cent]
        for one in same:
            if not is_custom(tax_type) and one["TaxType"] == tax_type:
                return one
        return next((one for one in same if _plain(one.get("Name")) == name), None)

    def _may_be_made(self, rate: Rate) -> bool:
        report = str(rate.get("ReportTaxType") or "")
        writable = WRITABLE.get(self._region)
        allowed = report in writable if writable is not None else report not in _NEVER
        return allowed and bool(rate.get("TaxComponents"))

    def _made(self, rate: Rate) -> _Verdict:
        reasons: tuple[str, ...] = (RETURNS.key if self._region in WRITABLE else CODE.key,)
        if _plain(rate.get("Name")) in self._names:
            reasons = (*reasons, NAME.key)
        self._names.add(_plain(name_of(rate, reasons)))
        return _Verdict(Action.CHANGE, reasons)


def _differences(rate: Rate, found: Rate) -> tuple[str, ...]:
    reasons: list[str] = []
    if any(rate.get(field) != found.get(field) for field in LABEL.fields):
        reasons.append(LABEL.key)
    if rate["TaxType"] != found["TaxType"]:
        reasons.append(CODE.key)
    if not _is_active(rate) and _is_active(found) and not is_custom(str(found["TaxType"])):
        reasons.append(STAYS_ACTIVE.key)
    return tuple(reasons)


def _in_use_first(rate: Rate) -> tuple[int, str]:
    order = {"ACTIVE": 0, "DELETED": 2}.get(str(rate.get("Status", "ACTIVE")), 1)
    return order, str(rate["TaxType"])


def _is_active(rate: Rate) -> bool:
    return bool(rate) and rate.get("Status", "ACTIVE") == "ACTIVE"


def _plain(name: object) -> str:
    return " ".join(str(name or "").casefold().split())


def _likeness(one: Rate) -> Hashable:
    return _plain(one.get("Name")), str(one.get("Status") or "ACTIVE")


TAX_RATES = Kind(
    key="tax_rates",
    resource="tax_rates",
    title="Tax rates",
    stage=20,
    verb="PUT",
    path="TaxRates",
    collection="TaxRates",
    id_field="TaxType",
    plan=plan,
    payload=payload,
    write_scope="accounting.settings",
    batch=1,
    params={},
    learn=learn,
    settle=Settle(path="TaxRates", collection="TaxRates", likeness=_likeness),
    reasons=(CODE, RETURNS, NAME, BY_HAND, NOT_NEEDED, DELETED, STAYS_ACTIVE, LABEL),
)
