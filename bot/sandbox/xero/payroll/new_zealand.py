"""A small payroll of New Zealand: what it has beside what the UK's has, too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.sandbox.xero.payroll import version_two as two
from bot.sandbox.xero.payroll.book import NewId, Part, PayrollBook, Table
from bot.sandbox.xero.payroll.staff import NZ, Person
from bot.sandbox.xero.wire import Fields

_KINDS = {"deduction": "Payroll giving", "deduction_category": "PayrollGiving"}


def new_zealand(new_id: NewId, today: date) -> PayrollBook:
    """Set it up."""
    make = two.Makings(book=PayrollBook(country="NZ"), new_id=new_id, today=today, staff=NZ)
    make.book.singles["settings"] = _settings(make)
    two.add_lists(make, kinds=_KINDS, rates=("Ordinary hours", "Overtime"))
    make.book.add(_leave_types(make), _superannuations(make), _statutory(make))
    two.add_people(
        make,
        frozenset({"engagementType"}),
        jobTitle=["Roaster", "Head of sales", "Barista"],
        engagementType=["Permanent"] * len(NZ),
        fixedTermEndDate=[None] * len(NZ),
    )
    for person in NZ:
        _hang(make, person)
    two.add_timesheets(make)
    two.add_pay_runs(
        make,
        "PaySlips",
        totalStatutoryDeductions=Decimal(0),
        totalSuperannuation=Decimal(0),
        superannuationLines=[],
        statutoryDeductionLines=[],
    )
    return make.book


def _settings(make: two.Makings) -> Part:
    accounts = [
        {"accountID": make.id_of(kind), "type": kind, "code": str(814 + number), "name": kind.title()}
        for number, kind in enumerate(("BANK", "WAGESPAYABLE", "WAGESEXPENSE", "PAYELIABILITY"))
    ]
    return Part(name="settings", value={"accounts": accounts}, scope=two.SETTINGS)


def _leave_types(make: two.Makings) -> Table:
    units = {"typeOfUnits": "Hours", "typeOfUnitsToAccrue": "Hours"}
    return Table(
        path="LeaveTypes",
        plural="leaveTypes",
        single="leaveType",
        id_field="leaveTypeID",
        scope=two.SETTINGS,
        rows=[two.leave_type(make, "Annual Leave", **units), two.leave_type(make, "Sick Leave", **units)],
    )


def _superannuations(make: two.Makings) -> Table:
    row: Fields = {
        "id": make.id_of("kiwisaver"), "name": "KiwiSaver", "category": "KiwiSaver",
        "liabilityAccountId": make.id_of("liability"), "expenseAccountId": make.id_of("account"),
        "calculationTypeNZ": "PercentageOfTaxableEarnings", "standardAmount": None,
        "percentage": Decimal("3.00"), "companyMax": None, "currentRecord": True,
    }  # fmt: skip
    return Table(
        path="Superannuations",
        plural="benefits",
        single="benefit",
        id_field="id",
        scope=two.SETTINGS,
        rows=[row],
    )


def _statutory(make: two.Makings) -> Table:
    row: Fields = {
        "id": make.id_of("order"), "name": "Court fine", "statutoryDeductionCategory": "CourtFines",
        "liabilityAccountId": make.id_of("liability"), "currentRecord": True,
    }  # fmt: skip
    return Table(
        path="StatutoryDeductions",
        plural="statutoryDeductions",
        single="statutoryDeduction",
        id_field="id",
        scope=two.SETTINGS,
        rows=[row],
    )


def _hang(make: two.Makings, person: Person) -> None:
    two.hang_pay(make, person, _bank(person))
    two.hang(make, person, "Tax", "employeeTax", _tax(person))
    accrual = {
        "scheduleOfAccrual": "OnAnniversaryDate", "unitsAccruedAnnually": Decimal("160.00"),
        "typeOfUnitsToAccrue": "Hours", "maximumToAccrue": None, "openingBalance": Decimal("40.00"),
        "openingBalanceTypeOfUnits": "Hours", "rateAccruedHourly": None,
        "scheduleOfAccrualDate": two.day_text(person.started),
    }  # fmt: skip
    two.hang_leave(make, person, "Annual Leave", accrual, {"typeOfUnits": "Hours"})
    pattern = {
        "payeeWorkingPatternID": make.id_of(f"{person.name} pattern"),
        "effectiveFrom": two.day_text(person.started),
    }
    two.hang(make, person, "Working-Patterns", "payeeWorkingPatterns", [pattern])
    # Balances brought in have no id of their own.
    opening = [
        {
            "periodEndDate": two.day_text(date(person.started.year, month, 28)),
            "daysPaid": 20, "unpaidWeeks": 0, "grossEarnings": Decimal("5120.00"),
        }
        for month in (1, 2)
    ]  # fmt: skip
    two.hang(make, person, "OpeningBalances", "openingBalances", opening if person is NZ[0] else [])


def _bank(person: Person) -> Fields:
    return {
        "accountName": person.name, "accountNumber": person.account, "sortCode": "0000",
        "particulars": "Wages", "code": None, "dollarAmount": None, "reference": None,
        "calculationType": "Balance",
    }  # fmt: skip


def _tax(person: Person) -> Fields:
    return {
        "irdNumber": person.tax_number, "taxCode": "M", "specialTaxRatePercentage": None,
        "hasSpecialStudentLoanRate": False, "specialStudentLoanRatePercentage": None,
        "isEligibleForKiwiSaver": True, "esctRatePercentage": Decimal("30.00"),
        "kiwiSaverContributions": "MakeContributions",
        "kiwiSaverEmployeeContributionRatePercentage": Decimal("3.00"),
        "kiwiSaverEmployerContributionRatePercentage": Decimal("3.00"),
        "hasStudentLoanBalance": False, "studentLoanBalance": None, "studentLoanAsAt": None,
    }  # fmt: skip
