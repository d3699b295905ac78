"""Files come out as they went in, below their records, listed under their true names."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import LedgerkeepError
from bot.services.looking.export_blobs import bytes_of_files
from bot.services.looking.export_forms import BOOKS, FORMS, LINES
from bot.services.looking.export_place import below
from bot.services.looking.export_zip import write_zip
from tests.unit.services.kept import NOW, OWNER, empty_books, exported, keep

INVOICE, BILL = "6e1c0000-0000-0000-0000-000000000001", "6e1c0000-0000-0000-0000-000000000002"


def raw(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def listed(name: str, mime: str = "application/pdf") -> bytes:
    return raw(FileName=name, MimeType=mime, ContentLength=3, Url="https://api.xero.com/elsewhere")


def index_of(folder: Path, root: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / root / "index.jsonl").read_bytes().splitlines()]


def found_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_attachments_when_exported_then_lie_below_their_record_and_are_listed_with_true_names(
    tmp_path: Path,
) -> None:
    same = {f"invoices/{INVOICE}/{number:02d}": b"%d" % number for number in range(10)}
    names = {key: listed("../Scan.pdf" if place % 2 else "..\\scan.PDF") for place, key in enumerate(same)}
    lonely, missing = f"invoices/{BILL}/99", f"invoices/{BILL}/98"
    books = empty_books(tmp_path)
    info = keep(
        books,
        {"attachments": {**names, missing: listed("not read yet.pdf")}},
        {"attachment_contents": {**same, lonely: b"nobody lists me"}},
    )
    written = exported(books, info, tmp_path / "out")
    lines = index_of(tmp_path / "out", "attachments")
    assert [line["id"] for line in lines] == [*(f"{number:02d}" for number in range(10)), "98", "99"]
    for line, content in zip(lines, same.values(), strict=False):
        file = tmp_path / "out" / line["path"]
        assert file.parent == tmp_path / "out" / "attachments" / "invoices" / INVOICE
        assert file.read_bytes() == content
        assert (line["bytes"], line["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert (line["resource"], line["parent"], line["mime_type"]) == (
            "invoices",
            INVOICE,
            "application/pdf",
        )
    assert {line["name"] for line in lines[:10]} == {"../Scan.pdf", "..\\scan.PDF"}
    assert len({line["path"].casefold() for line in lines[:10]}) == 10
    assert (lines[10]["path"], lines[10]["name"], lines[10]["sha256"]) == (None, "not read yet.pdf", None)
    assert (lines[11]["path"], lines[11]["name"]) == (f"attachments/invoices/{BILL}/99", "99")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    (about,) = [one for one in manifest["resources"] if one["resource"] == "attachment_contents"]
    assert (about["file"], about["count"]) == ("attachments/index.jsonl", 11)
    assert "attachment_contents.jsonl" not in found_in(tmp_path / "out")
    assert "attachments.jsonl" in found_in(tmp_path / "out")
    assert {one["file"]: one["records"] for one in written.files}["attachments/index.jsonl"] == 11


def test_library_when_exported_then_files_lie_in_folders_named_as_in_xero(tmp_path: Path) -> None:
    books = empty_books(tmp_path)
    info = keep(
        books,
        {
            "folders": {"f1": raw(Id="f1", Name="Inbox"), "f2": raw(Id="f2", Name="../index.jsonl")},
            "files": {
                "a": raw(Id="a", Name="Lease.pdf", FolderId="f1", MimeType="application/pdf"),
                "b": raw(Id="b", Name="CON", FolderId="f2"),
                "c": raw(Id="c", Name="lost.txt", FolderId="f3"),
                "d": raw(Id="d", Name="loose.txt"),
            },
            "associations": {"a/i": raw(FileId="a", ObjectId="i")},
        },
        {"file_contents": {"a": b"A", "b": b"B", "c": b"C", "d": b"D"}},
    )
    exported(books, info, tmp_path / "out")
    assert {one for one in found_in(tmp_path / "out") if one.startswith("files/")} == {
        "files/index.jsonl",
        "files/Inbox/Lease.pdf",
        "files/_.._index.jsonl/_CON",
        "files/f3/lost.txt",
        "files/no folder/loose.txt",
    }
    assert (tmp_path / "out" / "files/Inbox/Lease.pdf").read_bytes() == b"A"
    lines = index_of(tmp_path / "out", "files")
    assert [(line["id"], line["folder"], line["name"]) for line in lines] == [
        ("a", "Inbox", "Lease.pdf"),
        ("b", "../index.jsonl", "CON"),
        ("c", "f3", "lost.txt"),
        ("d", "no folder", "loose.txt"),
    ]
    assert (tmp_path / "out" / "associations.jsonl").read_bytes() == b'{"FileId": "a", "ObjectId": "i"}\n'


def test_pdfs_when_exported_then_are_named_by_the_numbers_of_their_documents(tmp_path: Path) -> None:
    books = empty_books(tmp_path)
    info = keep(
        books,
        {"invoices": {"1": raw(InvoiceNumber="INV/7"), "2": raw(), "3": raw(InvoiceNumber="inv_7")}},
        {"pdfs": {"invoices/1": b"%PDF-1", "invoices/2": b"%PDF-2", "invoices/3": b"3", "quotes/1": b"Q"}},
    )
    exported(books, info, tmp_path / "out")
    lines = index_of(tmp_path / "out", "pdfs")
    assert {line["path"]: (line["parent"], line["number"]) for line in lines} == {
        "pdfs/invoices/INV_7.pdf": ("1", "INV/7"),
        "pdfs/invoices/2.pdf": ("2", None),
        "pdfs/invoices/inv_7 (2).pdf": ("3", "inv_7"),
        "pdfs/quotes/1.pdf": ("1", None),
    }
    assert (tmp_path / "out" / "pdfs/invoices/INV_7.pdf").read_bytes() == b"%PDF-1"


def test_history_when_exported_then_each_entry_is_a_line_as_it_was_sent_beside_its_parent(
    tmp_path: Path,
) -> None:
    first, second = b'{ "Changes" :"Created","New":1.10}', b'{"Changes":"Edited",\r\n  "Details":"a \\n b"}'
    books = empty_books(tmp_path)
    info = keep(
        books,
        {
            "history": {
                "invoices/1": b"[" + first + b" ,\n" + second + b"]",
                "invoices/2": b"[]",
                "quotes/1": b'[{"Changes":"Sent"}]',
            }
        },
    )
    written = exported(books, info, tmp_path / "out")
    assert (tmp_path / "out" / "history.jsonl").read_bytes().splitlines() == [
        first,
        b'{"Changes":"Edited","Details":"a \\n b"}',
        b'{"Changes":"Sent"}',
    ]
    parents = [
        json.loads(line) for line in (tmp_path / "out" / "history.index.jsonl").read_bytes().splitlines()
    ]
    assert [tuple(one.values()) for one in parents] == [("invoices", "1"), ("invoices", "1"), ("quotes", "1")]
    assert {one["file"]: one["records"] for one in written.files} == {
        "history.jsonl": 3,
        "history.index.jsonl": 3,
    }
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert [(one["count"], one["file"]) for one in manifest["resources"]] == [(3, "history.jsonl")]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_zip_when_of_any_form_then_holds_the_same_files_as_a_folder(tmp_path: Path, form: str) -> None:
    books = empty_books(tmp_path)
    info = keep(
        books,
        {
            "invoices": {"i": raw(InvoiceNumber="1", LineItems=[{"Amount": 1}], Payments=[{"Amount": 2}])},
            "attachments": {"invoices/i/a": listed("a.pdf")},
            "history": {"invoices/i": b'[{"Changes":"Created"}]'},
        },
        {"attachment_contents": {"invoices/i/a": b"x" * 5000}},
    )
    exported(books, info, tmp_path / "out", FORMS[form])
    path = tmp_path / "exports" / "e.zip"
    write_zip(books, OWNER, info, path, NOW, 10**9, FORMS[form])
    assert [one.name for one in path.parent.iterdir()] == ["e.zip"]
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == found_in(tmp_path / "out")
        for name in archive.namelist():
            if not name.endswith((".xlsx", "manifest.json")):
                assert archive.read(name) == (tmp_path / "out" / name).read_bytes()


def test_zip_when_the_files_are_left_out_then_the_manifest_says_so(tmp_path: Path) -> None:
    books = empty_books(tmp_path)
    contents = {"invoices/i/a": b"x" * 5000}
    info = keep(books, {"attachments": {"invoices/i/a": listed("a.pdf")}}, {"attachment_contents": contents})
    assert bytes_of_files(books, info) == 5000
    path = tmp_path / "exports" / "e.zip"
    write_zip(books, OWNER, info, path, NOW, 10**9, replace(LINES, with_files=False))
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {"attachments.jsonl", "manifest.json"}
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["with_files"] is False
    told = {one["resource"]: (one["count"], one["file"]) for one in manifest["resources"]}
    assert told["attachment_contents"] == (1, None)


names = st.text(st.characters(), max_size=40) | st.sampled_from(
    ["", "..", "/etc/passwd", "../../x", "NUL", "a.pdf", "A.pdf", "\u202ea", "C:\\x", "index.jsonl"]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(names, names, names, st.binary(max_size=8)), max_size=12))
def test_files_when_called_anything_then_nothing_is_written_outside_and_every_byte_is_there(
    given_files: list[tuple[str, str, str, bytes]],
) -> None:
    usable = [
        one for one in given_files if not any("\ud800" <= char <= "\udfff" for char in "".join(one[:3]))
    ]
    ids = {
        f"{key}/{parent}/{place}": (name, content)
        for place, (key, parent, name, content) in enumerate(usable)
    }
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "deep"
        folder.mkdir()
        books = empty_books(Path(place))
        info = keep(
            books,
            {"attachments": {key: raw(FileName=name) for key, (name, _) in ids.items()}},
            {"attachment_contents": {key: content for key, (_, content) in ids.items()}},
        )
        before = {*Path(place).iterdir()}
        exported(books, info, folder / "out", BOOKS if len(ids) % 2 else LINES)
        assert {*Path(place).iterdir()} == before
        assert {one.name for one in folder.iterdir()} == {"out"}
        lines = index_of(folder / "out", "attachments") if ids else []
        paths = [line["path"] for line in lines]
        assert len({path.casefold() for path in paths}) == len(ids)
        assert sorted((folder / "out" / path).read_bytes() for path in paths) == sorted(
            content for _, content in ids.values()
        )
        assert sorted(line["name"] for line in lines) == sorted(
            name or key.rpartition("/")[2] for key, (name, _) in ids.items()
        )


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "", "a//b", "./x"])
def test_path_when_it_leads_outside_then_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LedgerkeepError, match="outside its folder"):
        below(tmp_path, name)
    assert list(tmp_path.iterdir()) == []
