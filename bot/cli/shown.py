"""How the command line shows things: tables for people, one JSON document for programs. Decides nothing.

Names come from Xero, so nothing in them may steer a terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from unicodedata import category, east_asian_width

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
_KIBI = 1024


def clean(text: str) -> str:
    """Take out of a text what could steer a terminal or hide in it."""
    return "".join(
        " " if char.isspace() else char for char in text if category(char)[0] != "C" or char == "\n"
    )


def line(text: str) -> None:
    """Print one line on standard output."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print one line on standard error: not part of what was asked for."""
    print(text, file=sys.stderr, flush=True)


def document(value: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain), flush=True)


def row(value: Any) -> None:
    """Print one line of JSON."""
    print(json.dumps(value, ensure_ascii=False, default=_plain), flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns; numbers stand to the right."""
    texts = [[clean(_cell(one)) for one in each] for each in rows]
    widths = [max(_width(one) for one in column) for column in zip(head, *texts, strict=True)]
    right = [bool(rows) and all(isinstance(each[at], int) for each in rows) for at in range(len(head))]
    for each in [list(head), *texts]:
        cells = (_padded(text, widths[at], right=right[at]) for at, text in enumerate(each))
        line("  ".join(cells).rstrip())


def when(at: datetime | None) -> str:
    """Write a moment in UTC, for people."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "-"


def moment(at: datetime | None) -> str | None:
    """Write a moment for programs: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def counted(number: int, singular: str) -> str:
    """Write a number with its noun."""
    return f"{number:,} {singular}{'' if number == 1 else 's'}"


def size(count: int) -> str:
    """Write a number of bytes for people."""
    value = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if value < _KIBI:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= _KIBI
    return f"{value:.1f} TiB"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"{type(value).__name__} is nothing that JSON can hold")
