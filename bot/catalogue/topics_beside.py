"""What people call files, assets, projects, payroll and other parts of Xero beside the ledger. Data."""

from __future__ import annotations

from bot.catalogue import RESOURCES
from bot.catalogue.topics_model import Topic

ALL = (
    Topic(
        key="attachments",
        title="Attachments",
        words=(
            "attached to, attachment, attached, attach, attached file, attached document, "
            "picture of receipt, receipt image, bill image, receipt photo, scanned bill, scan, "
            "picture of bill, paperclip, "
            "pdf attached, attached pdf, receipt picture, source document, scanned receipt, photo of "
            "receipt, image of receipt, supporting document, receipt scan, file attached"
        ),
        about=("attachments", "attachment_contents"),
        near=("files", "pdfs", "hubdoc"),
        hangs_on_records=True,
    ),
    Topic(
        key="history",
        title="History and notes",
        words=(
            "note, history and note, history note, history, comment, note on invoice, history of "
            "invoice, note on contact"
        ),
        about=("history",),
        near=("audit_trail", "attachments"),
        hangs_on_records=True,
    ),
    Topic(
        key="files",
        title="The file library",
        words=(
            "file library, file inbox, xero file, folder, file folder, document library, inbox, xero "
            "file folder, uploaded file, library"
        ),
        about=("folders", "files", "file_contents", "associations"),
        near=("attachments", "hubdoc"),
        single=True,
    ),
    Topic(
        key="hubdoc",
        title="Documents in Hubdoc",
        words="hubdoc, hubdoc document, hub doc",
        about=("hubdoc",),
        near=("attachments", "connected_apps"),
    ),
    Topic(
        key="assets",
        title="Fixed assets",
        words="asset, fixed asset, asset register, fixed asset register, asset type, asset list, far",
        about=("assets", "asset_types", "asset_settings"),
        near=("depreciation",),
    ),
    Topic(
        key="depreciation",
        title="Depreciation and disposal postings",
        words=(
            "depreciation, depreciation journal, disposal, depreciation posting, asset disposal, "
            "depreciation run, depreciation schedule"
        ),
        about=("depreciation_postings",),
        near=("assets", "manual_journals"),
    ),
    Topic(
        key="projects",
        title="Projects, tasks and time",
        words=(
            "project, project time, task, time entry, time tracking, job costing, wip, time on "
            "project, project task, xero project, time log, staff time"
        ),
        about=("projects", "project_users", "project_tasks", "project_time"),
        near=("project_expenses", "billable_expenses"),
    ),
    Topic(
        key="project_expenses",
        title="Expenses of projects",
        words="project expense, expense of project, job expense, project cost, expense on project",
        about=("project_expenses",),
        near=("projects", "billable_expenses"),
    ),
    Topic(
        key="expense_claims",
        title="Expense claims",
        words=(
            "expense claim, staff expense claim, staff expense, employee expense, mileage, mileage "
            "claim, xero expense, claim, receipt of expense claim, reimbursement claim, classic "
            "expense claim, xero me"
        ),
        about=("expense_claims", "receipts", "xero_expenses"),
        near=("billable_expenses", "attachments"),
    ),
    Topic(
        key="payroll",
        title="Payroll",
        words=(
            "payroll, payslip, pay slip, pay run, payrun, employee, leave, leave balance, leave "
            "request, timesheet, wage, salary, superannuation, super, kiwisaver, stp, stp pay run, "
            "p60, p45, paye, pension, annual leave, holiday balance, staff pay, pay item, rti, "
            "paycheck, pay stub, employee record, sick leave, super fund, payday filing, wages, "
            "student loan, p11d"
        ),
        about=tuple(key for key in RESOURCES if key.startswith("payroll_")),
        near=("expense_claims", "ledger"),
        single=True,
    ),
    Topic(
        key="practice",
        title="Xero HQ, Practice Manager and Workpapers",
        words="practice manager, xpm, workpaper, xero hq, practice data, xero tax, wfm, workflowmax",
        about=("practice_data",),
        near=("connected_apps", "reports"),
    ),
)
