"""The command line as people and scripts use it: the real program, beside and without a running bot."""

from __future__ import annotations

import json
import re
import shutil
import signal
import sqlite3
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from bot.crypto import new_key
from tests.scenario.cli_house import House

BOOKS, SHELL = "Harbour & Sons Trading Ltd", "Empty Shell Restore Ltd"
COLLECTIONS = {
    "accounts": "Accounts",
    "bank_transactions": "BankTransactions",
    "bank_transfers": "BankTransfers",
    "contacts": "Contacts",
    "credit_notes": "CreditNotes",
    "invoices": "Invoices",
    "items": "Items",
    "linked_transactions": "LinkedTransactions",
    "manual_journals": "ManualJournals",
    "payments": "Payments",
    "purchase_orders": "PurchaseOrders",
    "quotes": "Quotes",
    "tax_rates": "TaxRates",
    "tracking_categories": "TrackingCategories",
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two linked organisations; whether the bot runs, the other fixtures see to."""
    made = House(tmp_path_factory.mktemp("house"))
    try:
        made.start_bot()
        made.link("lively")
        made.link("empty")
        yield made
    finally:
        made.close()


@pytest.fixture
def house(installation: House) -> House:
    """A house whose bot runs."""
    if installation.bot is None:
        installation.start_bot()
    return installation


@pytest.fixture
def kept(installation: House) -> House:
    """A house without a bot, its books backed up from the command line at least once."""
    if installation.bot is not None:
        assert installation.stop_bot() == (0, ""), "the bot prints one line only, and stops cleanly"
        done = installation.run("backup", BOOKS)
        assert done.returncode == 0, done.stderr
        assert f"backup of {BOOKS}" in done.stdout
    return installation


def test_run_when_a_bot_holds_the_folder_then_every_working_command_ends_with_5(house: House) -> None:
    for args in (["run", "--port", "0"], ["backup", BOOKS]):
        done = house.run(*args)
        assert (done.returncode, done.stdout) == (5, ""), args
        assert done.stderr.startswith("DATA_DIR: another Ledgerkeep process works in"), args
    for args in (["worker"], ["keys", "rotate"], ["migrate"], ["prune"], ["prune", BOOKS]):
        assert house.call(*args).returncode == 5, args


def test_orgs_when_a_bot_runs_then_both_are_listed(house: House) -> None:
    found = house.json("orgs")["organisations"]
    assert [(one["name"], one["state"]) for one in found] == [(SHELL, "active"), (BOOKS, "active")]
    assert BOOKS in house.call("orgs").stdout


def test_snapshots_when_none_was_taken_then_says_so_and_gives_an_empty_list(house: House) -> None:
    assert house.json("snapshots", SHELL) == {"snapshots": []}
    assert "There is no snapshot yet." in house.call("snapshots", SHELL).stdout


@pytest.mark.parametrize("command", [["snapshots"], ["verify"], ["export", "--to", "nowhere"]])
def test_command_when_the_organisation_is_unknown_then_near_names_and_2(
    house: House, command: list[str]
) -> None:
    done = house.call(*command, "Harbor & Sns Tradng")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"I know no organisation of that name here. Did you mean: {BOOKS}?\n"
    assert not (house.folder / "nowhere").exists()


def test_export_when_there_is_no_snapshot_then_2_and_nothing_is_written(house: House) -> None:
    done = house.call("export", SHELL, "--to", "empty")
    assert (done.returncode, done.stderr) == (2, "There is no snapshot of this organisation yet.\n")
    assert not (house.folder / "empty").exists()


def test_backup_when_it_ended_then_the_summary_was_posted_in_slack_too(kept: House) -> None:
    posted = [one.text for one in kept.slack.messages("C0FINANCE")]
    assert any("Harbour" in text and "Complete" in text for text in posted), posted


def test_export_when_compared_with_xero_then_every_record_is_byte_for_byte_the_same(kept: House) -> None:
    done = kept.run("export", BOOKS, "--to", "books")
    assert done.returncode == 0, done.stderr
    folder, org = kept.folder / "books", kept.xero.organisation("lively")
    for stem, collection in COLLECTIONS.items():
        served = kept.xero.served(org.tenant_id, collection)
        lines = (folder / f"{stem}.jsonl").read_bytes().split(b"\n")
        assert lines.pop() == b""
        assert sorted(lines) == sorted(served.values()), stem
        assert len(served) > 1, stem
    (organisation,) = kept.xero.served(org.tenant_id, "Organisations").values()
    assert (folder / "organisation.json").read_bytes() == organisation + b"\n"


def test_export_when_done_then_the_manifest_names_every_file_and_nobody_else_may_read_them(
    kept: House,
) -> None:
    assert kept.call("export", BOOKS, "--to", "deep/er/books").returncode == 0
    folder = kept.folder / "deep" / "er" / "books"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    names = {one["file"] for one in manifest["files"]}
    there = [path for path in folder.rglob("*") if path.is_file()]
    indexes = [name for name in names if name.endswith("/index.jsonl")]  # they name the files beside them
    lines = [json.loads(line) for name in indexes for line in (folder / name).read_bytes().splitlines()]
    files = {line["path"] for line in lines if line["path"]}
    assert {str(path.relative_to(folder)) for path in there} == names | files | {"manifest.json"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in there)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.parent.iterdir()] == ["books"], "nothing is left beside it"
    reports = [one for one in manifest["resources"] if one["file"] == "reports.jsonl"]
    assert {one["resource"] for one in reports} >= {"trial_balance", "balance_sheet", "profit_and_loss"}
    assert all(one["root"] and one["complete"] for one in manifest["resources"])


def test_export_when_the_folder_holds_something_then_2_and_it_is_left_alone(kept: House) -> None:
    (kept.folder / "mine").mkdir()
    (kept.folder / "mine" / "notes.txt").write_text("keep")
    done = kept.call("export", BOOKS, "--to", "mine")
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert [path.name for path in (kept.folder / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("wanted", ["xls", "CSV"])
def test_export_when_the_format_is_not_offered_then_2_with_one_sentence(kept: House, wanted: str) -> None:
    done = kept.call("export", BOOKS, "--to", "other", "--format", wanted)
    assert (done.returncode, done.stderr) == (2, "--format: this version writes jsonl, csv and xlsx.\n")


def test_export_when_asked_for_workbooks_then_each_kind_has_one_and_budgets_can_be_imported(
    kept: House,
) -> None:
    done = kept.call("export", BOOKS, "--to", "workbooks", "--format", "xlsx")
    assert done.returncode == 0, done.stderr
    folder = kept.folder / "workbooks"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["form"] == "xlsx"
    listed = {one["file"] for one in manifest["files"]}
    assert {"contents.xlsx", "invoices.xlsx", "contacts.xlsx", "reports.xlsx"} <= listed
    with zipfile.ZipFile(folder / "invoices.xlsx") as book:
        assert book.testzip() is None
    (overall,) = folder.glob("budgets-import/Overall*.csv")
    head, first, *_ = overall.read_text("utf-8-sig").splitlines()
    assert re.fullmatch(r"Account(,[A-Z][a-z]{2}-\d{4})+", head)
    assert re.match(r'"?[^"]+ \(\d+\)"?,', first)


def test_find_when_asked_then_shows_records_as_they_are_and_as_sent(kept: House) -> None:
    books = kept.xero.organisation("lively")
    record = next(iter(books.shelf("Invoices")))
    number = str(record.fields["InvoiceNumber"])
    found = kept.json("find", number, "--org", BOOKS)
    assert found["hits"][0]["number"] == number
    assert json.loads(found["hits"][0]["as_sent"])["InvoiceID"] == record.record_id
    assert number in kept.call("find", number).stdout
    before = kept.json("find", number, "--on", "2020-01-01")
    assert (before["hits"], before["without_copy"][0] in {BOOKS, SHELL}) == ([], True)
    for wrong, why in (
        ("sometime", "that is no day"),
        ("3/4/2026", "cannot tell"),
        ("2199-01-01", "not come yet"),
    ):
        done = kept.call("find", number, "--on", wrong)
        assert (done.returncode, why in done.stderr) == (2, True), done.stderr


def test_verify_when_all_is_well_then_0_for_an_organisation_a_snapshot_and_everything(kept: House) -> None:
    taken = _snapshots(kept, BOOKS)[0]
    for args in ([BOOKS], ["--full"], [taken["id"][:8]], [taken["hash"][:12]]):
        found = kept.json("verify", *args)["organisations"]
        assert [one["problems"] for one in found] == [[]] * len(found), args
    assert found[0]["snapshot"] == {"id": taken["id"], "number": 1, "records": taken["records"]}


def test_diff_when_an_invoice_changed_then_it_is_named_beside_a_running_bot(kept: House) -> None:
    changed = _change_an_invoice(kept)
    assert kept.call("backup", BOOKS).returncode == 0
    *_, first, second = _snapshots(kept, BOOKS)
    kept.start_bot()
    try:
        found = kept.json("diff", first["id"][:10], second["id"][:10])
        assert changed in found["resources"]["invoices"]["changed"]
        fields = kept.json("diff", first["id"], second["id"], "--fields")["resources"]["invoices"]["fields"]
        assert fields[changed]["changes"], "what changed is named"
        assert "UpdatedDateUTC" in fields[changed]["stamps"]
        assert "→" in kept.call("diff", first["id"], second["id"], "--fields").stdout
        text = kept.call("diff", first["id"], second["id"]).stdout
        assert "Invoices" in text
        assert kept.call("export", BOOKS, "--to", "beside", "--snapshot", first["id"][:8]).returncode == 0
        assert kept.call("verify", BOOKS).returncode == 0
    finally:
        assert kept.stop_bot()[0] == 0


def test_backup_when_xero_sends_an_empty_list_then_3_and_the_gap_is_in_the_export(kept: House) -> None:
    kept.xero.faults.add("empty_list", path="*/PurchaseOrders", times=0)
    try:
        done = kept.run("backup", BOOKS)
    finally:
        kept.xero.faults.clear()
    assert done.returncode == 3, done.stderr
    assert "Complete with gaps" in done.stdout
    assert "Purchase orders" in kept.call("export", BOOKS, "--to", "gaps").stdout
    manifest = json.loads((kept.folder / "gaps" / "manifest.json").read_bytes())
    (orders,) = [one for one in manifest["resources"] if one["resource"] == "purchase_orders"]
    assert (orders["complete"], orders["status"]) == (False, "suspicious")
    assert orders["file"] == "purchase_orders.jsonl"
    assert "the earlier records stand" in orders["gaps"][0]["sentence"]
    assert _snapshots(kept, BOOKS)[-1]["verdict"] == "Complete with gaps"


def test_export_when_xero_pretty_prints_then_a_record_is_still_one_line(kept: House) -> None:
    org = kept.xero.organisation("empty")
    org.pretty = True
    assert kept.run("backup", SHELL).returncode == 0
    assert kept.call("export", SHELL, "--to", "pretty").returncode == 0
    served = kept.xero.served(org.tenant_id, "Accounts").values()
    assert all(b"\n" in one for one in served)
    lines = (kept.folder / "pretty" / "accounts.jsonl").read_bytes().splitlines()
    assert sorted(lines) == sorted(re.sub(rb"\r\n *", b"", one) for one in served)


def test_keys_when_rotated_twice_then_the_old_one_may_go(kept: House) -> None:
    old, newer = kept.ring, new_key("second")
    kept.env["ENCRYPTION_KEYS"] = f"{newer},{old}"
    assert _removable(kept) == {"second": False, "first": False}
    assert kept.call("keys", "rotate").returncode == 0
    assert "0 secrets moved" in kept.call("keys", "rotate").stdout
    assert _removable(kept) == {"second": False, "first": True}
    kept.env["ENCRYPTION_KEYS"] = newer
    assert kept.call("export", BOOKS, "--to", "rotated").returncode == 0
    kept.env["ENCRYPTION_KEYS"] = old
    done = kept.call("orgs")
    assert (done.returncode, done.stdout) == (2, "")
    kept.env["ENCRYPTION_KEYS"] = newer


def test_audit_when_followed_then_entries_come_as_lines_until_it_is_told_to_stop(kept: House) -> None:
    whole = kept.json("audit")
    entries = whole["entries"]
    assert {"organisation.linked", "backup.requested"} <= {one["action"] for one in entries}
    with kept.spawn("audit", "--follow", "--json") as following:
        assert following.stdout is not None
        lines = [json.loads(following.stdout.readline()) for _ in entries]
        following.send_signal(signal.SIGINT)
        assert following.wait(timeout=20) == 0
    assert [one["hash"] for one in lines] == [one["hash"] for one in entries]


def test_reindex_when_the_index_was_deleted_then_the_copies_are_found_again(kept: House) -> None:
    before = _snapshots(kept, BOOKS)
    for index in (kept.data / "cache").rglob("*.index*"):
        index.unlink()
    assert kept.call("reindex", BOOKS).stdout.startswith(f"{BOOKS}: {len(before)} snapshot")
    assert _snapshots(kept, BOOKS) == before


def test_prune_when_retention_keeps_less_then_drops_and_the_rest_reads_as_before(kept: House) -> None:
    for _ in range(2):
        assert kept.run("backup", BOOKS).returncode == 0
    before = _snapshots(kept, BOOKS)
    assert (
        kept.call("prune", BOOKS).stdout == f"{BOOKS}\n  dropped 0 snapshots; {len(before)} snapshots kept\n"
    )
    few = json.dumps({"retention": {"all_days": 0, "daily": 1, "monthly": 0, "yearly": 0}})
    with sqlite3.connect(kept.data / "app.db") as db:
        db.execute("UPDATE organisations SET settings = ? WHERE name = ?", (few, BOOKS))
    db.close()
    assert kept.call("export", BOOKS, "--to", "before").returncode == 0
    (would,) = kept.json("prune", BOOKS, "--dry-run")["organisations"]
    assert (would["due"], would["kept"]) == (len(before) - 1, 1)
    assert _snapshots(kept, BOOKS) == before
    assert (
        f"would drop {len(before) - 1} of {len(before)} snapshots" in kept.call("prune", "--dry-run").stdout
    )
    (done,) = kept.json("prune", BOOKS)["organisations"]
    assert (done["dropped"], done["refused"], done["problems"]) == (len(before) - 1, "", [])
    assert [one["id"] for one in _snapshots(kept, BOOKS)] == [before[-1]["id"]]
    assert kept.call("export", BOOKS, "--to", "after").returncode == 0
    for path in (kept.folder / "before").rglob("*.jsonl"):
        assert (
            kept.folder / "after" / path.relative_to(kept.folder / "before")
        ).read_bytes() == path.read_bytes()
    gone = kept.call("export", BOOKS, "--snapshot", before[0]["id"][:8], "--to", "gone")
    assert gone.returncode == 2
    assert "That snapshot was dropped by retention on " in gone.stderr
    assert kept.call("verify", BOOKS, "--full").returncode == 0
    assert "retention.pruned" in kept.call("audit").stdout


def test_doctor_when_all_is_well_then_0_and_no_secret_is_shown(kept: House) -> None:
    done = kept.call("doctor")
    assert done.returncode == 0, done.stdout
    told = {one["check"]: one["word"] for one in kept.json("doctor")["checks"]}
    assert told.pop("address") == "note", "nobody listens at port 3000"
    assert set(told.values()) == {"ok"}
    for secret in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "XERO_CLIENT_SECRET"):
        assert kept.env[secret] not in done.stdout + done.stderr


def test_doctor_when_credentials_are_wrong_then_1_and_each_is_named(kept: House) -> None:
    wrong = {
        "SLACK_BOT_TOKEN": "xoxb-nobody",
        "XERO_CLIENT_SECRET": "nothing",
        "SLACK_APP_TOKEN": "xapp-nobody",
    }
    done = kept.call("doctor", "--json", env=wrong)
    found = {one["check"]: one["word"] for one in json.loads(done.stdout)["checks"]}
    assert done.returncode == 1
    assert {name for name, word in found.items() if word == "PROBLEM"} == {"Slack", "Socket Mode", "Xero"}


def test_verify_when_a_byte_of_the_vault_is_flipped_then_4_and_export_writes_nothing(kept: House) -> None:
    other = shutil.copytree(kept.data, kept.folder / "copy of the data")
    env = {"DATA_DIR": str(other)}
    (pack,) = sorted(other.glob("vault/w/*/o/*/packs/*"), key=lambda path: path.stat().st_size)[-1:]
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(data)
    done = kept.run("verify", BOOKS, "--full", "--json", env=env)
    (found,) = json.loads(done.stdout)["organisations"]
    assert done.returncode == 4
    assert any("changed" in problem or "altered" in problem for problem in found["problems"]), found
    first = _snapshots(kept, BOOKS)[0]["id"]
    done = kept.call("export", BOOKS, "--to", "damaged", "--snapshot", first, env=env)
    assert (done.returncode, done.stdout) == (4, "")
    assert not any("damaged" in path.name for path in kept.folder.iterdir())


def _snapshots(house: House, name: str) -> Any:
    return house.json("snapshots", name)["snapshots"]


def _removable(house: House) -> dict[str, bool]:
    return {one["id"]: one["removable"] for one in house.json("keys", "status")["keys"]}


def _change_an_invoice(house: House) -> str:
    org = house.xero.organisation("lively")
    invoice = next(iter(org.shelf("Invoices")))
    org.change("Invoices", invoice.record_id, Reference="changed by a test")
    return invoice.record_id
