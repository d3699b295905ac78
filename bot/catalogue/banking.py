"""Money in and out: bank transactions, transfers, payments, pre- and overpayments. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    LedgerEffect,
    Paging,
    Quirk,
    Read,
    Reading,
    ReasonClass,
    Resource,
    Restore,
    RestoreRule,
)

_SPEC = "Xero OpenAPI 16.1.0"
_PAYMENTS = "accounting.payments"
_BANK = "accounting.banktransactions"

BANK_TRANSACTIONS = Resource(
    key="bank_transactions",
    title="Spend and receive money",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="BankTransactions",
        collection="BankTransactions",
        id_field="BankTransactionID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.BANK_TRANSACTIONS,
        modified_since=True,
        order="BankTransactionID ASC",
        params=(("unitdp", "4"),),
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created with lines, tax and the reconciled mark; transfers come back as transfers.",
        write_scope=_BANK,
    ),
    needs=("contacts", "accounts", "tax_rates", "items", "tracking_categories", "currencies"),
    children=("attachments", "history"),
    quirks=(
        Quirk(fact="The two halves of a transfer are listed here too and can only be read.", source=_SPEC),
        Quirk(
            fact=(
                "A question that touches more than 100,000 records in an unsupported order is refused with "
                "400."
            ),
            source="developer.xero.com/documentation/api/accounting/banktransactions",
        ),
    ),
    caveats=(
        Caveat(
            sentence=(
                "Reconciled transactions come back marked as reconciled, but with no bank statement line "
                "behind them."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead=(
                "Start the bank feed after the restore date, so that old lines do not arrive a second time."
            ),
            source="developer.xero.com as third parties copied it",
            weight=18,
        ),
        Caveat(
            sentence="A spend or receive in a foreign bank account may come back at another exchange rate.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead=(
                "The comparison after the restore shows each difference; correct it with a journal if it "
                "matters."
            ),
            source="developer.xero.com/documentation/api/accounting/banktransactions",
            weight=28,
            ledger=LedgerEffect.PARTLY,
        ),
    ),
)

BANK_TRANSFERS = Resource(
    key="bank_transfers",
    title="Transfers between bank accounts",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="BankTransfers",
        collection="BankTransfers",
        id_field="BankTransferID",
        paging=Paging.WHOLE,
        scopes=scopes.BANK_TRANSACTIONS,
        modified_since=True,
        params=(("includeDeleted", "true"),),
        status_field="Status",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created with date, amount and reconciled marks.",
        write_scope=_BANK,
    ),
    needs=("accounts", "currencies", "tracking_categories"),
    children=("attachments", "history"),
    quirks=(
        Quirk(fact="There is no UpdatedDateUTC, only CreatedDateUTC.", source=_SPEC),
        Quirk(fact="Deleted transfers are listed only with includeDeleted=true.", source=_SPEC),
    ),
    caveats=(
        Caveat(
            sentence="A transfer between two currencies comes back at a rate that Xero chooses.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The plan lists these transfers; check their bank balances after the restore.",
            source=_SPEC,
            weight=26,
            ledger=LedgerEffect.PARTLY,
        ),
    ),
)

BATCH_PAYMENTS = Resource(
    key="batch_payments",
    title="Batch payments",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.PARTLY,
    read=Read(
        path="BatchPayments",
        collection="BatchPayments",
        id_field="BatchPaymentID",
        paging=Paging.WHOLE,
        scopes=scopes.PAYMENTS,
        modified_since=True,
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created as a batch, or as single payments where the reconciled mark matters more.",
        write_scope=_PAYMENTS,
    ),
    needs=("invoices", "credit_notes", "accounts"),
    children=("history",),
    caveats=(
        Caveat(
            sentence="A batch payment cannot be marked as reconciled.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead=(
                "Choose in the plan: keep the batch, or bring its payments back one by one as reconciled."
            ),
            source=_SPEC,
            weight=32,
        ),
    ),
)

PAYMENTS = Resource(
    key="payments",
    title="Payments",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="Payments",
        collection="Payments",
        id_field="PaymentID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.PAYMENTS,
        modified_since=True,
        order="PaymentID ASC",
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created with date, rate, reference and the reconciled mark.",
        write_scope=_PAYMENTS,
    ),
    needs=("invoices", "credit_notes", "prepayments", "overpayments", "batch_payments", "accounts"),
    children=("history",),
    quirks=(
        Quirk(
            fact="A payment that belongs to a batch is listed here too, with its BatchPaymentID.",
            source=_SPEC,
        ),
    ),
)

PREPAYMENTS = Resource(
    key="prepayments",
    title="Prepayments",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="Prepayments",
        collection="Prepayments",
        id_field="PrepaymentID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.PAYMENTS,
        modified_since=True,
        order="PrepaymentID ASC",
        params=(("unitdp", "4"),),
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.ALLOCATE,
        comes_back="Created as money spent or received in advance, then set against the same invoices.",
        write_scope=_BANK,
    ),
    needs=("bank_transactions", "invoices"),
    children=("history",),
    quirks=(
        Quirk(
            fact="Made through bank transactions; the API can neither change nor delete one afterwards.",
            source="developer.xero.com/documentation/api/accounting/prepayments",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Once restored, a prepayment can only be undone by a person in Xero.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Nothing to do; a stopped restore lists the ones it has already made.",
            source="developer.xero.com/documentation/api/accounting/prepayments",
            weight=62,
        ),
    ),
)

OVERPAYMENTS = Resource(
    key="overpayments",
    title="Overpayments",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="Overpayments",
        collection="Overpayments",
        id_field="OverpaymentID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.PAYMENTS,
        modified_since=True,
        order="OverpaymentID ASC",
        params=(("unitdp", "4"),),
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.ALLOCATE,
        comes_back="Created as money spent or received in excess, then set against the same invoices.",
        write_scope=_BANK,
    ),
    needs=("bank_transactions", "invoices"),
    children=("history",),
    quirks=(
        Quirk(
            fact=(
                "Made through bank transactions with one line; cannot be changed or deleted afterwards by "
                "the API."
            ),
            source="developer.xero.com/documentation/api/accounting/overpayments",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Once restored, an overpayment can only be undone by a person in Xero.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Nothing to do; a stopped restore lists the ones it has already made.",
            source="developer.xero.com/documentation/api/accounting/overpayments",
            weight=63,
        ),
    ),
)

FIRST = (BANK_TRANSACTIONS, BANK_TRANSFERS, PREPAYMENTS, OVERPAYMENTS, BATCH_PAYMENTS, PAYMENTS)
