"""Payroll of Australia, the UK and New Zealand, none of it read yet or ever restored. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import LedgerEffect, Paging, Quirk, Read, Resource
from bot.catalogue.payroll_shape import AU, NZ, SOURCE, UK, Country, entry, listed, per_employee, single

_PEOPLE, _SET, _RUNS = scopes.PAYROLL_EMPLOYEES, scopes.PAYROLL_SETTINGS, scopes.PAYROLL_PAY_RUNS
_SLIPS, _TIMES = scopes.PAYROLL_PAYSLIPS, scopes.PAYROLL_TIMESHEETS
_OUT = LedgerEffect.OUTSIDE

_DETAIL = Quirk(fact="The list is short; details come with each record by its id.", source=SOURCE)
_ISO = Quirk(fact="Dates are ISO here, not /Date()/ as in accounting.", source=SOURCE)

AUSTRALIA = (
    entry(AU, "settings", "Settings", single("Settings", "Settings")),
    entry(
        AU,
        "pay_items",
        "Pay items",
        listed(AU, "PayItems", "PayItems", "", _SET),
        quirks=(Quirk(fact="PayItems is one object that holds four lists.", source=SOURCE),),
    ),
    entry(
        AU,
        "payroll_calendars",
        "Payroll calendars",
        listed(AU, "PayrollCalendars", "PayrollCalendars", "PayrollCalendarID", _SET),
    ),
    entry(
        AU,
        "superfunds",
        "Super funds",
        listed(AU, "Superfunds", "SuperFunds", "SuperFundID", _SET),
        quirks=(Quirk(fact="Superfunds in the path, SuperFunds in the answer.", source=SOURCE),),
    ),
    entry(
        AU,
        "employees",
        "Employees",
        listed(AU, "Employees", "Employees", "EmployeeID", _PEOPLE),
        quirks=(_DETAIL,),
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
        "Pay runs with their payslips",
        Read(
            path="PayRuns/{id}",
            collection="PayRuns",
            id_field="PayRunID",
            paging=Paging.PER_PARENT,
            parent="payroll_au_pay_runs",
            scopes=_RUNS,
        ),
        needs=("pay_runs",),
        quirks=(
            Quirk(fact="Each payslip listed here is then fetched from Payslip/{PayslipID}.", source=SOURCE),
        ),
    ),
)


def _version_two(country: Country, payslips: str, *more: str) -> tuple[Resource, ...]:
    """Describe what the payrolls of the UK and New Zealand have in common; `more` hangs on employees, too."""
    lists = (
        ("deductions", "Deductions", "Deductions", "deductions", "deductionId"),
        ("earnings_rates", "Earnings rates", "EarningsRates", "earningsRates", "earningsRateID"),
        ("leave_types", "Leave types", "LeaveTypes", "leaveTypes", "leaveTypeID"),
        ("reimbursements", "Reimbursements", "Reimbursements", "reimbursements", "reimbursementID"),
        ("pay_run_calendars", "Calendars", "PayRunCalendars", "payRunCalendars", "payrollCalendarID"),
    )
    hanging = (
        ("salary_and_wages", "Salary and wages", "SalaryAndWages", "salaryAndWages", "salaryAndWagesID"),
        ("payment_methods", "Payment methods", "PaymentMethods", "paymentMethod", ""),
        ("pay_templates", "Pay templates", "PayTemplates", "payTemplate", ""),
        ("tax", "Tax details", "Tax", "employeeTax", ""),
        ("leave", "Leave", "Leave", "leave", "leaveID"),
        ("leave_balances", "Leave balances", "LeaveBalances", "leaveBalances", "leaveTypeID"),
        ("employee_leave_types", "Leave types of employees", "LeaveTypes", "leaveTypes", "leaveTypeID"),
    )
    of_slips = Read(
        path=payslips,
        collection="paySlips",
        id_field="paySlipID",
        paging=Paging.PER_PARENT,
        page_size=100,
        parent=f"{country.prefix}_pay_runs",
        scopes=_SLIPS,
        params=(("PayRunID", "{id}"),),
    )
    return (
        entry(country, "settings", "Settings", single("Settings", "settings")),
        *(entry(country, n, t, listed(country, p, c, i, _SET)) for n, t, p, c, i in lists),
        entry(
            country,
            "employees",
            "Employees",
            listed(country, "Employees", "employees", "employeeID", _PEOPLE),
            children=(*(row[0] for row in hanging), *more),
            quirks=(_DETAIL, _ISO),
        ),
        *(
            entry(country, n, t, per_employee(country, p, c, i), needs=("employees",))
            for n, t, p, c, i in hanging
        ),
        entry(
            country,
            "timesheets",
            "Timesheets",
            listed(country, "Timesheets", "timesheets", "timesheetID", _TIMES),
            needs=("employees",),
            quirks=(_DETAIL,),
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
        entry(country, "payslips", "Payslips", of_slips, needs=("pay_runs",), quirks=(_DETAIL,)),
    )


UNITED_KINGDOM = (
    *_version_two(UK, "Payslips", "opening_balances"),
    entry(UK, "benefits", "Benefits", listed(UK, "Benefits", "benefits", "id", _SET)),
    entry(
        UK,
        "earnings_orders",
        "Earnings orders",
        listed(UK, "EarningsOrders", "statutoryDeductions", "id", _SET),
    ),
    entry(
        UK,
        "opening_balances",
        "Opening balances",
        per_employee(UK, "ukopeningbalances", "openingBalances", ""),
        needs=("employees",),
    ),
)

NEW_ZEALAND = (
    *_version_two(NZ, "PaySlips", "working_patterns", "opening_balances"),
    entry(
        NZ,
        "superannuations",
        "Superannuations (KiwiSaver)",
        listed(NZ, "Superannuations", "benefits", "id", _SET),
    ),
    entry(
        NZ,
        "statutory_deductions",
        "Statutory deductions",
        listed(NZ, "StatutoryDeductions", "statutoryDeductions", "id", _SET),
    ),
    entry(
        NZ,
        "working_patterns",
        "Working patterns",
        per_employee(NZ, "Working-Patterns", "payeeWorkingPatterns", "payeeWorkingPatternID"),
        needs=("employees",),
    ),
    entry(
        NZ,
        "opening_balances",
        "Opening balances",
        per_employee(NZ, "OpeningBalances", "openingBalances", ""),
        needs=("employees",),
    ),
)

LATER = (*AUSTRALIA, *UNITED_KINGDOM, *NEW_ZEALAND)
