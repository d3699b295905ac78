"""An export holds what Xero sent, claims nothing else, and is there whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.backup.results import StageResult
from bot.catalogue import resource
from bot.cli.export_files import write_export
from bot.crypto import KeyRing, new_key
from bot.domain.names import OrganisationId, WorkspaceId
from bot.domain.organisation import LinkState, Organisation, OrganisationFacts
from bot.errors import LedgerkeepError, Misconfigured, VaultDamaged
from bot.services.looking.export_forms import TABLES
from bot.services.looking.export_lines import one_line
from bot.vault import Books, SnapshotInfo, Store, Vault, new_data_key

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
OWNER = Organisation(
    id=OrganisationId("org-1"),
    workspace_id=WorkspaceId("T1"),
    facts=OrganisationFacts(name="Books/../& Sons"),
    home_channel="C1",
    linked_by="U1",
    linked_at=NOW,
    state=LinkState.ACTIVE,
)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """Empty books."""
    store = Store.open((tmp_path / "vault").as_uri(), {})
    vault = Vault(store, KeyRing.parse(new_key("test")), tmp_path / "cache", now=lambda: NOW)
    return vault.books("T1", "org-1", new_data_key())


def back_up(books: Books, refused: tuple[str, ...] = (), **resources: dict[str, bytes]) -> SnapshotInfo:
    """Publish these resources; those in `refused` were not read this time."""
    draft = books.draft(f"run {len(books.snapshots())}", NOW)
    stage = draft.stage("all")
    gaps = tuple(_gap(key) for key in refused)
    for key, records in resources.items():
        for record_id, raw in records.items():
            stage.add(key, record_id, raw)
        stage.finish(
            key, complete=key not in refused, facts={"status": "refused" if key in refused else "read"}
        )
    stage.seal(StageResult(outcomes=(), gaps=gaps, calls=1).as_json())
    return draft.publish({})


def _gap(key: str) -> Any:
    from bot.backup.gaps import not_granted

    return not_granted(resource(key))


def test_one_line_when_pretty_printed_then_only_breaks_and_indentation_go() -> None:
    pretty = b'{\r\n  "Note": "a  b\\n \\r c",\n\t\t"Amount": 1.10,\n\n    "Lines": [\n  1 ,\n 2\n ]\n}'
    flat = one_line(pretty)
    assert flat == b'{"Note": "a  b\\n \\r c","Amount": 1.10,"Lines": [1 ,2]}'
    assert json.loads(flat) == json.loads(pretty)
    assert one_line('{"x":"\u2028\u0085  y"}'.encode()) == '{"x":"\u2028\u0085  y"}'.encode()


def test_export_when_records_are_strange_then_their_bytes_stand(books: Books, tmp_path: Path) -> None:
    odd = b'{ "Total" :10.10, "New\\u0020Field":1E+2,"Date":"\\/Date(1439434356790)\\/","a":null,"a":0.10}'
    info = back_up(books, invoices={"b": odd, "a": b'{"z":1}'}, quotes={})
    written = write_export(books, OWNER, info, tmp_path / "out", now=NOW)
    assert (tmp_path / "out" / "invoices.jsonl").read_bytes() == b'{"z":1}\n' + odd + b"\n"
    assert (tmp_path / "out" / "quotes.jsonl").read_bytes() == b"", "an empty collection is an empty file"
    assert written.records == 2


def test_export_when_reports_share_a_file_then_each_is_named_and_counted(
    books: Books, tmp_path: Path
) -> None:
    info = back_up(
        books,
        profit_and_loss={"P/1": b'{"P":1}'},
        trial_balance={"T/1": b'{"T":1}', "T/2": b'{"T":2}'},
        organisation={"o": b'{"Name":"X"}'},
    )
    write_export(books, OWNER, info, tmp_path / "out", now=NOW)
    assert (tmp_path / "out" / "reports.jsonl").read_bytes() == b'{"T":1}\n{"T":2}\n{"P":1}\n'
    assert (tmp_path / "out" / "organisation.json").read_bytes() == b'{"Name":"X"}\n'
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert {(one["resource"], one["file"], one["count"]) for one in manifest["resources"]} == {
        ("organisation", "organisation.json", 1),
        ("trial_balance", "reports.jsonl", 2),
        ("profit_and_loss", "reports.jsonl", 1),
    }
    assert manifest["organisation"] == {"id": "org-1", "name": "Books/../& Sons"}


def test_export_when_a_resource_was_refused_then_no_file_claims_that_it_is_empty(
    books: Books, tmp_path: Path
) -> None:
    info = back_up(books, refused=("users",), users={}, items={"i": b"{}"})
    write_export(books, OWNER, info, tmp_path / "out", now=NOW)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"items.jsonl", "manifest.json"}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    (users,) = [one for one in manifest["resources"] if one["resource"] == "users"]
    assert (users["file"], users["complete"], users["status"], users["count"]) == (None, False, "refused", 0)
    assert users["gaps"][0]["sentence"] == "The permission to read it was not given."
    assert users["root"]


def test_export_when_earlier_records_stand_in_then_they_are_written_and_marked(
    books: Books, tmp_path: Path
) -> None:
    back_up(books, users={"u": b'{"U":1}'})
    info = back_up(books, refused=("users",), users={})
    write_export(books, OWNER, info, tmp_path / "out", now=NOW)
    assert (tmp_path / "out" / "users.jsonl").read_bytes() == b'{"U":1}\n'
    (users,) = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["resources"]
    assert (users["file"], users["complete"], users["count"]) == ("users.jsonl", False, 1)


def test_export_when_a_pack_is_damaged_then_nothing_is_left(books: Books, tmp_path: Path) -> None:
    info = back_up(books, items={str(number): b'{"n":%d}' % number for number in range(50)})
    (pack,) = (tmp_path / "vault").glob("w/*/o/*/packs/*")
    data = bytearray(pack.read_bytes())
    data[60] ^= 1
    pack.write_bytes(data)
    with pytest.raises(VaultDamaged):
        write_export(books, OWNER, info, tmp_path / "safe" / "out", now=NOW)
    assert list((tmp_path / "safe").iterdir()) == []


def test_export_when_the_folder_is_empty_or_a_link_to_one_then_it_is_used(
    books: Books, tmp_path: Path
) -> None:
    info = back_up(books, items={"i": b"{}"})
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_export(books, OWNER, info, tmp_path / "link", now=NOW)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "items.jsonl").read_bytes() == b"{}\n"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o700


@pytest.mark.parametrize("there", ["file", "filled", "earlier export"])
def test_export_when_the_target_holds_something_then_refused(
    books: Books, tmp_path: Path, there: str
) -> None:
    info = back_up(books, items={"i": b"{}"})
    target = tmp_path / "out"
    if there == "file":
        target.write_text("mine")
    elif there == "filled":
        target.mkdir()
        (target / "mine").write_text("mine")
    else:
        write_export(books, OWNER, info, target, now=NOW)
    with pytest.raises(Misconfigured, match="is not empty"):
        write_export(books, OWNER, info, target, now=NOW)


def test_export_when_a_snapshot_names_a_path_then_nothing_is_written_outside(
    books: Books, tmp_path: Path
) -> None:
    info = back_up(books, items={"i": b"{}"})
    evil = replace(info.resources["items"], resource="../../evil")
    crafted = replace(info, resources={"../../evil": evil})
    with pytest.raises(LedgerkeepError, match="cannot be a file's name"):
        write_export(books, OWNER, crafted, tmp_path / "deep" / "out", now=NOW)
    assert list((tmp_path / "deep").iterdir()) == []


def test_export_when_asked_for_tables_then_writes_csv_with_the_lines_apart(
    books: Books, tmp_path: Path
) -> None:
    first = b'{"InvoiceID": "i1", "Total": 12.50, "LineItems": [{"Amount": 12.50, "Description": "=cmd"}]}'
    second = '{"InvoiceID": "i2", "Contact": {"Name": "Café, \\"Söhne\\""}}'.encode()
    info = back_up(books, invoices={"i1": first, "i2": second})
    written = write_export(books, OWNER, info, tmp_path / "out", now=NOW, form=TABLES)
    assert {one["file"]: one["records"] for one in written.files} == {
        "invoices.csv": 2,
        "invoices.line_items.csv": 1,
    }
    assert written.records == 2
    with (tmp_path / "out" / "invoices.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"InvoiceID": "i1", "Total": "12.50", "Contact.Name": ""},
            {"InvoiceID": "i2", "Total": "", "Contact.Name": 'Café, "Söhne"'},
        ]
    lines = (tmp_path / "out" / "invoices.line_items.csv").read_text(encoding="utf-8-sig")
    assert lines.splitlines() == ["record,position,Amount,Description", "i1,1,12.50,'=cmd"]
    for one in written.files:
        data = (tmp_path / "out" / one["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
