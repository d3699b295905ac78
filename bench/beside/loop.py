"""The loop that people write: xero-python's AccountingApi, page after page, its models dumped as JSON.

It runs in an environment of its own (`bench.peer`) and imports nothing of the project. It is written to look
well: pages go to the file one by one instead of piling up in memory, and nothing is asked twice.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from child import run
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient, Configuration, serialize
from xero_python.api_client.oauth2 import OAuth2Token

PAGED = ("contacts", "invoices", "credit_notes", "bank_transactions", "payments", "prepayments")
PAGED += ("overpayments", "manual_journals", "purchase_orders")
HUNDREDS = ("quotes", "linked_transactions")
WHOLE = ("organisations", "accounts", "tax_rates", "currencies", "tracking_categories", "branding_themes")
WHOLE += ("users", "contact_groups", "items", "batch_payments", "bank_transfers", "repeating_invoices")


def back_up(order: dict[str, Any]) -> dict[str, Any]:
    """Read every collection and write it to a file; gives calls, records and bytes."""
    api, folder = connect(order), Path(order["folder"])
    calls = records = 0
    for name in PAGED + HUNDREDS + WHOLE:
        with (folder / f"{name}.jsonl").open("w") as file:
            for models in pages(api, name, order):
                calls += 1
                records += len(models)
                for model in models:
                    file.write(json.dumps(serialize(model)) + "\n")
    written = sum(one.stat().st_size for one in folder.iterdir())
    return {"calls": calls, "records": records, "stored": written}


def pages(api: AccountingApi, name: str, order: dict[str, Any]) -> Iterator[list[Any]]:
    """Ask for the pages of a collection until one is not full."""
    get, tenant = getattr(api, f"get_{name}"), order["tenant_id"]
    if name in WHOLE:
        yield getattr(get(tenant), name)
        return
    size = order["page_size"] if name in PAGED else 100
    more = {"page_size": size} if name in PAGED and size != 100 else {}
    number = 1
    while True:
        models = getattr(get(tenant, page=number, **more), name)
        yield models
        if len(models) < size:
            return
        number += 1


def connect(order: dict[str, Any]) -> AccountingApi:
    """Make the API object of xero-python with the token given."""
    stored = {"access_token": order["token"], "token_type": "Bearer", "expires_in": 1800}
    stored |= {"expires_at": time.time() + 1800, "refresh_token": "", "scope": [], "id_token": ""}
    client = ApiClient(
        Configuration(oauth2_token=OAuth2Token(client_id="", client_secret="")),
        oauth2_token_getter=lambda: stored,
        oauth2_token_saver=lambda _: None,
    )
    return AccountingApi(client, base_url=f"{order['api_url']}/api.xro/2.0")


if __name__ == "__main__":
    run(back_up)
