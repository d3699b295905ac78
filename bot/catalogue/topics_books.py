"""What people call documents, money, the ledger and reports. Data."""

from __future__ import annotations

from bot.catalogue.topics_model import Topic

_DOCUMENTS = (
    Topic(
        key="invoices",
        title="Invoices and bills",
        words=(
            "invoice, sales invoice, bill, purchase invoice, supplier invoice, supplier bill, "
            "customer invoice, vendor bill, accounts payable, accounts receivable, ar, ap, payables, "
            "receivables, purchase ledger, sales ledger, debtors, creditors, draft invoice, voided "
            "invoice, paid invoice, accpay, accrec, voided bill, inv, receivable, payable"
        ),
        about=("invoices",),
        near=("credit_notes", "repeating", "attachments", "pdfs"),
    ),
    Topic(
        key="rounding",
        title="Rounding of invoices",
        words="invoice rounding, rounding, rounded cents, rounding field of invoice",
        about=("invoice_details",),
        near=("invoices",),
        single=True,
    ),
    Topic(
        key="online_links",
        title="Links to online invoices",
        words=(
            "online invoice, online invoice link, invoice link, pay now link, web link of invoice, "
            "link to online invoice, invoice url"
        ),
        about=("online_invoices",),
        near=("invoices", "payment_services"),
    ),
    Topic(
        key="credit_notes",
        title="Credit notes",
        words="credit memo, creditnote, cn, refund note, allocated credit",
        about=("credit_notes",),
        near=("invoices", "overpayments"),
    ),
    Topic(
        key="quotes",
        title="Quotes",
        words="quotation, estimate, sales quote, proposal",
        about=("quotes",),
        near=("invoices", "purchase_orders"),
    ),
    Topic(
        key="purchase_orders",
        title="Purchase orders",
        words="po, pos, p.o., purchase order, purchasing order, order to supplier",
        about=("purchase_orders",),
        near=("quotes", "invoices"),
    ),
    Topic(
        key="repeating",
        title="Repeating invoices and bills",
        words=(
            "repeating invoice, repeating bill, recurring invoice, recurring bill, recurring, "
            "repeating template, repeating transaction, repeating, invoice schedule, autopay invoice, "
            "recurring template, standing invoice"
        ),
        about=("repeating_invoices",),
        near=("invoices",),
    ),
    Topic(
        key="billable_expenses",
        title="Billable expenses",
        words="billable cost, rebillable, disbursement, linked transaction, recharge, billable",
        about=("linked_transactions",),
        near=("expense_claims", "project_expenses"),
    ),
    Topic(
        key="pdfs",
        title="PDFs of documents",
        words="pdf, invoice pdf, pdf copy, pdf of invoice, printed invoice, pdf version",
        about=("pdfs",),
        near=("invoices", "attachments"),
        hangs_on_records=True,
    ),
)

_MONEY = (
    Topic(
        key="bank_transactions",
        title="Spend and receive money transactions",
        words=(
            "bank transaction, spend money, receive money, money spent, money received, cash coded, "
            "spent money, received money, bank payment, bank receipt, cashbook, cash book, spend and "
            "receive money, spend money transaction, cash transaction"
        ),
        about=("bank_transactions",),
        near=("bank_statement_lines", "reconciliation", "bank_transfers"),
    ),
    Topic(
        key="bank_transfers",
        title="Transfers between bank accounts",
        words="bank transfer, transfer, account transfer, transfer of money, inter account transfer",
        about=("bank_transfers",),
        near=("bank_transactions",),
    ),
    Topic(
        key="payments",
        title="Payments",
        words="payment, invoice payment, bill payment, planned payment, refund",
        about=("payments",),
        near=("batch_payments", "prepayments", "overpayments"),
    ),
    Topic(
        key="batch_payments",
        title="Batch payments",
        words="batch payment, bacs batch, bacs batch payment, payment run, aba file, batch deposit",
        about=("batch_payments",),
        near=("payments",),
    ),
    Topic(
        key="prepayments",
        title="Prepayments",
        words="prepayment, pre payment, payment in advance, deposit paid, customer deposit",
        about=("prepayments",),
        near=("overpayments", "payments"),
    ),
    Topic(
        key="overpayments",
        title="Overpayments",
        words="overpayment, over payment, overpaid invoice",
        about=("overpayments",),
        near=("prepayments", "payments"),
    ),
    Topic(
        key="reconciliation",
        title="Bank reconciliation",
        words=(
            "reconciliation, bank rec, bank reconciliation, reconciled, reconcile, unreconciled, "
            "reconciled transaction, reconciling, reconciliation status, cash coding, bank match, "
            "discuss comment, reconciled mark, reconciled flag, rec"
        ),
        about=("reconciliation_work", "reconciliation_adjustments"),
        also=("bank_transactions",),
        near=("bank_statement_lines", "bank_rules", "bank_feeds"),
        says=(
            "Transactions keep their reconciled mark in the backup; which statement line they were matched "
            "to is not backed up."
        ),
        single=True,
    ),
    Topic(
        key="bank_statement_lines",
        title="Bank statement lines",
        words=(
            "statement line, bank statement, imported statement, bank line, unreconciled line, bank "
            "statement line, bank data, imported bank statement, ofx import"
        ),
        about=("bank_statement_lines",),
        near=("bank_feeds", "reconciliation", "bank_transactions"),
    ),
    Topic(
        key="bank_feeds",
        title="Bank feeds",
        words="bank feed, feed, feed from the bank, open banking, bank connection, yodlee",
        about=("bank_feeds",),
        near=("bank_rules", "bank_statement_lines"),
    ),
    Topic(
        key="bank_rules",
        title="Bank rules",
        words="bank rule, rule, reconciliation rule, cash coding rule, matching rule, bank feed rule",
        about=("bank_rules",),
        near=("bank_feeds", "reconciliation"),
    ),
)

_LEDGER = (
    Topic(
        key="manual_journals",
        title="Manual journals",
        words=(
            "journal, manual journal, month end journal, jnl, manual jnl, journal entry, accrual, "
            "adjusting journal, year end journal, reversing journal, accruals journal, "
            "wage journal, payroll journal, salary journal, stock journal, vat journal, bank journal"
        ),
        about=("manual_journals",),
        near=("ledger", "repeating"),
    ),
    Topic(
        key="ledger",
        title="The general ledger as Xero posts it",
        words=(
            "general ledger, gl, gl entry, gl detail, ledger, journal report, full ledger, ledger "
            "entry, nominal ledger, posted journal, system journal, account transaction, double entry"
        ),
        about=("journals",),
        near=("manual_journals", "trial_balance"),
        single=True,
    ),
    Topic(
        key="trial_balance",
        title="The trial balance",
        words="tb, trial balance, month end balance, account balance",
        about=("trial_balance",),
        near=("profit_and_loss", "conversion_balances", "reports"),
        single=True,
    ),
    Topic(
        key="conversion_balances",
        title="Conversion (opening) balances",
        words=(
            "conversion balance, opening balance, brought forward balance, starting balance, "
            "conversion date, balance brought forward"
        ),
        about=("conversion_balances",),
        near=("trial_balance", "manual_journals"),
    ),
    Topic(
        key="profit_and_loss",
        title="Profit and loss and balance sheet",
        words=(
            "profit and loss, pnl, p and l, pl report, income statement, balance sheet, financial "
            "statement, p+l"
        ),
        about=("profit_and_loss", "balance_sheet"),
        near=("trial_balance", "reports"),
    ),
    Topic(
        key="reports",
        title="Reports",
        words="report, management report, management accounts, financial report, xero report",
        also=("trial_balance", "profit_and_loss", "balance_sheet", "bank_summary", "executive_summary"),
        near=("trial_balance", "profit_and_loss", "aged", "report_layouts"),
        says=(
            "Xero's trial balance, balance sheet, profit and loss, and its bank, budget and executive "
            "summaries are kept with each backup, aged reports week by week; none is written back."
        ),
    ),
    Topic(
        key="aged",
        title="Aged receivables and payables",
        words=(
            "aged debtor, aged creditor, aged receivable, aged payable, aged report, ageing report, "
            "aging report, aged receivables report, debtors report, creditors report, ar aging, ap "
            "aging, aged debt"
        ),
        about=("aged_receivables", "aged_payables"),
        near=("invoices", "reports"),
    ),
    Topic(
        key="summary_reports",
        title="Bank, budget and executive summaries",
        words="bank summary, budget summary, executive summary, summary report",
        about=("bank_summary", "budget_summary", "executive_summary"),
        near=("reports", "budgets"),
    ),
    Topic(
        key="saved_reports",
        title="Draft, published and archived reports",
        words="published report, archived report, draft report, report pack, saved report, report we publish",
        about=("saved_reports",),
        near=("report_layouts", "reports"),
    ),
    Topic(
        key="report_layouts",
        title="Custom report layouts",
        words=(
            "report layout, report template, custom report, customised report, customized report, "
            "report format, favourite report, custom report layout"
        ),
        about=("custom_report_layouts",),
        near=("saved_reports", "reports"),
    ),
    Topic(
        key="tax_returns",
        title="Filed tax returns",
        words=(
            "vat return, filed vat return, tax return, gst return, bas, mtd, mtd submission, activity "
            "statement, filed return, ias, vat submission, making tax digital, bas report, sales tax "
            "return, hmrc submission"
        ),
        about=("vat_returns", "tax_reports", "tax_report_details"),
        near=("vat", "tax_rates"),
    ),
    Topic(
        key="form_1099",
        title="1099 reports",
        words="1099, 1099 report, 1099s, 1099 form, form 1099",
        about=("ten_ninety_nine",),
        near=("reports",),
    ),
)

ALL = (*_DOCUMENTS, *_MONEY, *_LEDGER)
