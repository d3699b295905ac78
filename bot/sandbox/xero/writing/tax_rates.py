"""Tax rates: new ones get a code of Xero's making, built-in ones cannot be changed.

Facts (developer.xero.com/documentation/api/accounting/taxrates): the ReportTaxTypes that may be sent depend
on the country; AU, NZ and UK need one; components cannot be renamed or removed later.
"""

from __future__ import annotations

from decimal import Decimal

from bot.sandbox.xero.demo.charts import APPLIES
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

WRITABLE = {
    "AU": ("OUTPUT", "INPUT", "EXEMPTOUTPUT", "INPUTTAXED", "BASEXCLUDED", "EXEMPTEXPENSES"),
    "NZ": ("OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTINPUT"),
    "UK": (
        "OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTINPUT", "ECOUTPUT", "ECOUTPUTSERVICES", "ECINPUT",
        "ECACQUISITIONS", "CAPITALSALESOUTPUT", "CAPITALEXPENSESINPUT", "MOSSSALES",
    ),
}  # fmt: skip
_PLACES = Decimal("1.0000")


def write(act: Act, sent: Sent) -> Record:
    """Create a rate, or change one that was created before."""
    known = act.org.shelf("TaxRates").records.get(sent.text("TaxType"))
    if not act.creating and known is None and "TaxType" not in sent:
        name = sent.text("Name")
        known = next((one for one in act.org.shelf("TaxRates") if one.fields["Name"] == name), None)
    if act.creating or known is None:
        return _create(act, sent)
    return _change(act, known, sent)


def is_custom(record: Record) -> bool:
    """Tell whether somebody created this rate; built-in ones have names, these have numbers."""
    return record.record_id.startswith("TAX") and record.record_id[3:].isdigit()


def _create(act: Act, sent: Sent) -> Record:
    checks, org = Checks(), act.org
    name, report = sent.text("Name"), sent.text("ReportTaxType")
    checks.require("TaxType" not in sent, unpublished("TaxType is given by Xero and cannot be sent"))
    checks.require(name, unpublished("Name must be specified"))
    checks.require(not _taken(org, name, ""), unpublished("Another tax rate has this Name"))
    writable = WRITABLE.get(act.region)
    if writable is not None and checks.require(
        report, unpublished("ReportTaxType must be specified in this country")
    ):
        checks.require(report in writable, unpublished(f"ReportTaxType {report} cannot be used"))
    components = _components(sent, checks)
    checks.require(sent.text("Status", "ACTIVE") == "ACTIVE", unpublished("A new rate must be ACTIVE"))
    checks.settle()
    number = 1 + max((int(one.record_id[3:]) for one in org.shelf("TaxRates") if is_custom(one)), default=0)
    fields: Fields = {
        "Name": name,
        "TaxType": f"TAX{number:03d}",
        "ReportTaxType": report or "NONE",
        **_applies(report),
        **_totals(components),
        "Status": "ACTIVE",
        "TaxComponents": components,
    }
    return org.put("TaxRates", fields)


def _change(act: Act, known: Record, sent: Sent) -> Record:
    checks = Checks()
    checks.require(is_custom(known), unpublished("Built-in tax rates cannot be changed"))
    name, status = sent.text("Name", known.fields["Name"]), sent.text("Status", known.fields["Status"])
    checks.require(not _taken(act.org, name, known.record_id), unpublished("Another tax rate has this Name"))
    checks.require(status in {"ACTIVE", "ARCHIVED", "DELETED"}, unpublished(f"Status {status} is not known"))
    components = known.fields["TaxComponents"]
    if "TaxComponents" in sent:
        components = _components(sent, checks)
        kept = {one["Name"] for one in known.fields["TaxComponents"]}
        named = {one["Name"] for one in components}
        checks.require(kept <= named, unpublished("Tax components cannot be renamed or removed"))
    checks.settle()
    act.org.change(
        "TaxRates", known.record_id, Name=name, Status=status, TaxComponents=components, **_totals(components)
    )
    return known


def _taken(org: PretendOrganisation, name: str, besides: str) -> bool:
    return any(
        one.fields["Name"] == name and one.record_id != besides and one.fields["Status"] != "DELETED"
        for one in org.shelf("TaxRates")
    )


def _components(sent: Sent, checks: Checks) -> list[Fields]:
    components = []
    for part in sent.parts("TaxComponents"):
        rate = part.amount("Rate")
        checks.require(part.text("Name"), unpublished("Each tax component must have a Name"))
        checks.require(
            rate is not None and 0 <= rate < 100, unpublished("Each tax component must have a Rate")
        )
        components.append(
            {
                "Name": part.text("Name"),
                "Rate": (rate or Decimal(0)).quantize(_PLACES),
                "IsCompound": part.flag("IsCompound") or False,
                "IsNonRecoverable": part.flag("IsNonRecoverable") or False,
            }
        )
    checks.require(components, unpublished("At least one tax component must be specified"))
    compound = sum(1 for one in components if one["IsCompound"])
    checks.require(compound <= 1, unpublished("Only one tax component may be compound"))
    return components


def _totals(components: list[Fields]) -> Fields:
    simple = sum((one["Rate"] for one in components if not one["IsCompound"]), Decimal(0))
    on_top = sum((one["Rate"] for one in components if one["IsCompound"]), Decimal(0))
    shown = simple + on_top
    effective = (simple + on_top * (100 + simple) / 100).quantize(_PLACES)
    return {"DisplayTaxRate": shown.quantize(_PLACES), "EffectiveRate": effective}


def _applies(report: str) -> dict[str, bool]:
    """Give the account classes a rate applies to; a rate for sales not to expenses, and the reverse."""
    selling = "OUTPUT" in report or report == "MOSSSALES"
    buying = report and not selling
    held = {"Revenue": not buying, "Expenses": not selling}
    if report in {"", "BASEXCLUDED"}:
        held = {}
    return {f"CanApplyTo{what}": held.get(what, True) for what in APPLIES}
