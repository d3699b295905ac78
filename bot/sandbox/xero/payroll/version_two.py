"""What the payrolls of the UK and of New Zealand have in common: lists, employees, pay runs, payslips.

Facts (Xero OpenAPI, xero-payroll-uk.yaml and xero-payroll-nz.yaml): camelCase names, ISO dates without a
zone, 100 records a page with `pagination`; a list of employees lacks some fields, a list of timesheets the
lines, a list of pay runs the payslips; payslips are listed for one pay run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.sandbox.xero.payroll.book import NewId, Part, PayrollBook, Table
from bot.sandbox.xero.payroll.staff import Pay, Person, months_before, pay_of
from bot.sandbox.xero.wire import Fields

PEOPLE, RUNS, SLIPS = "payroll.employees", "payroll.payruns", "payroll.payslip"
SETTINGS, TIMES = "payroll.settings", "payroll.timesheets"


@dataclass(slots=True, kw_only=True)
class Makings:
    """What is at hand while a payroll is made."""

    book: PayrollBook
    new_id: NewId
    today: date
    staff: tuple[Person, ...]
    ids: dict[str, str] = field(default_factory=dict)  # of people, rates, the calendar …, by a name

    def id_of(self, name: str) -> str:
        """Give the id of something by its name, always the same."""
        return self.ids.setdefault(name, self.new_id())

    @property
    def updated(self) -> str:
        """Give the moment everything was entered."""
        return day_text(months_before(self.today, 3)[0][0])


def day_text(day: date) -> str:
    """Write a day as the payrolls of the UK and New Zealand do."""
    return f"{day:%Y-%m-%d}T00:00:00"


def add_lists(make: Makings, *, kinds: dict[str, str], rates: tuple[str, ...]) -> None:
    """Add the lists of settings; `kinds` names what a country calls its deduction and its leave."""
    make.book.add(
        _list("Deductions", "deductions", "deduction", "deductionId", _deduction(make, kinds)),
        Table(
            path="EarningsRates", plural="earningsRates", single="earningsRate", id_field="earningsRateID",
            scope=SETTINGS, rows=[_rate(make, name) for name in rates],
        ),
        _list("Reimbursements", "reimbursements", "reimbursement", "reimbursementID", {
            "reimbursementID": make.id_of("reimbursement"), "name": "Mileage",
            "accountID": make.id_of("account"), "currentRecord": True,
        }),
        _list("PayRunCalendars", "payRunCalendars", "payRunCalendar", "payrollCalendarID", {
            "payrollCalendarID": make.id_of("calendar"), "name": "Monthly", "calendarType": "Monthly",
            "periodStartDate": day_text(make.today.replace(day=1)), "periodEndDate": None,
            "paymentDate": day_text(make.today.replace(day=28)), "updatedDateUTC": make.updated,
        }),
    )  # fmt: skip


def _list(path: str, plural: str, single: str, id_field: str, row: Fields) -> Table:
    return Table(path=path, plural=plural, single=single, id_field=id_field, scope=SETTINGS, rows=[row])


def _deduction(make: Makings, kinds: dict[str, str]) -> Fields:
    return {
        "deductionId": make.id_of("deduction"), "deductionName": kinds["deduction"],
        "deductionCategory": kinds["deduction_category"], "liabilityAccountId": make.id_of("liability"),
        "currentRecord": True, "standardAmount": Decimal("20.00"),
    }  # fmt: skip


def _rate(make: Makings, name: str) -> Fields:
    return {
        "earningsRateID": make.id_of(name), "name": name,
        "earningsType": "OvertimeEarnings" if "vertime" in name else "RegularEarnings",
        "rateType": "MultipleOfOrdinaryEarningsRate" if "vertime" in name else "RatePerUnit",
        "typeOfUnits": "Hours", "currentRecord": True, "expenseAccountID": make.id_of("account"),
        "ratePerUnit": None, "multipleOfOrdinaryEarningsRate": Decimal("1.5") if "vertime" in name else None,
        "fixedAmount": None,
    }  # fmt: skip


def leave_type(make: Makings, name: str, **more: Any) -> Fields:
    """Make one kind of leave."""
    return {
        "leaveTypeID": make.id_of(name), "name": name, "isPaidLeave": True, "showOnPayslip": True,
        "updatedDateUTC": make.updated, "isActive": True, **more,
    }  # fmt: skip


def add_people(make: Makings, by_id_only: frozenset[str], **more: Any) -> None:
    """Add the employees; `more` gives, per field a country has of its own, a value for each of them."""
    rows = [
        _employee(make, person) | {name: values[number] for name, values in more.items()}
        for number, person in enumerate(make.staff)
    ]
    make.book.add(
        Table(
            path="Employees", plural="employees", single="employee", id_field="employeeID", scope=PEOPLE,
            rows=rows, by_id_only=by_id_only,
        )
    )  # fmt: skip


def _employee(make: Makings, person: Person) -> Fields:
    return {
        "employeeID": make.id_of(person.name), "title": "Ms" if person.gender == "F" else "Mr",
        "firstName": person.first, "lastName": person.last, "dateOfBirth": day_text(person.born),
        "address": {
            "addressLine1": person.street, "addressLine2": None, "city": person.city,
            "postCode": person.post_code, "countryName": None,
        },
        "email": person.email, "gender": person.gender, "phoneNumber": None,
        "startDate": day_text(person.started), "endDate": None,
        "payrollCalendarID": make.id_of("calendar"), "updatedDateUTC": make.updated,
        "createdDateUTC": make.updated,
    }  # fmt: skip


def hang(make: Makings, person: Person, path: str, name: str, value: Any, *, paged: bool = False) -> None:
    """Hang something on an employee."""
    parts = make.book.hanging.setdefault(make.id_of(person.name), {})
    parts[path.lower()] = Part(name=name, value=value, scope=PEOPLE, paged=paged)


def hang_pay(make: Makings, person: Person, bank: Fields) -> None:
    """Hang pay, bank account and template on an employee."""
    wage = {
        "salaryAndWagesID": make.id_of(f"{person.name} wage"), "earningsRateID": make.id_of("Ordinary hours"),
        "numberOfUnitsPerWeek": Decimal("37.50"), "numberOfUnitsPerDay": Decimal("7.50"),
        "ratePerUnit": person.hourly or None, "effectiveFrom": day_text(person.started),
        "annualSalary": person.salary, "status": "Active",
        "paymentType": "Salary" if person.salary else "Hourly",
    }  # fmt: skip
    hang(make, person, "SalaryAndWages", "salaryAndWages", [wage], paged=True)
    method = {"paymentMethod": "Electronically", "bankAccounts": [bank]}
    hang(make, person, "PaymentMethods", "paymentMethod", method)
    earning = {
        "payTemplateEarningID": make.id_of(f"{person.name} template"), "ratePerUnit": person.hourly or None,
        "numberOfUnits": None, "fixedAmount": None, "earningsRateID": make.id_of("Ordinary hours"),
        "name": "Ordinary hours",
    }  # fmt: skip
    template = {"employeeID": make.id_of(person.name), "earningTemplates": [earning]}
    hang(make, person, "PayTemplates", "payTemplate", template)


def hang_leave(make: Makings, person: Person, kind: str, accrual: Fields, period: Fields) -> None:
    """Hang leave, its balance and its kind on an employee."""
    first, last = months_before(make.today, 2)[0]
    leave = {
        "leaveID": make.id_of(f"{person.name} leave"), "leaveTypeID": make.id_of(kind),
        "description": "A few days at the sea", "startDate": day_text(first + timedelta(days=9)),
        "endDate": day_text(first + timedelta(days=11)), "updatedDateUTC": make.updated,
        "periods": [{
            "periodStartDate": day_text(first), "periodEndDate": day_text(last),
            "numberOfUnits": Decimal("22.50"), "periodStatus": "Approved", **period,
        }],
    }  # fmt: skip
    hang(make, person, "Leave", "leave", [leave] if person is make.staff[0] else [])
    balance = {
        "name": kind, "leaveTypeID": make.id_of(kind), "balance": Decimal("61.25"), "typeOfUnits": "Hours",
    }  # fmt: skip
    hang(make, person, "LeaveBalances", "leaveBalances", [balance])
    hang(make, person, "LeaveTypes", "leaveTypes", [{"leaveTypeID": make.id_of(kind), **accrual}])


def add_timesheets(make: Makings) -> None:
    """Add two weeks' timesheets of whoever is paid by the hour."""
    person = make.staff[-1]
    monday = months_before(make.today, 1)[0][0] + timedelta(days=7)
    monday -= timedelta(days=monday.weekday())
    rows = [_timesheet(make, person, monday + timedelta(weeks=week)) for week in range(2)]
    make.book.add(
        Table(
            path="Timesheets", plural="timesheets", single="timesheet", id_field="timesheetID", scope=TIMES,
            rows=rows, by_id_only=frozenset({"timesheetLines"}),
        )
    )  # fmt: skip


def _timesheet(make: Makings, person: Person, monday: date) -> Fields:
    lines = [
        {
            "timesheetLineID": make.new_id(), "date": day_text(monday + timedelta(days=number)),
            "earningsRateID": make.id_of("Ordinary hours"), "trackingItemID": None,
            "numberOfUnits": Decimal("5.50"),
        }
        for number in range(4)
    ]  # fmt: skip
    return {
        "timesheetID": make.new_id(), "payrollCalendarID": make.id_of("calendar"),
        "employeeID": make.id_of(person.name), "startDate": day_text(monday),
        "endDate": day_text(monday + timedelta(days=6)), "status": "Approved",
        "totalHours": Decimal("22.00"), "updatedDateUTC": make.updated, "timesheetLines": lines,
    }  # fmt: skip


def add_pay_runs(make: Makings, slips_path: str, **slip_fields: Any) -> None:
    """Add two months' pay runs and their payslips; `slip_fields` are those a country has of its own."""
    runs, slips = [], []
    for first, last in months_before(make.today, 2):
        run_id = make.new_id()
        mine = [_slip(make, person, run_id) | slip_fields for person in make.staff]
        runs.append(_run(make, run_id, (first, last), mine))
        slips += mine
    make.book.add(
        Table(
            path="PayRuns", plural="payRuns", single="payRun", id_field="payRunID", scope=RUNS, rows=runs,
            by_id_only=frozenset({"paySlips"}),
        ),
        Table(
            path=slips_path, plural="paySlips", single="paySlip", id_field="paySlipID", scope=SLIPS,
            rows=slips, within="PayRunID",
        ),
    )  # fmt: skip


def _run(make: Makings, run_id: str, period: tuple[date, date], slips: list[Fields]) -> Fields:
    first, last = period
    return {
        "payRunID": run_id, "payrollCalendarID": make.id_of("calendar"),
        "periodStartDate": day_text(first), "periodEndDate": day_text(last), "paymentDate": day_text(last),
        "totalCost": sum(one["totalEarnings"] + one["totalEmployerTaxes"] for one in slips),
        "totalPay": sum(one["totalPay"] for one in slips), "payRunStatus": "Posted",
        "payRunType": "Scheduled", "calendarType": "Monthly", "postedDateTime": day_text(last),
        "paySlips": slips,
    }  # fmt: skip


def _slip(make: Makings, person: Person, run_id: str) -> Fields:
    pay = pay_of(person)
    return {
        "paySlipID": make.new_id(), "employeeID": make.id_of(person.name), "payRunID": run_id,
        "lastEdited": None, "firstName": person.first, "lastName": person.last,
        "totalEarnings": pay.gross, "grossEarnings": pay.gross, "totalPay": pay.net,
        "totalEmployerTaxes": pay.employer, "totalEmployeeTaxes": pay.tax + pay.levy,
        "totalDeductions": pay.saved, "totalReimbursements": Decimal(0), "bacsHash": None,
        "paymentMethod": "Electronically", **_lines(make, person, pay),
    }  # fmt: skip


def _lines(make: Makings, person: Person, pay: Pay) -> Fields:
    earning = {
        "earningsLineID": make.new_id(), "earningsRateID": make.id_of("Ordinary hours"),
        "ratePerUnit": person.hourly or None, "numberOfUnits": pay.hours or None,
        "fixedAmount": None if pay.hours else pay.gross, "amount": pay.gross, "isLinkedToTimesheet": False,
    }  # fmt: skip
    return {
        "earningsLines": [earning], "leaveEarningsLines": [], "timesheetEarningsLines": [],
        "deductionLines": [{"deductionTypeID": make.id_of("deduction"), "amount": pay.saved}],
        "reimbursementLines": [], "leaveAccrualLines": [],
        "paymentLines": [{
            "paymentLineID": make.new_id(), "amount": pay.net, "accountNumber": person.account,
            "sortCode": None, "accountName": person.name,
        }],
        "employeeTaxLines": [_tax_line(make, "Tax", pay.tax), _tax_line(make, "Levy", pay.levy)],
        "employerTaxLines": [_tax_line(make, "Employer", pay.employer)],
    }  # fmt: skip


def _tax_line(make: Makings, what: str, amount: Decimal) -> Fields:
    return {"taxLineID": make.new_id(), "description": what, "amount": amount, "manualAdjustment": False}
