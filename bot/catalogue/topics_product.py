"""What is true of Ledgerkeep itself, restores aside; words that may mean several things or nothing. Data.

Each fact must be true of this version; what is planned only is told as not there.
"""

from __future__ import annotations

from bot.catalogue.topics_model import Fact, Unclear

FACTS = (
    Fact(
        key="read_only",
        title="Writing to Xero",
        headline="A backup only reads: it never writes to, changes or deletes anything in your books.",
        more=(
            (
                "Linking an organisation asks Xero for permissions that allow reading only; the granted ones "
                "are listed when it is linked."
            ),
            (
                "Only a restore writes, and only to the empty organisation whose plan was approved, after "
                "somebody allowed it in Xero. The organisation that was copied is never written to."
            ),
        ),
    ),
    Fact(
        key="snapshot",
        title="Snapshots",
        headline="A snapshot is what one backup leaves: your books as Xero handed them out, unchanged.",
        more=(
            "Each has a number and a date; records that did not change since are not kept twice.",
            "A backup that failed leaves no snapshot; the ones before it stand.",
        ),
    ),
    Fact(
        key="visibility",
        title="Who sees what",
        headline="Whoever is in an organisation's home channel can see how its backups are doing.",
        more=(
            (
                "In direct messages and on Home, workspace admins and the keepers they named see every "
                "organisation; others see those whose home channel they are in."
            ),
            "Guests see what belongs to channels they are in, and change nothing.",
            "People of other workspaces see nothing, in shared channels too.",
        ),
    ),
    Fact(
        key="other_times",
        title="Another day",
        headline="I know how the last backup went, and not how things were on another day.",
        more=("What was counted is what the last good backup holds.",),
        instead="The command `/backup history` lists past backups; `/backup diff` compares the last two.",
    ),
    Fact(
        key="not_shown",
        title="Another organisation",
        headline="I cannot show that here.",
        more=("I answer about organisations that may be shown where I am asked.",),
        instead="Type `/backup status`: it lists what I can show here.",
    ),
    Fact(
        key="one_record",
        title="A single record",
        headline="I answer about kinds of data, and cannot say here whether one record is in the copies.",
        instead="Type `/backup find` and its number or name; only you see what is found.",
    ),
    Fact(
        key="verification",
        title="How backups are checked",
        headline="Each backup keeps Xero's trial balance and compares it with the documents that were read.",
        more=(
            "The summary says how much of it they explain, and names every kind of data that was not read.",
            "Every stored piece is sealed, so that one changed byte is noticed when it is read.",
        ),
        instead="Whoever runs Ledgerkeep can read everything back with `ledgerkeep verify`.",
    ),
    Fact(
        key="no_ai",
        title="Artificial intelligence",
        headline="No language model is used: answers come from tables, and your data trains nothing.",
    ),
    Fact(
        key="deleted_records",
        title="Deleted records",
        headline="What is deleted or voided in Xero stays in the snapshots that were taken before.",
        more=(
            "The next backup counts it as voided, deleted or gone; older snapshots do not change.",
            "They stand for as long as snapshots are kept.",
        ),
    ),
    Fact(
        key="disconnecting",
        title="Disconnecting an organisation",
        headline="An organisation is disconnected with the button of the message that linked it.",
        more=("You then choose whether its copies are kept or deleted for good.",),
        instead="A workspace admin or a keeper does it; backups stop at once.",
    ),
    Fact(
        key="export",
        title="Getting the copies as files",
        headline="Workspace admins and keepers get the newest copies as a file with `/backup export`.",
        instead="Whoever runs Ledgerkeep can write out any snapshot with `ledgerkeep export`.",
    ),
)

UNCLEAR = (
    Unclear(words="receipt, till receipt", topics=("attachments", "expense_claims")),
    Unclear(words="template", topics=("invoice_templates", "email_templates", "repeating")),
    Unclear(words="expense", topics=("expense_claims", "billable_expenses", "project_expenses")),
    Unclear(words="rate", topics=("tax_rates", "currencies")),
    Unclear(words="statement", topics=("bank_statement_lines", "profit_and_loss")),
    Unclear(words="transaction", topics=("bank_transactions", "invoices", "manual_journals")),
    Unclear(words="document, paperwork", topics=("invoices", "attachments", "files")),
    Unclear(words="file", topics=("attachments", "files")),
    Unclear(words="balance", topics=("trial_balance", "conversion_balances")),
    Unclear(words="adjustment", topics=("manual_journals", "reconciliation")),
    Unclear(words="picture, photo, image", topics=("attachments", "invoice_templates")),
    # They sound like ours, and nothing here is known about them.
    Unclear(words="corporation tax, corporation tax rate, income tax, self assessment, tax bracket"),
    Unclear(words="bank balance, companies house, annual return, exchange rate today, credit score"),
    Unclear(words="quickbooks, sage, myob, freeagent, netsuite, business class, time off, stock market"),
    Unclear(words="dog photo, user manual, user guide, task force, job offer, app store, rule of thumb"),
)
