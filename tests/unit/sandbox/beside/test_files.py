"""The file library: pages, orders, contents, what a file belongs to, and the levers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from bot.sandbox.xero.beside import Link, link_to

NOWHERE = str(uuid4())


def _fill(reader: Any, count: int) -> list[str]:
    return [reader.beside.files.add_file(f"{number}.txt", b"x" * number) for number in range(count)]


def test_library_when_the_organisation_is_new_then_it_has_an_inbox_and_nothing_else(reader: Any) -> None:
    (inbox,) = reader.get("files", "Folders").rows
    assert inbox == reader.get("files", "Inbox").body == reader.get("files", f"Folders/{inbox['Id']}").body
    assert list(inbox) == ["Name", "FileCount", "Email", "IsInbox", "Id"]
    assert (inbox["Name"], inbox["FileCount"], inbox["IsInbox"]) == ("Inbox", 0, True)
    assert reader.get("files", "Files").body == {"TotalCount": 0, "Page": 1, "PerPage": 50, "Items": []}


def test_files_when_read_page_by_page_then_each_comes_once_and_past_the_end_none(reader: Any) -> None:
    ids = _fill(reader, 7)
    pages = [
        reader.get("files", "Files", pagesize=3, page=page, sort="CreatedDateUTC", direction="ASC").body
        for page in (1, 2, 3, 4)
    ]
    assert [one["Id"] for page in pages for one in page["Items"]] == ids
    assert [(page["TotalCount"], page["Page"], page["PerPage"]) for page in pages] == [
        (7, number, 3) for number in (1, 2, 3, 4)
    ]


def test_files_when_more_than_a_hundred_a_page_are_asked_for_then_a_hundred_come(reader: Any) -> None:
    _fill(reader, 103)
    body = reader.get("files", "Files", pagesize=500).body
    assert (body["PerPage"], len(body["Items"]), body["TotalCount"]) == (100, 100, 103)
    # Only the name in lower case counts.
    assert reader.get("files", "Files", pageSize=100).body["PerPage"] == 50


def test_files_when_no_order_is_asked_for_then_newest_first(reader: Any) -> None:
    ids = _fill(reader, 3)
    assert [one["Id"] for one in reader.get("files", "Files").rows] == ids[::-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "Name", "direction": "ASC"}, ["a", "B", "c"]),
        ({"sort": "Name", "direction": "DESC"}, ["c", "B", "a"]),
        ({"sort": "Size", "direction": "ASC"}, ["c", "a", "B"]),
        ({"sort": "createddateutc", "direction": "desc"}, ["B", "c", "a"]),
        ({"sort": "Size"}, ["c", "a", "B"]),
    ],
)
def test_files_when_an_order_is_asked_for_then_kept(
    reader: Any, query: dict[str, str], expected: list[str]
) -> None:
    for name, size in (("a", 2), ("c", 1), ("B", 3)):
        reader.beside.files.add_file(name, b"x" * size)
    assert [one["Name"] for one in reader.get("files", "Files", **query).rows] == expected


@pytest.mark.parametrize(
    "query",
    [{"pagesize": 0}, {"pagesize": "many"}, {"page": 0}, {"page": -1}, {"sort": "Id"}, {"direction": "UP"}],
)
def test_files_when_the_question_cannot_be_read_then_400_with_a_list_of_problems(
    reader: Any, query: dict[str, Any]
) -> None:
    answer = reader.get("files", "Files", **query)
    assert (answer.status, [one["type"] for one in answer.body]) == (400, ["Validation"])


def test_file_when_asked_for_by_id_then_as_in_the_list_and_its_content_with_its_kind(reader: Any) -> None:
    file_id = reader.beside.files.add_file("Quittung ✓.pdf", b"%PDF-1.4 \x00\xff")
    (listed,) = reader.get("files", "Files").rows
    assert reader.get("files", f"Files/{file_id.upper()}").body == listed
    assert list(listed) == [
        "Name", "MimeType", "Size", "CreatedDateUtc", "UpdatedDateUtc", "User", "FolderId", "Id",
    ]  # fmt: skip
    assert len(listed["CreatedDateUtc"]) == len("2021-02-10T16:02:54.9930000")
    content = reader.get("files", f"Files/{file_id}/Content")
    assert (content.raw, content.headers["Content-Type"]) == (b"%PDF-1.4 \x00\xff", "application/pdf")


@pytest.mark.parametrize("path", ["Files/{id}", "Files/{id}/Content", "Files/{id}/Associations"])
def test_file_when_unknown_or_vanished_then_404(reader: Any, path: str) -> None:
    file_id = reader.beside.files.add_file("a.txt", b"a")
    assert reader.get("files", path.format(id=file_id)).status == 200
    reader.beside.files.vanish(file_id)
    for unknown in (file_id, NOWHERE, "no-guid"):
        assert reader.get("files", path.format(id=unknown)).status == 404


def test_content_when_empty_or_made_late_then_exactly_that_long(reader: Any) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"y" * 5000)
        return made[0]

    empty = reader.beside.files.add_file("empty", b"")
    late = reader.beside.files.add_file("late.bin", make, size=5000)
    assert (reader.get("files", "Files").rows[0]["Size"], made) == (5000, [])
    assert reader.get("files", f"Files/{late}/Content").raw == b"y" * 5000
    answer = reader.get("files", f"Files/{empty}/Content")
    assert (answer.status, answer.raw) == (200, b"")
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_associations_when_asked_by_file_and_by_record_then_the_latter_tells_more(reader: Any) -> None:
    record, other = str(uuid4()), str(uuid4())
    links = [
        Link(object_id=record, group="Invoice", kind="AccRec", send_with=True),
        Link(object_id=other, group="Contact", kind="Business"),
    ]
    file_id = reader.beside.files.add_file("two.txt", b"12", associations=links)
    single = reader.beside.files.add_file("one.txt", b"1", associations=links[:1])
    short = reader.get("files", f"Files/{file_id}/Associations").body
    assert short == [
        {"FileId": file_id, "ObjectId": one.object_id, "ObjectType": one.kind, "ObjectGroup": one.group}
        for one in links
    ]
    full = reader.get("files", f"Associations/{record}", sort="Name", direction="DESC").body
    assert [one["FileId"] for one in full] == [file_id, single]
    assert full[0] | short[0] == full[0]
    assert (full[0]["SendWithObject"], full[0]["Name"], full[0]["Size"]) == (True, "two.txt", 2)
    paged = reader.get("files", f"Associations/{record}", pagesize=1, page=2).body
    assert [one["FileId"] for one in paged] == [file_id]
    assert reader.get("files", f"Associations/{NOWHERE}").body == []


def test_associations_when_counted_then_per_record_also_those_with_none(reader: Any) -> None:
    link = Link(object_id=str(uuid4()), group="Quote", kind="SalesQuote")
    reader.beside.files.add_file("a.txt", b"a", associations=[link])
    reader.beside.files.add_file("b.txt", b"b", associations=[link])
    answer = reader.get("files", "Associations/Count", ObjectIds=f"{link.object_id},{NOWHERE}")
    assert answer.body == {link.object_id: 2, NOWHERE: 0}
    assert reader.get("files", "Associations/Count").status == 400
    assert reader.get("files", "Associations/Count", ObjectIds="nonsense").status == 400


def test_link_when_made_for_a_record_then_with_xeros_words_for_it(lively: Any) -> None:
    org, words = lively.org, set()
    for collection in ("Invoices", "CreditNotes", "BankTransactions", "Overpayments", "Payments"):
        for record_id in org.shelf(collection).records:
            link = link_to(org, collection, record_id)
            words.add((link.group, link.kind))
    assert words >= {
        ("Invoice", "AccRec"),
        ("Invoice", "Accpay"),
        ("BankTransaction", "CashPaid"),
        ("BankTransaction", "CashRec"),
        ("Payment", "AccRecPayment"),
        ("Payment", "AccPayPayment"),
    }
    with pytest.raises(KeyError):
        link_to(org, "Budgets", next(iter(org.shelf("Budgets").records)))


def test_folders_when_filled_then_counted_and_gone_with_their_files(reader: Any) -> None:
    library = reader.beside.files
    folder = library.add_folder("Ærø")
    moved = library.add_file("m.txt", b"m")
    library.add_file("f.txt", b"f", "Ærø")
    before = reader.get("files", f"Files/{moved}").body
    library.change(moved, folder=folder, name="renamed.txt")
    after = reader.get("files", f"Files/{moved}").body
    assert (after["Name"], after["FolderId"]) == ("renamed.txt", folder)
    assert datetime.fromisoformat(after["UpdatedDateUtc"]) > datetime.fromisoformat(before["UpdatedDateUtc"])
    assert after["CreatedDateUtc"] == before["CreatedDateUtc"]
    shown = reader.get("files", f"Folders/{folder}").body
    assert shown == {"Name": "Ærø", "FileCount": 2, "IsInbox": False, "Id": folder}
    assert [one["Name"] for one in reader.get("files", "Folders", sort="Name DESC").rows] == ["Ærø", "Inbox"]
    library.vanish(folder)
    assert reader.get("files", f"Folders/{folder}").status == 404
    assert reader.get("files", "Files").rows == []


def test_levers_when_they_ask_for_what_xero_would_not_take_then_refused(reader: Any) -> None:
    library = reader.beside.files
    for name in ("", "a/b.txt", "a\\b", "a?b"):
        with pytest.raises(ValueError, match="bad characters"):
            library.add_file(name, b"")
        with pytest.raises(ValueError, match="bad characters"):
            library.add_folder(name)
    with pytest.raises(KeyError):
        library.add_file("a", b"", "no such folder")
    with pytest.raises(ValueError, match="inbox"):
        library.vanish(library.inbox.folder_id)
    with pytest.raises(KeyError):
        library.vanish(NOWHERE)
    with pytest.raises(ValueError, match="size"):
        library.add_file("a", bytes)


def test_association_when_taken_back_then_gone_from_both_sides(reader: Any) -> None:
    library, link = reader.beside.files, Link(object_id=NOWHERE, group="Item", kind="PriceListItem")
    file_id = library.add_file("a.txt", b"a")
    library.associate(file_id, link)
    assert len(reader.get("files", f"Associations/{NOWHERE}").body) == 1
    library.dissociate(file_id, NOWHERE)
    assert reader.get("files", f"Associations/{NOWHERE}").body == []
    assert reader.get("files", f"Files/{file_id}/Associations").body == []
