"""The command that looks at everything the bot needs and says what to do about each. Never shows a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli import shown
from bot.cli.checks import Finding, Word
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from bot.config import Settings

FAILED = 1


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(doctor)


def doctor(as_json: shown.AsJson = False) -> None:
    """Check everything the bot needs; say what to do.

    Settings, data folder, database, vault, Slack, Xero, clock and address (exit code 1 on a problem).
    """
    found = _examine()
    if as_json:
        shown.document({"ok": not _ill(found), "checks": [_words(one) for one in found]})
    else:
        for one in found:
            shown.line(f"{one.word.value:<8} {one.what:<12} {shown.clean(one.sentence)}")
            if one.do:
                shown.line(f"{'':<8} {'':<12} -> {shown.clean(one.do)}")
    if _ill(found):
        raise typer.Exit(FAILED)


def _examine() -> list[Finding]:
    from bot.cli.checks import here
    from bot.cli.opening import settings_for
    from bot.cli.probes import outside

    try:
        settings: Settings = settings_for()
    except Misconfigured as wrong:
        return [Finding(Word.PROBLEM, "settings", *_split(one)) for one in wrong.problems]
    return [
        Finding(Word.OK, "settings", "Every setting that is needed is there and well formed."),
        *here(settings),
        *outside(settings),
    ]


def _split(problem: str) -> tuple[str, str]:
    """Part what is wrong from what to do: problems of settings read "NAME: what; what to do."."""
    wrong, _, do = problem.partition("; ")
    return wrong.rstrip(".") + ".", do


def _ill(found: list[Finding]) -> bool:
    return any(one.word is Word.PROBLEM for one in found)


def _words(one: Finding) -> dict[str, str]:
    return {"check": one.what, "word": one.word.value, "sentence": one.sentence, "do": one.do}
