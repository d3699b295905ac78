"""Payroll of Australia, the UK and New Zealand: read where it is switched on, never restored. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import LedgerEffect, Paging, Quirk, Read, Resource, Rhythm
from bot.catalogue.payroll_shape import (
    AU,
    NZ,
    PAYSLIP_LINES,
    SOURCE,
    UK,
    Country,
    by_id,
    entry,
    listed,
    per_employee,
    single,
)

_PEOPLE, _SET, _RUNS = scopes.PAYROLL_EMPLOYEES, scopes.PAYROLL_SETTINGS, scopes.PAYROLL_PAY_RUNS
_SLIPS, _TIMES = scopes.PAYROLL_PAYSLIPS, scopes.PAYROLL_TIMESHEETS
_OUT, _WEEKLY = LedgerEffect.OUTSIDE, Rhythm.WEEKLY

_SHORT = Quirk(fact="The list is short; what else a record holds comes with it by its id.", source=SOURCE)
_ISO = Quirk(fact="Dates are ISO here, not /Date()/ as in accounting.", source=SOURCE)
_UNMOVED = Quirk(
    fact="It changes without the employee changing: with each pay run, or by an edit of its own.",
    source="developer.xero.com/documentation/api/payrolluk/employees",
)
_NO_LINES = Quirk(
    fact="A timesheet in the list has no lines.", source="Xero OpenAPI, xero-payroll-uk.yaml, GET /Timesheets"
)

AUSTRALIA = (
    entry(AU, "settings", "Settings", single("Settings", "Settings"), rhythm=_WEEKLY),
    entry(
        AU,
        "pay_items",
        "Pay items",
        single("PayItems", "PayItems"),
        quirks=(Quirk(fact="PayItems is one object that holds four lists.", source=SOURCE),),
        rhythm=_WEEKLY,
    ),
    entry(
        AU,
        "payroll_calendars",
        "Payroll calendars",
        listed(AU, "PayrollCalendars", "PayrollCalendars", "PayrollCalendarID", _SET),
        rhythm=_WEEKLY,
    ),
    entry(
        AU,
        "superfunds",
        "Super funds",
        listed(AU, "Superfunds", "SuperFunds", "SuperFundID", _SET),
        quirks=(Quirk(fact="Superfunds in the path, SuperFunds in the answer.", source=SOURCE),),
        rhythm=_WEEKLY,
    ),
    entry(
        AU,
        "employees",
        "Employees",
        listed(AU, "Employees", "Employees", "EmployeeID", _PEOPLE),
        children=("employee_details",),
        quirks=(_SHORT,),
    ),
    entry(
        AU,
        "employee_details",
        "Employees with their pay, tax and leave",
        by_id(AU, "Employees", ("Employees", "EmployeeID"), "employees", _PEOPLE),
        needs=("employees",),
        quirks=(_UNMOVED,),
    ),
    entry(
        AU,
        "leave_applications",
        "Leave applications",
        listed(AU, "LeaveApplications/v2", "LeaveApplications", "LeaveApplicationID", _PEOPLE),
        needs=("employees",),
        quirks=(Quirk(fact="The v2 path lists leave requests as well.", source=SOURCE),),
    ),
    entry(
        AU,
        "timesheets",
        "Timesheets",
        listed(AU, "Timesheets", "Timesheets", "TimesheetID", _TIMES),
        needs=("employees",),
    ),
    entry(
        AU,
        "pay_runs",
        "Pay runs",
        listed(AU, "PayRuns", "PayRuns", "PayRunID", _RUNS),
        ledger=_OUT,
        needs=("employees", "payroll_calendars"),
        children=("pay_run_details",),
    ),
    entry(
        AU,
        "pay_run_details",
        "Pay runs with the totals of their payslips",
        by_id(AU, "PayRuns", ("PayRuns", "PayRunID"), "pay_runs", _RUNS),
        needs=("pay_runs",),
        quirks=(
            Quirk(
                fact="Names each payslip with its totals; the lines come from Payslip/{PayslipID} only.",
                source=SOURCE,
            ),
        ),
        caveats=(PAYSLIP_LINES,),
    ),
)


def _lists(country: Country) -> tuple[Resource, ...]:
    rows = (
        ("deductions", "Deductions", "Deductions", "deductions", "deductionId"),
        ("earnings_rates", "Earnings rates", "EarningsRates", "earningsRates", "earningsRateID"),
        ("leave_types", "Leave types", "LeaveTypes", "leaveTypes", "leaveTypeID"),
        ("reimbursements", "Reimbursements", "Reimbursements", "reimbursements", "reimbursementID"),
        ("pay_run_calendars", "Calendars", "PayRunCalendars", "payRunCalendars", "payrollCalendarID"),
    )
    return (
        entry(country, "settings", "Settings", single("Settings", "settings"), rhythm=_WEEKLY),
        *(entry(country, n, t, listed(country, p, c, i, _SET), rhythm=_WEEKLY) for n, t, p, c, i in rows),
    )


# What hangs on each employee in the UK and in New Zealand; without an id there is one for each employee.
_HANGING = (
    ("payment_methods", "Payment methods", "PaymentMethods", "paymentMethod", ""),
    ("pay_templates", "Pay templates", "PayTemplates", "payTemplate", ""),
    ("tax", "Tax details", "Tax", "employeeTax", ""),
    ("leave", "Leave", "Leave", "leave", "leaveID"),
    ("leave_balances", "Leave balances", "LeaveBalances", "leaveBalances", "leaveTypeID"),
    ("employee_leave_types", "Leave types of employees", "LeaveTypes", "leaveTypes", "leaveTypeID"),
)


def _people(country: Country, *more: tuple[str, str, Read]) -> tuple[Resource, ...]:
    """Describe the employees and what hangs on each of them; `more` is what one country alone has."""
    wages = per_employee(country, "SalaryAndWages", "salaryAndWages", "salaryAndWagesID", page_size=100)
    rows = (
        (
            "employee_details",
            "Employees with all their fields",
            by_id(country, "Employees", ("employee", "employeeID"), "employees", _PEOPLE),
        ),
        ("salary_and_wages", "Salary and wages", wages),
        *((key, title, per_employee(country, path, name, id_)) for key, title, path, name, id_ in _HANGING),
        *more,
    )
    employees = entry(
        country,
        "employees",
        "Employees",
        listed(country, "Employees", "employees", "employeeID", _PEOPLE),
        children=tuple(name for name, _, _ in rows),
        quirks=(_SHORT, _ISO),
    )
    return employees, *(
        entry(country, name, title, read, needs=("employees",), quirks=(_UNMOVED,))
        for name, title, read in rows
    )


def _work(country: Country, payslips: str) -> tuple[Resource, ...]:
    of_slips = Read(
        path=payslips,
        collection="paySlips",
        id_field="paySlipID",
        paging=Paging.PER_PARENT,
        page_size=100,
        parent=f"{country.prefix}_pay_runs",
        scopes=_SLIPS,
        params=(("PayRunID", "{id}"),),
        id_within_parent=True,
    )
    return (
        entry(
            country,
            "timesheets",
            "Timesheets",
            listed(country, "Timesheets", "timesheets", "timesheetID", _TIMES),
            needs=("employees",),
            children=("timesheet_details",),
            quirks=(_NO_LINES,),
        ),
        entry(
            country,
            "timesheet_details",
            "Timesheets with their lines",
            by_id(country, "Timesheets", ("timesheet", "timesheetID"), "timesheets", _TIMES),
            needs=("timesheets",),
        ),
        entry(
            country,
            "pay_runs",
            "Pay runs",
            listed(country, "PayRuns", "payRuns", "payRunID", _RUNS),
            ledger=_OUT,
            needs=("employees", "pay_run_calendars"),
            children=("payslips",),
        ),
        entry(country, "payslips", "Payslips", of_slips, needs=("pay_runs",)),
    )


UNITED_KINGDOM = (
    *_lists(UK),
    entry(UK, "benefits", "Benefits", listed(UK, "Benefits", "benefits", "id", _SET), rhythm=_WEEKLY),
    entry(
        UK,
        "earnings_orders",
        "Earnings orders",
        listed(UK, "EarningsOrders", "statutoryDeductions", "id", _SET),
        rhythm=_WEEKLY,
    ),
    *_people(
        UK,
        (
            "opening_balances",
            "Opening balances",
            per_employee(UK, "ukopeningbalances", "openingBalances", ""),
        ),
    ),
    *_work(UK, "Payslips"),
)

NEW_ZEALAND = (
    *_lists(NZ),
    entry(
        NZ,
        "superannuations",
        "Superannuations (KiwiSaver)",
        listed(NZ, "Superannuations", "benefits", "id", _SET),
        rhythm=_WEEKLY,
    ),
    entry(
        NZ,
        "statutory_deductions",
        "Statutory deductions",
        listed(NZ, "StatutoryDeductions", "statutoryDeductions", "id", _SET),
        rhythm=_WEEKLY,
    ),
    *_people(
        NZ,
        (
            "working_patterns",
            "Working patterns",
            per_employee(NZ, "Working-Patterns", "payeeWorkingPatterns", "payeeWorkingPatternID"),
        ),
        ("opening_balances", "Opening balances", per_employee(NZ, "OpeningBalances", "openingBalances", "")),
    ),
    *_work(NZ, "PaySlips"),
)

LATER = (*AUSTRALIA, *UNITED_KINGDOM, *NEW_ZEALAND)
