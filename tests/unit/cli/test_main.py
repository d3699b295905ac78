"""How the program ends: the right code and a sentence for each kind of error, help without delay."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import bot.cli
from bot.__main__ import exit_code, main, sentences
from bot.crypto import KeyRing
from bot.errors import (
    AmbiguousOrganisation,
    ConsentRevoked,
    DatabaseTooNew,
    DataFolderInUse,
    LedgerkeepError,
    Misconfigured,
    StoreUnavailable,
    UnknownOrganisation,
    UnknownSnapshot,
    VaultDamaged,
    WrongKey,
)
from tests.scenario.cli_house import COMMAND

CODES = [
    (LedgerkeepError("x"), 1),
    (ConsentRevoked("x"), 1),
    (StoreUnavailable("x"), 1),
    (Misconfigured("x"), 2),
    (DatabaseTooNew("x"), 2),
    (UnknownOrganisation("x"), 2),
    (AmbiguousOrganisation("x", ("a", "b")), 2),
    (UnknownSnapshot("x"), 2),
    (VaultDamaged("x"), 4),
    (WrongKey("x"), 2),
    (DataFolderInUse("x"), 5),
]


@pytest.mark.parametrize(("error", "code"), CODES)
def test_exit_code_when_an_error_ends_the_program_then_as_promised(error: LedgerkeepError, code: int) -> None:
    assert exit_code(error) == code


def test_sentences_when_settings_are_wrong_then_one_line_each() -> None:
    assert sentences(Misconfigured("A: is missing.", "B: is wrong.")) == ["A: is missing.", "B: is wrong."]


def test_sentences_when_names_are_near_then_they_are_offered_without_escapes() -> None:
    (told,) = sentences(UnknownOrganisation("x", ("Acme\x1b[2J", "Acme 2")))
    assert told == "I know no organisation of that name here. Did you mean: Acme[2J, Acme 2?"
    (told,) = sentences(AmbiguousOrganisation("x", ("One", "Two")))
    assert told.endswith("`ledgerkeep orgs` shows it: One, Two.")


def test_main_when_our_own_code_breaks_then_a_reference_and_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_options: Any) -> None:
        raise ZeroDivisionError("Acme Ltd owes 12.50")

    monkeypatch.setattr(bot.cli, "command", lambda: broken)
    with pytest.raises(SystemExit) as end:
        main([])
    told = capsys.readouterr().err
    assert end.value.code == 1
    assert "Something went wrong inside Ledgerkeep; nothing more was done. Reference " in told
    assert "ZeroDivisionError" in told
    assert "Acme" not in told


def test_keys_new_when_run_without_any_setting_then_one_fresh_entry(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = set()
    for _ in range(2):
        with pytest.raises(SystemExit) as end:
            main(["keys", "new"])
        assert end.value.code == 0
        made.add(capsys.readouterr().out)
    assert len({KeyRing.parse(one.strip()).newest for one in made}) == 2
    assert all(one.count("\n") == 1 for one in made)


@pytest.mark.parametrize(
    "args", [["nonsense"], ["run", "--port", "x"], ["run", "--port", "-1"], ["export", "a"]]
)
def test_main_when_used_wrongly_then_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(args)
    assert end.value.code == 2
    assert capsys.readouterr().out == ""


def test_run_when_settings_are_missing_then_2_with_a_line_for_each(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["run"])
    told = capsys.readouterr()
    names = [line.split(":")[0] for line in told.err.splitlines()]
    assert (end.value.code, told.out) == (2, "")
    assert {"XERO_CLIENT_ID", "XERO_CLIENT_SECRET", "ENCRYPTION_KEYS", "SLACK_BOT_TOKEN"} <= set(names)
    assert list(tmp_path.iterdir()) == [], "nothing is made before the settings are right"


def test_help_when_asked_then_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys\nfrom bot.__main__ import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'dbos', 'sqlalchemy', 'slack_bolt', 'obstore', 'flask'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.endswith("[]\n")
    assert "prune" in done.stdout
    for name in ("run", "worker", "demo", "doctor", "migrate", "keys", "orgs", "backup", "verify", "audit"):
        assert f"\n  {name} " in done.stdout


def test_program_when_installed_then_it_answers() -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("Usage: ledgerkeep ")
