"""README and the operator's handbook, held against the program: commands, settings, files, promises."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.catalogue import RESOURCES, backup_scopes, beside_scopes, restore_scopes
from bot.catalogue.scopes import OFFLINE
from bot.cli import EPILOG, command
from bot.config import _SECRETS, Settings, load_settings
from bot.domain.settings import Extra
from bot.services.extras import keys_to_ask_for
from handlers.commands import OPENING, READING, WORDS

ROOT = Path(__file__).parents[2]
README, OPERATIONS, CONTRIBUTING = "README.md", "docs/operations.md", "CONTRIBUTING.md"
BOTH = pytest.mark.parametrize("page", [README, OPERATIONS])
ALL = pytest.mark.parametrize("page", [README, OPERATIONS, CONTRIBUTING])
SETTING = r"[A-Z][A-Z0-9]*_[A-Z0-9_]+|HOST|PORT"
# Names of Xero, Slack and others that look like settings but are none of ours.
FOREIGN = {"NAME_FILE"}
# What the program makes where it runs, and files of the operator's own.
MADE = {"app.db", "jobs.db"}
MOST_BYTES = 250_000


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code_of(page: str) -> list[str]:
    """Give what stands in code: spans and blocks."""
    text = text_of(page)
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [*spans, *(line for block in blocks for line in block.splitlines())]


def rows_of(page: str, head: str) -> list[list[str]]:
    """Give the rows of the table whose first column has this head."""
    lines = text_of(page).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {head} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def commands() -> dict[str, Any]:
    group = command()
    return {
        **group.commands,
        **{f"keys {name}": one for name, one in group.commands["keys"].commands.items()},
    }


@ALL
def test_commands_when_named_then_the_program_has_them_and_their_options(page: str) -> None:
    known, wrong = commands(), []
    for line in code_of(page):
        for words in re.findall(r"(?:^|/|\s)ledgerkeep ((?:[\w-]+|\[?--[\w-]+\]?|[^\s#])[^#`]*)", line):
            name = re.match(r"(keys \w+|\w+)?", words)[0]  # type: ignore[index]
            if name and name not in known:
                wrong.append(line)
                continue
            options = {opt for one in known[name].params for opt in one.opts} if name else {"--help"}
            wrong += [line for option in re.findall(r"--[\w-]+", words) if option not in options]
    assert wrong == []


def test_commands_when_listed_in_the_readme_then_none_is_missing() -> None:
    listed = " ".join(row[0] for row in rows_of(README, "command"))
    names = [name for name in commands() if name != "keys"]
    assert [name for name in names if not re.search(rf"\b{name}\b", listed)] == []


@ALL
def test_slash_commands_when_named_then_the_bot_answers_them(page: str) -> None:
    named = {word for line in code_of(page) for word in re.findall(r"^/backup ([a-z]+)", line)}
    assert named - {*WORDS, *READING, *OPENING} == set()


def test_slash_commands_when_listed_in_the_readme_then_none_is_missing() -> None:
    assert [row[0] for row in rows_of(README, "you type")] != []
    listed = {row[0].strip("`").removeprefix("/backup ") for row in rows_of(README, "you type")}
    assert listed == {word for word in (*WORDS, *READING, *OPENING) if word}


@ALL
def test_targets_when_named_then_the_makefile_has_them(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = {word for line in code_of(page) for word in re.findall(r"(?:^|\s)make ([a-z-]+)", line)}
    assert named - targets == set()


def test_readme_when_read_then_names_the_two_commands_first() -> None:
    first = re.search(r"```sh\n(.*?)```", text_of(README), re.DOTALL)
    assert first is not None
    assert re.findall(r"^make (\w+)", first[1], re.MULTILINE) == ["demo", "test"]


def settings_of_the_program() -> list[str]:
    fields = {name: field.alias or name.upper() for name, field in Settings.model_fields.items()}
    return [alias for name, alias in fields.items() if name != "vault_options"]


def test_settings_when_listed_then_readme_example_and_program_agree() -> None:
    listed = [row[0].split("`")[1] for row in rows_of(README, "setting")]
    example = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text_of(".env.example"), re.MULTILINE)
    assert listed == example
    assert [name for name in listed if not name.startswith("AWS_")] == settings_of_the_program()


def test_settings_when_marked_secret_then_they_may_stand_in_a_file() -> None:
    marked = {row[0].split("`")[1] for row in rows_of(README, "setting") if "●" in row[0]}
    listed = {row[0].split("`")[1] for row in rows_of(README, "setting")}
    assert marked == listed & set(_SECRETS)


def test_settings_when_a_default_is_told_then_it_is_the_programs() -> None:
    defaults = load_settings({}, for_demo=True).model_dump()
    wrong = []
    for name, told, _meaning in rows_of(README, "setting"):
        plain = re.fullmatch(r"`([^`]+)`", told)
        value = defaults.get(name.split("`")[1].lower())
        if plain and str(value).lower().removesuffix(".0") != plain[1]:
            wrong.append((name, told, value))
    assert wrong == []


@BOTH
def test_settings_when_mentioned_then_they_exist(page: str) -> None:
    known = {*settings_of_the_program(), *FOREIGN, *(f"{name}_FILE" for name in _SECRETS)}
    vault = re.compile(r"(AWS|GOOGLE|AZURE)_")
    named = {word for line in code_of(page) for word in re.findall(rf"\b(?:{SETTING})\b", line)}
    assert {word for word in named - known if not vault.match(word)} == set()


@BOTH
def test_exit_codes_when_told_then_they_are_those_of_the_program(page: str) -> None:
    rows = rows_of(page, "exit code" if page == README else "code")
    told = {row[0]: re.split(r"[,;]", row[1])[0] for row in rows}
    assert list(told) == ["0", "1", "2", "3", "4", "5"]
    assert [code for code, means in told.items() if f"{code} {means}" not in EPILOG] == []


@BOTH
def test_scopes_when_listed_then_they_are_those_of_the_manifest(page: str) -> None:
    asked = yaml.safe_load(text_of("manifest.yml"))["oauth_config"]["scopes"]
    listed = [row[0].strip("`") for row in rows_of(page, "scope")]
    assert sorted(listed) == sorted([*asked["bot"], *asked["bot_optional"]])


def permissions() -> dict[str, str]:
    """Give the permissions of the README's table, each with when it is asked for."""
    rows = rows_of(README, "permission")
    return {scope: when for named, when in rows for scope in re.findall(r"`([^`]+)`", named)}


def test_permissions_when_listed_in_the_readme_then_none_that_linking_asks_for_is_missing() -> None:
    listed = permissions()
    always = {scope for scope, when in listed.items() if when.startswith("always")}
    assert set(backup_scopes()) - always == set()
    for extra in (Extra.PAYROLL, Extra.JOURNALS):
        assert set(backup_scopes(keys_to_ask_for({extra}))) - set(listed) == set()


def test_permissions_when_listed_in_the_readme_then_those_to_write_are_told_apart() -> None:
    listed = permissions()
    written = {scope for scope, when in listed.items() if "target" in when}
    assert written == {*restore_scopes(), *beside_scopes()}
    read = {scope for one in RESOURCES.values() if one.read for scope in one.read.scopes}
    assert set(listed) - written - read == {OFFLINE}, "each is one that the catalogue knows"


@ALL
def test_files_when_named_then_they_exist(page: str) -> None:
    looks = re.compile(
        r"(?:bot|handlers|jobs|docs|tests|bench)/[\w./-]*\w|[\w.-]+\.(?:yml|yaml|toml|md|lock|py|db)"
    )
    named = {word for line in code_of(page) for word in line.split() if looks.fullmatch(word)}
    lost = {name for name in named - MADE if not list(ROOT.glob(name)) and not list(ROOT.glob(f"*/{name}"))}
    assert {name for name in lost if "<" not in name} == set()


@ALL
def test_headings_when_linked_then_they_exist(page: str) -> None:
    lost = []
    for target, mark in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", text_of(page)):
        if target.startswith("http"):
            continue
        other = (ROOT / page).parent / target if target else ROOT / page
        heads = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
        marks = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
        lost += [f"{target}#{mark}"] if mark not in marks else []
    assert lost == []


def test_pictures_when_shown_then_small_and_told_in_words() -> None:
    text = text_of(README)
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text)
    shown += [(alt, path) for path, alt in re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]*)"', text)]
    kept = {f"docs/img/{path.name}" for path in (ROOT / "docs" / "img").iterdir()}
    assert {path for _alt, path in shown} == kept
    assert [path for alt, path in shown if len(alt.split()) < 8] == []
    for _alt, path in shown:
        picture = (ROOT / path).read_bytes()
        assert len(picture) < MOST_BYTES
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">2I", picture[16:24]) in {(1280, 900), (780, 1688)}


# Product words: what we must never claim. The verdicts' names and options are no claims.
CLAIMS = re.compile(
    r"\b(one-click|single click|complete|completely|full|fully|exact|exactly|guaranteed?|100 ?%|every byte|"
    r"point-in-time|time machine|undo everything)(?!\w)",
    re.IGNORECASE,
)


def test_readme_when_read_then_claims_no_more_than_it_may() -> None:
    text = re.sub(r"```.*?```|`[^`\n]+`", "", text_of(README), flags=re.DOTALL)
    text = re.sub(r"\*Complete(?: with gaps)?\*", "", text)
    text = re.sub(r"(?<=: )complete(?=[,\s]+with)", "", text)  # alt texts read the pictures' verdicts
    assert [found[0] for found in CLAIMS.finditer(text)] == []
    for promise in ("does not rewind", "never written to", "no undo button", "never holds everything"):
        assert promise in text


def test_readme_when_read_then_lines_are_short_enough_to_review() -> None:
    long = [
        line
        for line in text_of(README).splitlines()
        if len(line) > 120 and not line.lstrip().startswith(("|", "!", "<"))
    ]
    assert long == []
