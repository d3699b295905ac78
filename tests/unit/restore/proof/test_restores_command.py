"""The command that lists restores and writes a report, on a folder with a database and a copy of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot.__main__ import main
from bot.cli.opening import parts_for, settings_for
from bot.crypto import new_key
from bot.db.tables import Consent, OrganisationRow, Workspace
from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Action, Choice
from bot.parts import Parts
from bot.restore.model import Plan, Step
from bot.restore.outcomes import Result, StepState
from bot.services.restoring.restores import Restores
from bot.services.restoring.writebook import WriteBook
from tests.unit.restore.proof.bench import NOON
from tests.unit.restore.proof.test_report import restore


@dataclass
class Desk:
    """One data folder and the command line on it."""

    folder: Path
    env: dict[str, str]
    first: str = ""
    second: str = ""

    def call(self, *args: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, self.env, clear=True),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main(args)
            except SystemExit as end:
                return int(end.code or 0), out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    def json(self, *args: str) -> Any:
        code, out, err = self.call(*args, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    env = {
        "PATH": "/usr/bin:/bin",
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_SIGNING_SECRET": "0" * 32,
        "XERO_CLIENT_ID": "id",
        "XERO_CLIENT_SECRET": "secret",
        "DATA_DIR": str(folder / "data"),
        "ENCRYPTION_KEYS": new_key("first"),
    }
    desk = Desk(folder, env)
    assert desk.call("migrate")[0] == 0
    with (
        patch.dict(os.environ, env, clear=True),
        contextlib.chdir(folder),
        parts_for(settings_for()) as parts,
    ):
        _fill(parts, desk)
    return desk


def _fill(parts: Parts, desk: Desk) -> None:
    with parts.db.session() as session:
        session.add(Workspace(id="w", team_id="T1", created_at=NOON))
        session.add(Consent(id="consent", client_id="c", created_at=NOON))
        session.flush()
        for key, name in (("s", "Harbour & Sons"), ("t", "New Ltd"), ("u", "Other Ltd")):
            session.add(
                OrganisationRow(
                    id=key, workspace_id="w", tenant_id=f"tenant-{key}", consent_id="consent", name=name,
                    state_since=NOON, linked_by="U1", linked_at=NOON,
                )
            )  # fmt: skip
    draft = parts.books.of(parts.organisations.get("s")).draft("run", NOON)
    stage = draft.stage("contacts")
    stage.add("contacts", "c1", b'{"ContactID":"c1","Name":"Aegir"}')
    stage.finish("contacts", complete=True, facts={})
    stage.seal({})
    snapshot = draft.publish({}).id
    stored = Restores(parts.db, parts.ring, lambda: NOON)
    desk.first = _restore(parts, stored, snapshot, "R-1", target="t", proved=True)
    desk.second = _restore(parts, stored, snapshot, "R-2", target="u", proved=False)
    book = WriteBook(parts.db, parts.ring, desk.first, now=lambda: NOON)
    book.begin(Plan(steps=(Step("contacts", "c1", Action.CREATE),), fingerprint="f"), ())
    intent = book.intend(0, "contacts", [0], "hash")
    book.answered(intent, [Result(number=0, state=StepState.DONE, target_key="C-9")], ())


def _restore(
    parts: Parts, stored: Restores, snapshot: str, reference: str, *, target: str, proved: bool
) -> str:
    like = restore()
    later = NOON + timedelta(hours=0 if proved else 1)
    with parts.db.session() as session:
        restore_id = stored.create(
            session,
            workspace_id="w",
            source_id="s",
            target_id=target,
            snapshot_id=snapshot,
            choice=Choice(),
            reason="A drill.",
            requested_by="U0ANA",
            requested_at=later,
            expires_at=later,
            reference=reference,
        )
    if proved:
        stored.change(restore_id, plan=like.plan, proof=like.proof, fingerprint="f" * 64)
        assert stored.transition(restore_id, [RestoreState.PLANNING], RestoreState.DIFFERENT)
    return restore_id


def test_restores_when_listed_then_the_newest_is_first_and_the_counts_are_there(desk: Desk) -> None:
    newest, proved = desk.json("restores")["restores"]
    assert (newest["id"], newest["state"], newest["differences"]) == (desk.second, "planning", None)
    assert (proved["reference"], proved["source"]["name"], proved["target"]["name"]) == (
        "R-1", "Harbour & Sons", "New Ltd"
    )  # fmt: skip
    assert proved["requested"] == {"by": "U0ANA", "at": "2026-11-22T12:00:00Z"}
    assert proved["differences"]["refused"] == 1
    assert "Ægir" not in json.dumps(proved, ensure_ascii=False), "names from the books stay out"


def test_restores_when_an_organisation_is_named_then_only_its_own_are_listed(desk: Desk) -> None:
    assert [one["reference"] for one in desk.json("restores", "New Ltd")["restores"]] == ["R-1"]
    assert len(desk.json("restores", "Harbour & Sons")["restores"]) == 2
    code, out, _ = desk.call("restores", "Other Ltd")
    assert (code, "R-2" in out, "R-1" in out, "planning" in out) == (0, True, False, True)
    assert desk.call("restores", "Nobody")[0] == 2


def test_report_when_asked_for_then_a_private_file_is_written_once(desk: Desk) -> None:
    path = desk.folder / "restore.xlsx"
    code, out, err = desk.call("restores", "--report", "R-1", "--to", str(path))
    assert (code, err) == (0, "")
    assert "Wrote the report of restore R-1" in out
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as packed:
        assert "C-9" in packed.read("xl/worksheets/sheet9.xml").decode()
    code, _, err = desk.call("restores", "--report", desk.first[:8], "--to", str(path))
    assert (code, "that file exists" in err) == (2, True)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--report", "R-1"), "belong together"),
        (("--to", "x.xlsx"), "belong together"),
        (("--report", "R-1", "--to", "nowhere/x.xlsx"), "folder does not exist"),
    ],
)
def test_report_when_asked_for_wrongly_then_it_says_how(
    desk: Desk, args: tuple[str, ...], words: str
) -> None:
    code, _, err = desk.call("restores", *args)
    assert (code, words in err) == (2, True)


def test_report_when_nothing_is_compared_yet_then_it_says_so(desk: Desk) -> None:
    for which, words in (("R-2", "a report comes once it is compared"), ("R-9", "no restore of that id")):
        code, _, err = desk.call("restores", "--report", which, "--to", str(desk.folder / "none.xlsx"))
        assert (code, words in err) == (2, True), err
    assert not (desk.folder / "none.xlsx").exists()
