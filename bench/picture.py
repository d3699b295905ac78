"""Draw what was measured as bars with their numbers beside them, from what `bench.results` keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bench import results

WIDTH, FINER, MARGIN = 1200, 2, 48
CARD, INK, QUIET, RULE = "#FFFFFF", "#1D2129", "#4A505C", "#E3E0D8"
COLOURS = {"floor": "#8A93A1", "bot": "#0B57A4", "loop 1000": "#C2703D", "loop 100": "#D9A27E"}
NAMES = {
    "floor": "floor: only received and packed",
    "bot": "Ledgerkeep",
    "loop 1000": "xero-python loop, 1,000 a page",
    "loop 100": "xero-python loop, 100 a page",
}
BAR, GAP, HEAD, LABELS, NUMBERS = 30, 8, 56, 380, 250


@dataclass(frozen=True, slots=True)
class Panel:
    """One question and its answers: key and number, drawn in this order."""

    title: str
    unit: str
    bars: tuple[tuple[str, float], ...]
    note: str = ""  # beside the bot's number

    @property
    def height(self) -> int:
        """Give how much of the picture it takes."""
        return HEAD + len(self.bars) * (BAR + GAP) + 26


def panels(first: dict[str, Any], nights: dict[str, Any]) -> list[Panel]:
    """Choose what is shown: the cost of the first backup, then of a night in which nothing changed."""
    rows = {one["what"]: one for one in first["rows"]}
    order = [key for key in NAMES if key in rows]

    def of(name: str) -> tuple[tuple[str, float], ...]:
        return tuple((key, float(rows[key][name])) for key in order)

    records = f"{first['records']:,} records"
    found = [
        Panel(f"First backup of {records}: CPU", "s", of("cpu")),
        Panel("… time, with a Xero that answers at once", "s", of("seconds")),
        Panel("… memory at most", "MB", of("peak"), f"(the idle bot: {rows['bot']['idle']:.0f})"),
    ]
    quiet = next(
        (one for one in nights.get("rows", ()) if (one["org"], one["what"]) == ("limit", "nothing changed")),
        None,
    )
    if quiet is not None:
        loops = [key for key in order if key.startswith("loop")]
        calls = (("bot", quiet["calls"]), *((key, rows[key]["calls"]) for key in loops))
        stored = (("bot", quiet["stored"] / 1000), *((key, rows[key]["stored"] / 1000) for key in loops))
        found += [
            Panel("A night in which nothing changed: calls to Xero", "", calls),
            Panel("… written that night", "kB", stored),
        ]
    return found


def draw(target: Path) -> None:
    """Draw the picture; nothing when there is nothing to draw yet."""
    first = results.load("compare")
    if first:
        paint(panels(first, results.load("backup")), first, target)


def paint(shown: Sequence[Panel], found: dict[str, Any], target: Path) -> None:
    """Paint panels below each other and write the picture."""
    height = 120 + sum(one.height for one in shown) + 40
    picture = Image.new("RGB", (WIDTH * FINER, height * FINER), CARD)
    pen = ImageDraw.Draw(picture)
    write(pen, (MARGIN, 52), "What a backup costs", 34)
    about = (
        f"{found['machine']['processor']}, Python {found['machine']['python']}, {found['at']}; less is better"
    )
    write(pen, (MARGIN, 86), about, 19, QUIET)
    top = 112
    for one in shown:
        paint_panel(pen, one, top)
        top += one.height
    picture.reduce(FINER).save(target, optimize=True)


def paint_panel(pen: ImageDraw.ImageDraw, panel: Panel, top: int) -> None:
    """Paint a title and its bars; the longest bar takes the whole width."""
    pen.line([(MARGIN * FINER, top * FINER), ((WIDTH - MARGIN) * FINER, top * FINER)], RULE, 2)
    write(pen, (MARGIN, top + 36), panel.title, 23)
    left, room = MARGIN + LABELS, WIDTH - 2 * MARGIN - LABELS - NUMBERS
    most = max(number for _, number in panel.bars) or 1
    for place, (key, number) in enumerate(panel.bars):
        y = top + HEAD + place * (BAR + GAP)
        width = max(2, room * number / most)
        box = (left * FINER, y * FINER, (left + width) * FINER, (y + BAR) * FINER)
        pen.rectangle(box, fill=COLOURS[key])
        write(pen, (left - 14, y + 22), NAMES[key], 20, INK if key == "bot" else QUIET, "rs")
        note = panel.note if key == "bot" else ""
        write(pen, (left + width + 12, y + 22), " ".join(filter(None, (told(number), panel.unit, note))), 20)


def told(number: float) -> str:
    """Write a number with as many places as it deserves."""
    if number >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.3f}".rstrip("0")


def write(  # noqa: PLR0917 - as Pillow has them
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    words: str,
    size: int,
    colour: str = INK,
    anchor: str = "ls",
) -> None:
    """Write at a point of the final picture."""
    pen.text(
        (at[0] * FINER, at[1] * FINER),
        words,
        font=ImageFont.load_default(size * FINER),
        fill=colour,
        anchor=anchor,
    )
