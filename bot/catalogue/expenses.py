"""Classic expense claims and their receipts; Xero switches them off in February 2027. Data."""

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
_GONE = "Feb 2027"
_NOTICE = Quirk(
    fact="The permission is missing from newer lists, and asking for an unknown one voids the whole consent.",
    source="apideck.com/blog/xero-scopes has it, copies of Xero's list of October 2026 do not",
)

EXPENSE_CLAIMS = Resource(
    key="expense_claims",
    title="Expense claims (classic)",
    area=Area.ACCOUNTING,
    reading=Reading.OPT_IN,
    ledger=LedgerEffect.POSTS,
    retired=_GONE,
    read=Read(
        path="ExpenseClaims",
        collection="ExpenseClaims",
        id_field="ExpenseClaimID",
        paging=Paging.WHOLE,
        scopes=scopes.CLASSIC_EXPENSES,
        modified_since=True,
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.EVIDENCE,
        comes_back="As a list to enter as bills to the person who claimed.",
    ),
    needs=("receipts", "users", "accounts"),
    children=("history",),
    quirks=(_NOTICE,),
    caveats=(
        Caveat(
            sentence=(
                "Classic expense claims are not backed up by default, and Xero switches them off in "
                "February 2027."
            ),
            reason=ReasonClass.SCOPE_NOT_GRANTED,
            instead="Export your claims from Xero before February 2027.",
            source="developer.xero.com/changelog",
            weight=33,
        ),
        Caveat(
            sentence="Expense claims are not created again.",
            reason=ReasonClass.NOT_RESTORABLE,
            instead="Enter open claims as bills to the person who claimed.",
            source="developer.xero.com/changelog",
            weight=34,
            ledger=LedgerEffect.POSTS,
        ),
    ),
)

RECEIPTS = Resource(
    key="receipts",
    title="Receipts of expense claims (classic)",
    area=Area.ACCOUNTING,
    reading=Reading.OPT_IN,
    ledger=LedgerEffect.PARTLY,
    retired=_GONE,
    read=Read(
        path="Receipts",
        collection="Receipts",
        id_field="ReceiptID",
        paging=Paging.WHOLE,
        scopes=scopes.CLASSIC_EXPENSES,
        modified_since=True,
        params=(("unitdp", "4"),),
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As a list beside the claims they belong to."),
    needs=("users", "contacts", "accounts", "tax_rates", "tracking_categories"),
    children=("attachments", "history"),
    quirks=(_NOTICE,),
    caveats=(
        Caveat(
            sentence=(
                "Receipts of classic expense claims are not backed up by default; Xero ends them in "
                "February 2027."
            ),
            reason=ReasonClass.SCOPE_NOT_GRANTED,
            instead="Export your receipts from Xero before February 2027.",
            source="developer.xero.com/changelog",
            weight=43,
        ),
    ),
)

LATER = (RECEIPTS, EXPENSE_CLAIMS)
