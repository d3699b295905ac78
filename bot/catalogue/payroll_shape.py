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
    Rhythm,
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


_WHAT = "Payroll (employees, pay, pay runs, payslips, leave, timesheets)"


PAYSLIP_LINES = Caveat(
    sentence="Payslips of Australian payroll are kept with their totals, not line by line.",
    reason=ReasonClass.NOT_YET_READ,
    instead="Export the payslips from Xero after each pay run.",
    source=SOURCE,
    weight=30,
    countries=("AU",),
)


def _caveats(country: Country) -> tuple[Caveat, ...]:
    """Say what holds while it is switched off, and what holds once it is read."""
    return (
        Caveat(
            sentence=(
                f"{_WHAT} is read only where it is switched on and Xero's own permission for it was given."
            ),
            reason=ReasonClass.SWITCHED_OFF,
            instead=(
                "Switch it on in `/backup settings`, then give the permission with `/backup connect`; or "
                "export payslips and payroll reports from Xero after each pay run."
            ),
            source=SOURCE,
            weight=7,
            countries=(country.code,),
        ),
        Caveat(
            sentence=(
                f"{_WHAT} is never restored: running pay again would report it to the tax office a second "
                "time."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead="Use the copies as evidence, and set payroll up anew in the restored organisation.",
            source=SOURCE,
            weight=7,
            countries=(country.code,),
            ledger=LedgerEffect.OUTSIDE,
        ),
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
    caveats: tuple[Caveat, ...] = (),
    rhythm: Rhythm = Rhythm.NIGHTLY,
) -> Resource:
    """Describe one payroll collection; `needs` and `children` are names within the same country."""
    return Resource(
        key=f"{country.prefix}_{name}",
        title=title,
        area=country.area,
        reading=Reading.OPT_IN,
        ledger=ledger,
        countries=(country.code,),
        group=country.group,
        read=read,
        restore=_NO_RESTORE,
        needs=tuple(f"{country.prefix}_{other}" for other in needs),
        children=tuple(f"{country.prefix}_{other}" for other in children),
        quirks=quirks,
        caveats=(*_caveats(country), *caveats),
        rhythm=rhythm,
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
    """Describe a single object of settings.

    It is never asked for by what changed: one object that holds lists would come back with parts of them.
    """
    return Read(
        path=path,
        collection=collection,
        id_field="",
        paging=Paging.ONE,
        scopes=scopes.PAYROLL_SETTINGS,
    )


def by_id(country: Country, path: str, named: tuple[str, str], of: str, permission: tuple[str, ...]) -> Read:
    """Describe what a record shows only when it is asked for by its id.

    `named` are collection and id field of the answer, `of` the list that the record is in.
    """
    return Read(
        path=f"{path}/{{id}}",
        collection=named[0],
        id_field=named[1],
        paging=Paging.PER_PARENT,
        parent=f"{country.prefix}_{of}",
        scopes=permission,
    )


def per_employee(country: Country, path: str, collection: str, id_field: str, *, page_size: int = 0) -> Read:
    """Describe what hangs on each employee; without an id of its own there is one for each."""
    return Read(
        path=f"Employees/{{id}}/{path}",
        collection=collection,
        id_field=id_field,
        paging=Paging.PER_PARENT,
        page_size=page_size,
        parent=f"{country.prefix}_employees",
        scopes=scopes.PAYROLL_EMPLOYEES,
        id_within_parent=bool(id_field),
    )
