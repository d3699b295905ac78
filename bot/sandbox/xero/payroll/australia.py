"""A small payroll of Australia, whose API is the older one.

Facts (Xero OpenAPI, xero-payroll-au.yaml): PascalCase names, `/Date()/` dates, 100 records a page without
`pagination`; a record by its id comes in a list of one; the list of employees and that of pay runs are short,
timesheets have their lines; Settings, PayItems and Payslip are single objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from bot.sandbox.xero.payroll.book import NewId, Part, PayrollBook, Table
from bot.sandbox.xero.payroll.staff import AU, Person, months_before, pay_of
from bot.sandbox.xero.wire import Fields

_PEOPLE, _RUNS, _SLIPS = "payroll.employees", "payroll.payruns", "payroll.payslip"
_SETTINGS, _TIMES = "payroll.settings", "payroll.timesheets"
_ONLY_BY_ID = frozenset(
    {
        "Title",
        "HomeAddress",
        "BankAccounts",
        "TaxDeclaration",
        "PayTemplate",
        "LeaveBalances",
        "SuperMemberships",
        "EmploymentType",
        "IncomeType",
    }
)
_STATES = ("SA", "NSW", "TAS")


@dataclass(slots=True)
class _Making:
    """What is at hand while the payroll is made."""

    new_id: NewId
    today: date
    ids: dict[str, str] = field(default_factory=dict)

    def id_of(self, name: str) -> str:
        return self.ids.setdefault(name, self.new_id())

    @property
    def updated(self) -> datetime:
        return datetime.combine(months_before(self.today, 3)[0][0], time(9), UTC)


def australia(new_id: NewId, today: date) -> PayrollBook:
    """Set it up."""
    make, book = _Making(new_id, today), PayrollBook(country="AU")
    book.singles = {
        "settings": Part(name="Settings", value=_settings(make), scope=_SETTINGS),
        "payitems": Part(name="PayItems", value=_pay_items(make), scope=_SETTINGS),
    }
    runs, slips = _pay_runs(make)
    book.add(
        _table("PayrollCalendars", "PayrollCalendarID", _SETTINGS, [_calendar(make)]),
        _table("SuperFunds", "SuperFundID", _SETTINGS, [_fund(make)], path="Superfunds"),
        _table(
            "Employees",
            "EmployeeID",
            _PEOPLE,
            [_employee(make, person, state) for person, state in zip(AU, _STATES, strict=True)],
            hidden=_ONLY_BY_ID,
        ),
        _table("LeaveApplications", "LeaveApplicationID", _PEOPLE, [_leave(make)]),
        _table("Timesheets", "TimesheetID", _TIMES, _timesheets(make)),
        _table("PayRuns", "PayRunID", _RUNS, runs, hidden=frozenset({"Payslips"})),
        _table("Payslip", "PayslipID", _SLIPS, slips),
    )
    return book


def _table(
    plural: str,
    id_field: str,
    scope: str,
    rows: list[Fields],
    *,
    hidden: frozenset[str] = frozenset(),
    path: str = "",
) -> Table:
    return Table(
        path=path or plural, plural=plural, single=plural, id_field=id_field, scope=scope, rows=rows,
        by_id_only=hidden,
    )  # fmt: skip


def _settings(make: _Making) -> Fields:
    kinds = ("BANK", "PAYGLIABILITY", "WAGESEXPENSE", "WAGESPAYABLELIABILITY", "SUPERANNUATIONEXPENSE")
    accounts = [
        {"AccountID": make.id_of(kind), "Type": kind, "Code": str(814 + number), "Name": kind.title()}
        for number, kind in enumerate(kinds)
    ]
    groups = {
        name: {"TrackingCategoryID": make.id_of("category"), "TrackingCategoryName": "Region"}
        for name in ("EmployeeGroups", "TimesheetCategories")
    }
    return {
        "Accounts": accounts, "TrackingCategories": groups, "DaysInPayrollYear": 364,
        "EmployeesAreSTP2": True,
    }  # fmt: skip


def _pay_items(make: _Making) -> Fields:
    common = {"AccountCode": "477", "UpdatedDateUTC": make.updated, "CurrentRecord": True}
    earnings = {
        "EarningsRateID": make.id_of("rate"), "Name": "Ordinary Hours", "TypeOfUnits": "Hours",
        "IsExemptFromTax": False, "IsExemptFromSuper": False, "IsReportableAsW1": False,
        "IsQualifyingEarnings": True,
        "EarningsType": "ORDINARYTIMEEARNINGS", "RateType": "RATEPERUNIT", **common,
    }  # fmt: skip
    deduction = {
        "DeductionTypeID": make.id_of("deduction"), "Name": "FBT", "ReducesTax": False,
        "ReducesSuper": False, "IsExemptFromW1": False, "DeductionCategory": "NONE", **common,
    }  # fmt: skip
    leave = {
        "LeaveTypeID": make.id_of("leave"), "Name": "Annual Leave", "TypeOfUnits": "Hours",
        "NormalEntitlement": Decimal("152.00"), "LeaveLoadingRate": Decimal("0.0000"), "IsPaidLeave": True,
        "ShowOnPayslip": True, "IsQualifyingEarnings": True, "UpdatedDateUTC": make.updated,
        "CurrentRecord": True,
    }  # fmt: skip
    paid_back = {"ReimbursementTypeID": make.id_of("reimbursement"), "Name": "Travel Costs", **common}
    return {
        "EarningsRates": [earnings], "DeductionTypes": [deduction], "LeaveTypes": [leave],
        "ReimbursementTypes": [paid_back],
    }  # fmt: skip


def _calendar(make: _Making) -> Fields:
    return {
        "PayrollCalendarID": make.id_of("calendar"), "Name": "Monthly Calendar", "CalendarType": "MONTHLY",
        "StartDate": make.today.replace(day=1), "PaymentDate": make.today.replace(day=28),
        "UpdatedDateUTC": make.updated,
    }  # fmt: skip


def _fund(make: _Making) -> Fields:
    return {
        "SuperFundID": make.id_of("fund"), "Type": "REGULATED", "Name": "Coastline Super",
        "ABN": "51824753556", "EmployerNumber": "4711", "USI": "CST0001AU", "UpdatedDateUTC": make.updated,
    }  # fmt: skip


def _employee(make: _Making, person: Person, state: str) -> Fields:
    return {
        "EmployeeID": make.id_of(person.name), "Title": "Ms" if person.gender == "F" else "Mr",
        "FirstName": person.first, "LastName": person.last, "Status": "ACTIVE", "Email": person.email,
        "DateOfBirth": person.born, "Gender": person.gender, "StartDate": person.started,
        "OrdinaryEarningsRateID": make.id_of("rate"), "PayrollCalendarID": make.id_of("calendar"),
        "UpdatedDateUTC": make.updated, "IsSTP2Qualified": True, "EmploymentType": "EMPLOYEE",
        "IncomeType": "SALARYANDWAGES",
        "HomeAddress": {
            "AddressLine1": person.street, "City": person.city, "Region": state,
            "PostalCode": person.post_code, "Country": "AUSTRALIA",
        },
        **_private(make, person),
    }  # fmt: skip


def _private(make: _Making, person: Person) -> Fields:
    """Give what an employee shows by their id only."""
    return {
        "TaxDeclaration": {
            "EmploymentBasis": "FULLTIME" if person.salary else "CASUAL", "TaxFileNumber": person.tax_number,
            "ResidencyStatus": "AUSTRALIANRESIDENT", "TaxFreeThresholdClaimed": True, "HasHELPDebt": False,
            "UpdatedDateUTC": make.updated,
        },
        "BankAccounts": [{
            "StatementText": "Salary", "AccountName": person.name, "BSB": "062000",
            "AccountNumber": person.account, "Remainder": True,
        }],
        "PayTemplate": {"EarningsLines": [_earning(make, person)], "DeductionLines": [], "SuperLines": []},
        "LeaveBalances": [{
            "LeaveName": "Annual Leave", "LeaveTypeID": make.id_of("leave"),
            "NumberOfUnits": Decimal("61.2500"), "TypeOfUnits": "Hours",
        }],
        "SuperMemberships": [{
            "SuperMembershipID": make.id_of(f"{person.name} super"), "SuperFundID": make.id_of("fund"),
            "EmployeeNumber": "1",
        }],
    }  # fmt: skip


def _earning(make: _Making, person: Person) -> Fields:
    kind = "ANNUALSALARY" if person.salary else "ENTEREARNINGSRATE"
    rate = {"AnnualSalary": person.salary} if person.salary else {"RatePerUnit": person.hourly}
    return {"EarningsRateID": make.id_of("rate"), "CalculationType": kind, **rate}


def _leave(make: _Making) -> Fields:
    first, last = months_before(make.today, 2)[0]
    return {
        "LeaveApplicationID": make.new_id(), "EmployeeID": make.id_of(AU[0].name),
        "LeaveTypeID": make.id_of("leave"), "Title": "Annual leave", "StartDate": first + timedelta(days=9),
        "EndDate": first + timedelta(days=11), "Description": "A few days at the sea",
        "UpdatedDateUTC": make.updated,
        "LeavePeriods": [{
            "NumberOfUnits": Decimal("22.8000"), "PayPeriodStartDate": first, "PayPeriodEndDate": last,
            "LeavePeriodStatus": "PROCESSED",
        }],
    }  # fmt: skip


def _timesheets(make: _Making) -> list[Fields]:
    monday = months_before(make.today, 1)[0][0] + timedelta(days=7)
    monday -= timedelta(days=monday.weekday())
    starts = [monday + timedelta(weeks=week) for week in range(2)]
    units = [Decimal("5.50")] * 4 + [Decimal("0.00")] * 3
    return [
        {
            "TimesheetID": make.new_id(), "EmployeeID": make.id_of(AU[-1].name), "StartDate": start,
            "EndDate": start + timedelta(days=6), "Status": "APPROVED", "Hours": sum(units),
            "UpdatedDateUTC": make.updated,
            "TimesheetLines": [{
                "EarningsRateID": make.id_of("rate"), "NumberOfUnits": units, "UpdatedDateUTC": make.updated,
            }],
        }
        for start in starts
    ]  # fmt: skip


def _pay_runs(make: _Making) -> tuple[list[Fields], list[Fields]]:
    runs, slips = [], []
    for first, last in months_before(make.today, 2):
        mine = [_slip(make, person) for person in AU]
        sums = {
            name: sum(one[name] for one in mine) for name in ("Wages", "Deductions", "Tax", "Super", "NetPay")
        }
        totals = [{name: value for name, value in one.items() if not name.endswith("Lines")} for one in mine]
        runs.append({
            "PayRunID": make.new_id(), "PayrollCalendarID": make.id_of("calendar"),
            "PayRunPeriodStartDate": first, "PayRunPeriodEndDate": last, "PayRunStatus": "POSTED",
            "PaymentDate": last, "UpdatedDateUTC": make.updated, "Payslips": totals, **sums,
        })  # fmt: skip
        slips += mine
    return runs, slips


def _slip(make: _Making, person: Person) -> Fields:
    pay = pay_of(person)
    return {
        "PayslipID": make.new_id(), "EmployeeID": make.id_of(person.name), "FirstName": person.first,
        "LastName": person.last, "Wages": pay.gross, "Deductions": pay.levy + pay.saved, "Tax": pay.tax,
        "Super": pay.employer, "Reimbursements": Decimal("0.00"), "NetPay": pay.net,
        "UpdatedDateUTC": make.updated, "EarningsLines": [_earning(make, person)],
        "TimesheetEarningsLines": [], "DeductionLines": [], "LeaveAccrualLines": [],
        "ReimbursementLines": [], "SuperannuationLines": [],
        "TaxLines": [{
            "PayslipTaxLineID": make.new_id(), "Amount": pay.tax, "TaxTypeName": "PAYG Tax",
            "Description": "", "LiabilityAccount": "825",
        }],
    }  # fmt: skip
