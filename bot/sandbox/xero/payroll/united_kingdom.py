"""A small payroll of the UK: what it has beside what New Zealand's has, too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.sandbox.xero.payroll import version_two as two
from bot.sandbox.xero.payroll.book import NewId, Part, PayrollBook, Table
from bot.sandbox.xero.payroll.staff import UK, Person
from bot.sandbox.xero.wire import Fields

_ONLY_BY_ID = frozenset({"nationalInsuranceNumber", "niCategory", "contracts"})
_KINDS = {"deduction": "Pension", "deduction_category": "StakeholderPension"}


def united_kingdom(new_id: NewId, today: date) -> PayrollBook:
    """Set it up."""
    make = two.Makings(book=PayrollBook(country="GB"), new_id=new_id, today=today, staff=UK)
    make.book.singles["settings"] = _settings(make)
    two.add_lists(make, kinds=_KINDS, rates=("Ordinary hours", "Overtime"))
    make.book.add(_leave_types(make), _benefits(make), _earnings_orders(make))
    two.add_people(
        make,
        _ONLY_BY_ID,
        nationalInsuranceNumber=[person.tax_number for person in UK],
        niCategory=["A"] * len(UK),
        isOffPayrollWorker=[False] * len(UK),
        contracts=[[_contract(person)] for person in UK],
    )
    for person in UK:
        _hang(make, person)
    two.add_timesheets(make)
    two.add_pay_runs(make, "Payslips", totalCourtOrders=Decimal(0), totalBenefits=Decimal(0), benefitLines=[])
    return make.book


def _settings(make: two.Makings) -> Part:
    kinds = ("BANK", "WAGESPAYABLE", "WAGESEXPENSE", "PAYELIABILITY", "NICLIABILITY", "EMPLOYERSNIC")
    accounts = [
        {"accountID": make.id_of(kind), "type": kind, "code": str(814 + number), "name": kind.title()}
        for number, kind in enumerate(kinds)
    ]
    return Part(name="settings", value={"accounts": accounts}, scope=two.SETTINGS)


def _leave_types(make: two.Makings) -> Table:
    return Table(
        path="LeaveTypes",
        plural="leaveTypes",
        single="leaveType",
        id_field="leaveTypeID",
        scope=two.SETTINGS,
        rows=[
            two.leave_type(make, "Holiday", isStatutoryLeave=False),
            two.leave_type(make, "Sick Leave", isStatutoryLeave=True),
        ],
    )


def _benefits(make: two.Makings) -> Table:
    row: Fields = {
        "id": make.id_of("benefit"), "name": "Employer pension", "category": "StakeholderPension",
        "liabilityAccountId": make.id_of("liability"), "expenseAccountId": make.id_of("account"),
        "standardAmount": None, "percentage": Decimal("3.00"), "calculationType": "PercentageOfGross",
        "currentRecord": True, "subjectToNIC": False, "subjectToPension": False, "subjectToTax": False,
        "isCalculatingOnQualifyingEarnings": True, "showBalanceToEmployee": False,
    }  # fmt: skip
    return Table(
        path="Benefits", plural="benefits", single="benefit", id_field="id", scope=two.SETTINGS, rows=[row]
    )


def _earnings_orders(make: two.Makings) -> Table:
    row: Fields = {
        "id": make.id_of("order"), "name": "Council tax attachment",
        "statutoryDeductionCategory": "PriorityOrder", "liabilityAccountId": make.id_of("liability"),
        "currentRecord": True,
    }  # fmt: skip
    return Table(
        path="EarningsOrders",
        plural="statutoryDeductions",
        single="statutoryDeduction",
        id_field="id",
        scope=two.SETTINGS,
        rows=[row],
    )


def _contract(person: Person) -> Fields:
    return {
        "startDate": two.day_text(person.started),
        "employmentStatus": "Employee",
        "contractType": "FullTime" if person.salary else "PartTime",
        "publicKey": None,
        "isFixedTerm": False,
    }


def _hang(make: two.Makings, person: Person) -> None:
    bank = {"accountName": person.name, "accountNumber": person.account, "sortCode": "200318"}
    two.hang_pay(make, person, bank)
    tax = {
        "starterType": "Starter", "starterDeclaration": "B", "taxCode": "1257L", "w1M1": False,
        "previousTaxablePay": Decimal(0), "previousTaxPaid": Decimal(0), "studentLoanDeduction": "No",
        "hasPostGraduateLoans": False, "isDirector": False, "directorshipStartDate": None,
        "nicCalculationMethod": None,
    }  # fmt: skip
    two.hang(make, person, "Tax", "employeeTax", tax)
    accrual = {
        "scheduleOfAccrual": "BeginningOfCalendarYear", "hoursAccruedAnnually": Decimal("210.00"),
        "maximumToAccrue": Decimal("210.00"), "openingBalance": Decimal(0),
        "rateAccruedHourly": Decimal(0), "scheduleOfAccrualDate": two.day_text(person.started),
    }  # fmt: skip
    two.hang_leave(make, person, "Holiday", accrual, {})
    opening = {
        "statutoryAdoptionPay": Decimal(0), "statutoryMaternityPay": Decimal(0),
        "statutoryPaternityPay": Decimal(0), "statutorySharedParentalPay": Decimal(0),
        "statutorySickPay": Decimal("118.75"), "priorEmployeeNumber": None,
    }  # fmt: skip
    two.hang(make, person, "ukopeningbalances", "openingBalances", opening)
