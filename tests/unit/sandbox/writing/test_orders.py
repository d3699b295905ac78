"""Purchase orders, quotes, templates, billable expenses; notes, files and the mail that is never sent."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.xero.writing import messages

NOBODY = "00000000-0000-0000-0000-000000000000"
LINE = {"Description": "Rope", "Quantity": 1, "UnitAmount": 100, "AccountCode": "429", "TaxType": "INPUT2"}
WHO = {"Contact": {"Name": "Ægir"}, "Date": "2026-10-01", "LineItems": [LINE]}
SCHEDULE = {"Period": 1, "Unit": "MONTHLY", "DueDate": 10, "DueDateType": "OFFOLLOWINGMONTH"} | {
    "StartDate": "2030-01-01"
}


def test_order_when_created_then_numbered_and_not_in_the_books(pen: Any) -> None:
    row = pen.put("PurchaseOrders", {"PurchaseOrders": [WHO | {"Status": "BILLED"}]}).one()
    assert (row["PurchaseOrderNumber"], row["Status"], row["Total"]) == ("PO-0001", "BILLED", 120)
    assert (row["DeliveryAddress"], "DeliveryDate" in row, pen.standing("800")) == ("", False, 0)


def test_order_when_numbered_twice_then_the_published_sentence(pen: Any) -> None:
    pen.put("PurchaseOrders", WHO | {"PurchaseOrderNumber": "P"})
    assert pen.put("PurchaseOrders", WHO | {"PurchaseOrderNumber": "P"}).errors == [
        "Order number must be unique"
    ]
    assert (
        pen.post("PurchaseOrders", WHO | {"PurchaseOrderNumber": "P", "Reference": "r"}).one()["Reference"]
        == "r"
    )
    assert len(pen.rows("PurchaseOrders")) == 1


def test_order_when_a_draft_is_said_to_be_sent_then_warned(pen: Any) -> None:
    row = pen.put("PurchaseOrders", WHO | {"SentToContact": True}).one()
    assert row["Warnings"] == [
        {"Message": "Only AUTHORISED and BILLED purchase orders may have SentToContact updated."}
    ]
    assert row["SentToContact"] is False
    good = pen.put("PurchaseOrders", WHO | {"SentToContact": True, "Status": "AUTHORISED"}).one()
    assert (good["SentToContact"], "Warnings" in good) == (True, False)


@pytest.mark.parametrize(
    ("first", "then", "good"),
    [
        ("DRAFT", "AUTHORISED", True),
        ("AUTHORISED", "BILLED", True),
        ("AUTHORISED", "DRAFT", False),
        ("BILLED", "DELETED", True),
        ("DRAFT", "PAID", False),
    ],
)
def test_order_when_its_status_is_changed_then_only_along_the_ladder(
    pen: Any, first: str, then: str, good: bool
) -> None:
    order = pen.put("PurchaseOrders", WHO | {"Status": first}).one()["PurchaseOrderID"]
    answer = pen.post(f"PurchaseOrders/{order}", {"Status": then})
    assert (answer.one()["Status"] == then) if good else ("cannot be changed" in answer.unpublished)


def test_quote_when_created_then_capitals_and_up_the_ladder(pen: Any) -> None:
    wanted = WHO | {
        "LineAmountTypes": "INCLUSIVE",
        "LineItems": [LINE | {"AccountCode": None, "TaxType": None}],
    }
    row = pen.put("Quotes", {"Quotes": [wanted]}).one()
    assert (row["QuoteNumber"], row["LineAmountTypes"], row["Total"]) == ("QU-0001", "INCLUSIVE", 100)
    assert (row["Title"], row["Terms"], "ExpiryDate" in row) == ("", "", False)
    path = f"Quotes/{row['QuoteID']}"
    for status in ("SENT", "ACCEPTED", "INVOICED"):
        assert pen.post(path, {"Status": status}).one()["Status"] == status
    assert "cannot be changed" in pen.post(path, {"Status": "DECLINED"}).unpublished


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"LineAmountTypes": "Inclusive"}, "LineAmountTypes Inclusive"),
        ({"Status": "SENT"}, "must be DRAFT"),
        ({"Date": None}, "Date"),
        ({"ExpiryDate": "2026-09-30"}, "ExpiryDate"),
        ({"Title": "x" * 101}, "Title"),
        ({"QuoteNumber": "Q"}, "QuoteNumber"),
    ],
)
def test_quote_when_a_rule_is_broken_then_refused(pen: Any, wrong: dict[str, Any], why: str) -> None:
    pen.put("Quotes", WHO | {"QuoteNumber": "Q"}).one()
    assert why in pen.put("Quotes", WHO | wrong).unpublished


def test_template_when_a_draft_then_kept_and_sends_nothing(pen: Any) -> None:
    wanted = WHO | {"Type": "ACCPAY", "Schedule": SCHEDULE}
    row = pen.put("RepeatingInvoices", {"RepeatingInvoices": [wanted]}).one()
    assert (row["Status"], row["ApprovedForSending"], row["Schedule"]["Unit"]) == ("DRAFT", False, "MONTHLY")
    gone = pen.post(f"RepeatingInvoices/{row['RepeatingInvoiceID']}", {"Status": "DELETED"})
    assert gone.one()["Status"] == "DELETED"
    assert "only be DELETED" in pen.post(f"RepeatingInvoices/{row['RepeatingInvoiceID']}", {}).unpublished


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"Schedule": SCHEDULE | {"Unit": "DAILY"}}, "Unit"),
        ({"Schedule": SCHEDULE | {"Period": 0}}, "Period"),
        ({"Schedule": SCHEDULE | {"DueDateType": "NOW"}}, "DueDateType"),
        ({"Schedule": SCHEDULE | {"EndDate": "2029-01-01"}}, "ends before"),
        ({"Status": "PAID"}, "PAID"),
        ({"ApprovedForSending": True}, "draft"),
    ],
)
def test_template_when_a_rule_is_broken_then_refused(pen: Any, wrong: dict[str, Any], why: str) -> None:
    good = WHO | {"Type": "ACCPAY", "Schedule": SCHEDULE}
    assert why in pen.put("RepeatingInvoices", good | wrong).unpublished


def test_link_when_source_line_and_target_match_then_status_follows(pen: Any) -> None:
    bill = pen.put("Invoices", WHO | {"Type": "ACCPAY"}).one()
    sale = {"Type": "ACCREC", "LineItems": [LINE | {"AccountCode": "200", "TaxType": "OUTPUT2"}]}
    invoice = pen.put("Invoices", WHO | sale | {"Status": "AUTHORISED", "DueDate": "2026-11-01"}).one()
    source = {
        "SourceTransactionID": bill["InvoiceID"],
        "SourceLineItemID": bill["LineItems"][0]["LineItemID"],
    }
    row = pen.put("LinkedTransactions", {"LinkedTransactions": [source]}).one()
    assert (row["Status"], row["SourceTransactionTypeCode"]) == ("DRAFT", "ACCPAY")
    path = f"LinkedTransactions/{row['LinkedTransactionID']}"
    target = {"TargetTransactionID": invoice["InvoiceID"], "ContactID": pen.contact("Other")["ContactID"]}
    assert pen.post(path, target).errors == [messages.LINK_TARGET]
    target["ContactID"] = invoice["Contact"]["ContactID"]
    assert pen.post(path, target).one()["Status"] == "BILLED"
    wrong = source | {"SourceLineItemID": NOBODY}
    assert pen.put("LinkedTransactions", wrong).errors == [
        "The SourceLineItemID and SourceTransactionID do not match"
    ]
    assert pen.call("DELETE", path).status == 204
    assert pen.rows("LinkedTransactions") == []


def test_note_when_added_then_read_back_newest_first(pen: Any) -> None:
    contact = pen.contact()["ContactID"]
    path = f"Contacts/{contact}/History"
    for text in ("first", "second"):
        pen.put(path, {"HistoryRecords": [{"Details": text}]}).one()
    notes = pen.get(path)["HistoryRecords"]
    assert [(one["Changes"], one["Details"]) for one in notes] == [
        ("Note", "second"),
        ("Note", "first"),
        ("Created", "Received through the Xero API from Ledgerkeep"),
    ]
    assert {one["User"] for one in notes} == {"System Generated"}
    assert "2500" in pen.put(path, {"Details": "x" * 2501}).unpublished
    assert pen.put(f"Payments/{NOBODY}/History", {"Details": "x"}).errors == [
        "The document with the supplied id was not found for this endpoint."
    ]
    account = pen.org.account("200").record_id
    assert pen.put(f"Accounts/{account}/History", {"Details": "x"}).status == 404


def test_attachment_when_put_then_the_same_bytes_come_back(pen: Any) -> None:
    contact = pen.contact()["ContactID"]
    path = f"Contacts/{contact}/Attachments"
    content = bytes(range(256)) * 20_000
    row = pen.call("PUT", f"{path}/Größe 1.pdf", content, {"Content-Type": "application/pdf"}).one()
    assert (row["FileName"], row["MimeType"], row["ContentLength"]) == (
        "Größe 1.pdf",
        "application/pdf",
        5_120_000,
    )
    assert pen.read("Contacts", contact)["HasAttachments"] is True
    assert [one["FileName"] for one in pen.get(path)["Attachments"]] == ["Größe 1.pdf"]
    for wanted in ("Größe 1.pdf", row["AttachmentID"]):
        got = pen.call("GET", f"{path}/{wanted}")
        assert (got.raw, got.headers["Content-Type"]) == (content, "application/pdf")
    assert pen.call("GET", f"{path}/other.pdf").status == 404


def test_attachment_when_a_rule_is_broken_then_refused(open_pen: Any) -> None:
    pen = open_pen()
    contact = pen.contact()["ContactID"]
    path = f"Contacts/{contact}/Attachments"
    assert "not allowed" in pen.call("PUT", f"{path}/a:b.pdf", b"x").unpublished
    assert "empty" in pen.call("PUT", f"{path}/a.pdf", b"").unpublished
    for number in range(10):
        assert pen.call("PUT", f"{path}/{number}.pdf", b"x").status == 200
    assert "at most 10" in pen.call("PUT", f"{path}/11.pdf", b"x").unpublished
    assert pen.call("POST", f"{path}/1.pdf", b"other").status == 200
    assert pen.call("PUT", f"{path}/1.pdf", b"x" * 25_000_001).status == 413
    assert pen.call("PUT", f"Items/{NOBODY}/Attachments/a.pdf", b"x").status == 404
    poor = open_pen(scopes="offline_access accounting.contacts")
    assert poor.call("PUT", f"{path}/a.pdf", b"x").status == 401


def test_mail_when_asked_for_then_only_written_down(pen: Any) -> None:
    sale = {"Type": "ACCREC", "LineItems": [LINE | {"AccountCode": "200", "TaxType": "OUTPUT2"}]}
    good = WHO | sale | {"Contact": {"Name": "Æ", "EmailAddress": "a@example.com"}, "DueDate": "2026-11-01"}
    draft = pen.put("Invoices", good).one()["InvoiceID"]
    assert "approved" in pen.post(f"Invoices/{draft}/Email", {}).unpublished
    sent = pen.put("Invoices", good | {"Status": "AUTHORISED"}).one()["InvoiceID"]
    assert pen.org.mailed == []
    assert pen.post(f"Invoices/{sent}/Email", {}).status == 204
    assert pen.org.mailed == [sent]
    assert pen.read("Invoices", sent)["SentToContact"] is True
