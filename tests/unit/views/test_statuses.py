"""Every status that Xero's specification names has words of its own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.views.statuses import WORDS, status

FOLDER = Path(__file__).parents[4] / "shared" / "xero-openapi"
FILES = {
    "xero_accounting.yaml": (
        "Account BankTransaction BankTransfer BatchPayment Contact CreditNote ExpenseClaim Invoice "
        "ManualJournal Overpayment Payment Prepayment PurchaseOrder QuoteStatusCodes Receipt "
        "RepeatingInvoice TaxRate TrackingCategory ContactGroup"
    ),
    "xero_assets.yaml": "AssetStatus",
    "xero-projects.yaml": "ProjectStatus",
}


@cache
def _schemas(file: str) -> dict[str, Any]:
    text = (FOLDER / file).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(text, Loader=loader)["components"]["schemas"]  # noqa: S506
    return found


@pytest.mark.skipif(not FOLDER.is_dir(), reason="Xero's OpenAPI files do not lie beside the project")
@pytest.mark.parametrize("file", FILES)
def test_status_when_xero_knows_it_then_it_has_words(file: str) -> None:
    named: set[str] = set()
    for schema in FILES[file].split():
        held = _schemas(file)[schema]
        fields = held.get("properties", {})
        for one in (held, fields.get("Status", {}), fields.get("ContactStatus", {})):
            named |= {value.upper() for value in one.get("enum", ())}
    assert named
    assert named <= set(WORDS), sorted(named - set(WORDS))


@pytest.mark.parametrize("word", WORDS)
def test_status_when_known_then_no_words_run_together(word: str) -> None:
    assert re.fullmatch(r"(GDPR|[A-Z][a-z]+)( [a-z]+)*", WORDS[word])


@pytest.mark.parametrize(
    ("resource", "word", "told"),
    [
        ("invoices", "AUTHORISED", "Awaiting payment"),
        ("purchase_orders", "AUTHORISED", "Approved"),
        ("bank_transactions", "AUTHORISED", ""),
        ("bank_transactions", "VOIDED", "Voided"),
        ("assets", "Disposed", "Disposed"),
        ("items", "SOMETHING_NEW", "Something new"),
    ],
)
def test_status_when_shown_then_in_the_words_of_xeros_screens(resource: str, word: str, told: str) -> None:
    assert status(resource, word) == told
