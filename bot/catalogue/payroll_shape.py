"""How an entry about payroll looks: three countries, three APIs, one shape. Knows no single collection."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    LedgerEffect,
    Paging,
    Quirk,
    Read,
    Reading,
    ReasonClass,
    Resource,
    Restore,
    RestoreRule,
)

SOURCE = "xero-python 15.2.0"
_NO_RESTORE = Restore(
    rule=RestoreRule.NEVER,
    comes_back="Not at all; running pay again would report it to the tax office a second time.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """One of the three payrolls: how its keys begin, and what its API is like."""

    prefix: str
    area: Area
    group: str
    code: str
    modified_since: bool


AU = Country(
    prefix="payroll_au",
    area=Area.PAYROLL_AU,
    group="Payroll (Australia)",
    code="AU",
    modified_since=True,
)
UK = Country(
    prefix="payroll_uk",
    area=Area.PAYROLL_UK,
    group="Payroll (UK)",
    code="GB",
    modified_since=False,
)
NZ = Country(
    prefix="payroll_nz",
    area=Area.PAYROLL_NZ,
    group="Payroll (New Zealand)",
    code="NZ",
    modified_since=False,
)


def _caveat(country: Country) -> Caveat:
    return Caveat(
        sentence=(
            "Payroll (employees, pay runs, payslips, leave, timesheets) is not backed up, nor ever restored."
        ),
        reason=ReasonClass.NOT_YET_READ,
        instead="Export payslips and the payroll reports from Xero after each pay run.",
        source=SOURCE,
        weight=7,
        countries=(country.code,),
    )


def entry(
    country: Country,
    name: str,
    title: str,
    read: Read,
    *,
    ledger: LedgerEffect = LedgerEffect.NONE,
    needs: tuple[str, ...] = (),
    children: tuple[str, ...] = (),
    quirks: tuple[Quirk, ...] = (),
) -> Resource:
    """Describe one payroll collection; `needs` and `children` are names within the same country."""
    return Resource(
        key=f"{country.prefix}_{name}",
        title=title,
        area=country.area,
        reading=Reading.NOT_YET,
        ledger=ledger,
        countries=(country.code,),
        group=country.group,
        read=read,
        restore=_NO_RESTORE,
        needs=tuple(f"{country.prefix}_{other}" for other in needs),
        children=tuple(f"{country.prefix}_{other}" for other in children),
        quirks=quirks,
        caveats=(_caveat(country),),
    )


def listed(country: Country, path: str, collection: str, id_field: str, permission: tuple[str, ...]) -> Read:
    """Describe a list of 100 a page."""
    return Read(
        path=path,
        collection=collection,
        id_field=id_field,
        paging=Paging.FIXED,
        page_size=100,
        scopes=permission,
        modified_since=country.modified_since,
    )


def single(path: str, collection: str) -> Read:
    """Describe a single object of settings."""
    return Read(
        path=path,
        collection=collection,
        id_field="",
        paging=Paging.ONE,
        scopes=scopes.PAYROLL_SETTINGS,
    )


def per_employee(country: Country, path: str, collection: str, id_field: str) -> Read:
    """Describe what hangs on each employee."""
    return Read(
        path=f"Employees/{{id}}/{path}",
        collection=collection,
        id_field=id_field,
        paging=Paging.PER_PARENT,
        parent=f"{country.prefix}_employees",
        scopes=scopes.PAYROLL_EMPLOYEES,
    )
