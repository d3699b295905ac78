"""What people keep in Xero that its API does not offer. Data; only what public sources support."""

from __future__ import annotations

from bot.catalogue.model import LedgerEffect, Missing, ReasonClass

_NONE = ReasonClass.API_HAS_NONE
_NO_PATH = "Xero OpenAPI 16.1.0 has no such path"

ALL: tuple[Missing, ...] = (
    Missing(
        key="bank_statement_lines",
        title="Bank statement lines",
        sentence=(
            "Xero does not give bank statement lines to apps; only what you made of them in the books is "
            "backed up."
        ),
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead=(
            "Keep the statements your bank gives you, and export the Bank Reconciliation report from Xero "
            "each month."
        ),
        source="xero.uservoice.com idea 2884040",
        weight=1,
    ),
    Missing(
        key="conversion_balances",
        title="Conversion (opening) balances",
        sentence="The opening balances entered when you moved to Xero cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.OUTSIDE,
        instead=(
            "Take a copy of the Conversion Balances page once; the trial balances in the backups let you "
            "check them."
        ),
        source="Xero OpenAPI 16.1.0 (Setup can only be written)",
        weight=2,
    ),
    Missing(
        key="reconciliation_work",
        title="Bank reconciliation in progress",
        sentence=(
            "Which statement line was matched to what, cash coding not yet saved, and comments under Discuss "
            "cannot be read."
        ),
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead=(
            "Finish reconciling before a restore; transactions keep their reconciled mark, without the line "
            "behind it."
        ),
        source=_NO_PATH,
        weight=3,
    ),
    Missing(
        key="bank_feeds",
        title="Bank feeds",
        sentence="Bank feeds are set up between you, Xero and the bank; apps cannot read or copy them.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead=(
            "Connect each feed again in the new organisation, starting on the day after the restore date."
        ),
        source="developer.xero.com/documentation/api/bankfeeds",
        weight=4,
    ),
    Missing(
        key="bank_rules",
        title="Bank rules",
        sentence="Bank rules cannot be read by any app; Xero has declined to offer it.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Take screenshots of your bank rules once a quarter and set them up again by hand.",
        source="xero.uservoice.com idea 36208999",
        weight=5,
    ),
    Missing(
        key="depreciation_postings",
        title="Depreciation and disposal postings",
        sentence=(
            "What the fixed asset register posts to the ledger can be read only on Xero's Advanced tier."
        ),
        reason=ReasonClass.APP_TIER,
        ledger=LedgerEffect.OUTSIDE,
        instead="Export the Depreciation Schedule at year end; after a restore, run depreciation again.",
        source="developer.xero.com/documentation/api/accounting/journals",
        weight=6,
    ),
    Missing(
        key="reconciliation_adjustments",
        title="Small adjustments made while reconciling",
        sentence=(
            "Bank fees and rounding posted as adjustments while reconciling can be read only on Xero's "
            "Advanced tier."
        ),
        reason=ReasonClass.APP_TIER,
        ledger=LedgerEffect.OUTSIDE,
        instead=(
            "The trial balance shows their sum; a restored organisation differs by it until you post a "
            "journal."
        ),
        source="developer.xero.com/documentation/api/accounting/journals",
        weight=13,
    ),
    Missing(
        key="custom_report_layouts",
        title="Custom report layouts",
        sentence="Layouts of your own reports cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Export one copy of each report you designed, so that you can rebuild its layout.",
        source=_NO_PATH,
        weight=19,
    ),
    Missing(
        key="saved_reports",
        title="Draft, published and archived reports",
        sentence=(
            "Reports saved in Xero, and report packs, cannot be read; the published BAS and GST reports are "
            "the exception."
        ),
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Export the reports you publish as PDF when you publish them.",
        source=_NO_PATH,
        weight=20,
    ),
    Missing(
        key="vat_returns",
        title="Filed VAT returns",
        sentence="VAT returns filed under Making Tax Digital cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Export each VAT return as PDF or spreadsheet when you file it; HMRC keeps the figures too.",
        source=_NO_PATH,
        weight=21,
        countries=("GB",),
    ),
    Missing(
        key="xero_expenses",
        title="Xero Expenses (claims, mileage)",
        sentence="The newer Xero Expenses has no way in for apps.",
        reason=_NONE,
        ledger=LedgerEffect.OUTSIDE,
        instead="Export your expense claims from Xero Expenses each month.",
        source=_NO_PATH,
        weight=10,
    ),
    Missing(
        key="custom_invoice_templates",
        title="Custom invoice templates and logo files",
        sentence="Invoice templates you uploaded (DOCX) and logo files cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Download each template from Invoice settings once and keep it with the logo.",
        source=_NO_PATH,
        weight=23,
    ),
    Missing(
        key="branding_theme_layouts",
        title="Layout of branding themes",
        sentence=(
            "Of a branding theme only name, logo address and order can be read, not its layout or texts."
        ),
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Keep one PDF made with each theme as a pattern to set it up again.",
        source="Xero OpenAPI 16.1.0 (BrandingTheme)",
        weight=41,
    ),
    Missing(
        key="email_templates",
        title="E-mail templates",
        sentence="The texts of e-mails for invoices, statements and reminders cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Copy the texts from E-mail settings into a document once.",
        source=_NO_PATH,
        weight=51,
    ),
    Missing(
        key="smart_lists",
        title="Smart lists of contacts",
        sentence="Smart lists are saved searches; they cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Write down the conditions of each list and set it up again.",
        source=_NO_PATH,
        weight=53,
    ),
    Missing(
        key="connected_apps",
        title="Connected apps",
        sentence="Which other apps are connected, and how they are set up, cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Keep a list of connected apps; connect each again after a restore.",
        source="Xero OpenAPI 16.1.0 (an app sees only its own connections)",
        weight=59,
    ),
    Missing(
        key="user_permissions",
        title="Details of user permissions",
        sentence="A user's role can be read, but not the finer permissions such as reports or payroll.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Take a screenshot of the permissions of each user once a quarter.",
        source="Xero OpenAPI 16.1.0 (User)",
        weight=61,
    ),
    Missing(
        key="login_history",
        title="Logins and the history of the whole organisation",
        sentence="Who logged in when, and the activity list of the whole organisation, cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Export the History and Notes Activity report from Xero when you need it.",
        source=_NO_PATH,
        weight=69,
    ),
    Missing(
        key="lock_date_history",
        title="Past lock dates",
        sentence="Only today's lock dates can be read, not who changed them and when.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Ledgerkeep keeps the lock dates of each backup, so changes from now on can be seen.",
        source="Xero OpenAPI 16.1.0 (Organisation)",
        weight=71,
    ),
    Missing(
        key="project_expenses",
        title="Expenses of projects",
        sentence="Of a project's expenses only the total can be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Export the Project Details report; bills and spend behind the expenses are backed up.",
        source="Xero OpenAPI 16.1.0 (Projects)",
        weight=72,
    ),
    Missing(
        key="hubdoc",
        title="Documents in Hubdoc",
        sentence="Hubdoc is a product of its own; documents that stay there cannot be read through Xero.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Download the documents from Hubdoc, or publish them to Xero.",
        source=_NO_PATH,
        weight=73,
    ),
    Missing(
        key="practice_data",
        title="Xero HQ, Practice Manager and Workpapers",
        sentence=(
            "What belongs to the accounting practice rather than to the organisation is not part of these "
            "books."
        ),
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Ask the practice how it keeps copies of its own files.",
        source=_NO_PATH,
        weight=74,
    ),
    Missing(
        key="subscription",
        title="Xero subscription and billing",
        sentence="Your Xero plan, its invoices and who pays them cannot be read.",
        reason=_NONE,
        ledger=LedgerEffect.NONE,
        instead="Download the invoices for your subscription from Xero when they arrive.",
        source=_NO_PATH,
        weight=77,
    ),
)
