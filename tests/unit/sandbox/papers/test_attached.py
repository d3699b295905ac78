"""Files on records: which, under what names, and the same bytes whoever asks and however."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from bot.sandbox.xero.attached import INLINE, PARENTS, Made
from bot.sandbox.xero.demo.lively_papers import BIG, HARD_NAMES, LONG_NAME, TWINS
from bot.sandbox.xero.writing.attachments import FORBIDDEN
from tests.unit.sandbox.papers.conftest import READING
from tests.unit.sandbox.xero.conftest import Caller, Desk

NOBODY = "00000000-0000-4000-a000-000000000000"


def homes(reader: Caller) -> list[tuple[str, str]]:
    """Give the parent and id of every record with files."""
    org = reader.org
    found = [(name, key) for key in org.files for name in PARENTS if key in org.shelf(name).records]
    assert len(found) == len(org.files)
    return found


@pytest.mark.parametrize("parent", sorted(PARENTS))
def test_flag_when_listed_then_true_exactly_where_files_hang(reader: Caller, parent: str) -> None:
    org = reader.org
    rows = reader.rows(parent, page=1, pageSize=1000, includeArchived="true")
    shelf = org.shelf(parent)
    having = [key for key in org.files if key in shelf.records]
    assert having, "the lively organisation has files on every kind of parent"
    if parent == "Quotes":  # which do not tell
        assert not any("HasAttachments" in row for row in rows)
        return
    flagged = {key for key, record in shelf.records.items() if record.fields["HasAttachments"]}
    assert flagged == set(having)
    id_field = shelf.collection.id_field
    assert {row[id_field] for row in rows if row["HasAttachments"]} <= flagged
    assert not any("Attachments" in row for row in rows)


def test_lively_when_made_then_its_files_are_a_fair_trial(reader: Caller) -> None:
    files = reader.org.files
    names = [name for held in files.values() for name in held]
    assert 28 <= len(names) <= 35
    assert 18 <= len(files) <= 22
    assert max(map(len, files.values())) == 10
    assert len(LONG_NAME) == 200
    assert names.count("contract.pdf") == 3
    assert names.count(TWINS[0]) == 2
    assert set(HARD_NAMES) <= set(names)
    assert not any(set(name) & FORBIDDEN for name in names)
    ids = [file.shown["AttachmentID"] for held in files.values() for file in held.values()]
    assert len(set(ids)) == len(ids)
    contents = {
        hashlib.sha256(b"".join(file.pieces())).digest() for held in files.values() for file in held.values()
    }
    assert len(contents) == len(names)


def test_content_when_asked_by_id_or_name_then_as_announced(reader: Caller) -> None:
    for parent, record_id in homes(reader):
        path = f"{parent}/{record_id}/Attachments"
        for shown in reader.get(path).json()["Attachments"]:
            answer = reader.get(f"{path}/{shown['AttachmentID']}", accept="application/json")
            assert answer.status_code == 200
            assert len(answer.content) == shown["ContentLength"]
            assert answer.headers["Content-Type"] == shown["MimeType"]
            assert shown["Url"].endswith(f"{path}/{quote(shown['FileName'], safe='')}")
            if shown["FileName"].strip("."):  # dots alone are taken out of a path by any client
                by_name = reader.get(f"{path}/{quote(shown['FileName'], safe='')}", accept="*/*")
                assert by_name.content == answer.content


def test_content_when_big_then_streamed_and_not_packed(reader: Caller) -> None:
    (record_id,) = [key for key, held in reader.org.files.items() if "site photos.zip" in held]
    file = reader.org.files[record_id]["site photos.zip"]
    answer = reader.get(f"Invoices/{record_id}/Attachments/{file.shown['AttachmentID']}")
    assert answer.headers["Content-Length"] == str(BIG)
    assert "Content-Encoding" not in answer.headers
    assert isinstance(file.content, Made)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(b"".join(file.pieces())).digest()
    assert reader.desk.xero.calls[-1].bytes == BIG


@pytest.mark.parametrize("parent", sorted(PARENTS))
def test_record_when_asked_by_id_then_its_files_stand_in_it_where_xero_shows_them(
    reader: Caller, parent: str
) -> None:
    record_id = next(key for name, key in homes(reader) if name == parent)
    (row,) = reader.get(f"{parent}/{record_id}").json()[parent]
    listed = reader.get(f"{parent}/{record_id}/Attachments").json()["Attachments"]
    assert row.get("Attachments") == (listed if parent in INLINE else None)
    bare = next(key for key in reader.org.shelf(parent).records if key not in reader.org.files)
    assert "Attachments" not in reader.get(f"{parent}/{bare}").json()[parent][0]


def test_advance_when_its_bank_transaction_has_a_file_then_it_shows_it(reader: Caller) -> None:
    prepayments = reader.org.shelf("Prepayments")
    (advance,) = [one for one in prepayments if one.fields["HasAttachments"]]
    (row,) = reader.get(f"Prepayments/{advance.record_id}").json()["Prepayments"]
    assert [one["FileName"] for one in row["Attachments"]] == ["remittance.pdf"]
    assert reader.get(f"Prepayments/{advance.record_id}/Attachments").status_code == 404


def test_online_when_asked_for_then_told_of_sales_papers_only(reader: Caller) -> None:
    for parent, record_id in homes(reader):
        listed = reader.get(f"{parent}/{record_id}/Attachments").json()["Attachments"]
        assert all(("IncludeOnline" in one) == (parent in {"Invoices", "CreditNotes"}) for one in listed)
    ten = next(held for held in reader.org.files.values() if len(held) == 10)
    assert [name for name, file in ten.items() if file.shown["IncludeOnline"]] == [
        "page 1.pdf",
        "page 10.pdf",
    ]


def test_unknown_when_asked_for_then_404(reader: Caller) -> None:
    parent, record_id = homes(reader)[0]
    for path in (
        f"{parent}/{record_id}/Attachments/nothing.pdf",
        f"{parent}/{record_id}/Attachments/{NOBODY}",
        f"{parent}/{record_id}/Attachments/a/b",
        f"{parent}/{NOBODY}/Attachments",
        f"Items/{next(iter(reader.org.shelf('Items').records))}/Attachments",
        f"Payments/{next(iter(reader.org.shelf('Payments').records))}/Attachments",
    ):
        assert reader.get(path).status_code == 404, path


def test_scope_when_read_then_the_attachments_own_and_not_the_records(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    only = desk.link("nz", "offline_access accounting.attachments.read accounting.settings.read")
    invoice = next(iter(only.org.shelf("Invoices").records))
    only.org.attach("Invoices", invoice, "a.txt", b"a")
    assert only.get(f"Invoices/{invoice}/Attachments").status_code == 200
    assert only.get(f"Invoices/{invoice}/Attachments/a.txt").content == b"a"
    assert only.get(f"Invoices/{invoice}").status_code == 401


def test_scope_when_missing_then_401(desk: Desk) -> None:
    caller = desk.link()
    invoice = next(iter(caller.org.shelf("Invoices").records))
    caller.org.attach("Invoices", invoice, "a.txt", b"a")
    assert caller.get(f"Invoices/{invoice}/Attachments").status_code == 401
    assert caller.get(f"Invoices/{invoice}/Attachments/a.txt").status_code == 401


@pytest.fixture
def caller(open_desk: Callable[..., Desk]) -> Caller:
    """Somebody at a small organisation that may be changed."""
    return open_desk().link("nz", f"{READING} accounting.attachments.read")


def test_lever_when_attached_and_detached_then_flag_and_date_follow(caller: Caller) -> None:
    org = caller.org
    invoice = next(iter(org.shelf("Invoices")))
    before = invoice.updated_at
    first = org.attach("Invoices", invoice.record_id, "a.txt", b"a")
    flagged = invoice.updated_at
    assert flagged > before
    org.attach("Invoices", invoice.record_id, "b.txt", b"b", "text/x-odd; charset=utf-8", online=True)
    assert invoice.updated_at == flagged
    path = f"Invoices/{invoice.record_id}"
    (row,) = caller.get(path).json()["Invoices"]
    assert [(one["FileName"], one["MimeType"], one["IncludeOnline"]) for one in row["Attachments"]] == [
        ("a.txt", "text/plain", False),
        ("b.txt", "text/x-odd", True),
    ]
    org.detach("Invoices", invoice.record_id, "a.txt")
    assert caller.get(f"{path}/Attachments/{first}").status_code == 404
    flags = [invoice.fields["HasAttachments"]]
    org.detach("Invoices", invoice.record_id, "b.txt")
    assert [*flags, invoice.fields["HasAttachments"]] == [True, False]
    assert invoice.updated_at > flagged
    assert "Attachments" not in caller.get(path).json()["Invoices"][0]
    with pytest.raises(KeyError):
        org.detach("Invoices", invoice.record_id, "b.txt")
    with pytest.raises(ValueError, match="no attachments"):
        org.attach("Payments", next(iter(org.shelf("Payments").records)), "a.txt", b"a")


def test_lever_when_a_file_is_empty_then_nothing_comes(caller: Caller) -> None:
    org = caller.org
    contact = next(iter(org.shelf("Contacts").records))
    key = org.attach("Contacts", contact, "nothing.bin", b"", by="Ana Adviser")
    (shown,) = caller.get(f"Contacts/{contact}/Attachments").json()["Attachments"]
    assert shown["ContentLength"] == 0
    answer = caller.get(f"Contacts/{contact}/Attachments/{key}")
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "0")


def test_lever_when_a_file_is_huge_then_it_comes_whole_in_pieces(caller: Caller) -> None:
    org = caller.org
    account = org.account("200").record_id
    key = org.attach("Accounts", account, "huge.mov", 25_000_000, "video/quicktime")
    digest, size = hashlib.sha256(), 0
    headers = {"Authorization": f"Bearer {caller.tokens['access_token']}", "xero-tenant-id": org.tenant_id}
    url = f"{caller.desk.url}/api.xro/2.0/Accounts/{account}/Attachments/{key}"
    with caller.desk.http.stream("GET", url, headers=headers) as answer:
        for piece in answer.iter_bytes():
            digest.update(piece)
            size += len(piece)
    expected = hashlib.sha256()
    for piece in org.files[account]["huge.mov"].pieces():
        expected.update(piece)
    assert (size, digest.digest()) == (25_000_000, expected.digest())


@pytest.mark.parametrize("kind", ["cut", "answer_lost"])
def test_bad_day_when_a_streamed_file_breaks_off_then_the_caller_notices(caller: Caller, kind: str) -> None:
    account = caller.org.account("200").record_id
    caller.org.attach("Accounts", account, "big.bin", 2_000_000)
    caller.desk.xero.faults.add(kind, path="*/big.bin")
    path = f"Accounts/{account}/Attachments/big.bin"
    with pytest.raises(httpx.HTTPError):
        caller.get(path)
    assert len(caller.get(path).content) == 2_000_000


def test_upload_when_a_quote_gets_a_file_then_it_still_does_not_tell(pen: Any) -> None:
    quote_ = pen.put(
        "Quotes", {"Contact": pen.contact(), "Date": "2026-11-01", "LineItems": [{"Description": "x"}]}
    )
    path = f"Quotes/{quote_.one()['QuoteID']}"
    assert pen.call("PUT", f"{path}/Attachments/a.txt", b"a", IncludeOnline="true").status == 200
    (row,) = pen.get(path)["Quotes"]
    assert not {"HasAttachments", "Attachments"} & set(row)
    (shown,) = pen.get(f"{path}/Attachments")["Attachments"]
    assert "IncludeOnline" not in shown
