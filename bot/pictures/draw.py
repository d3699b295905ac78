"""Draw a chart: JSON on standard input, PNG on standard output. The only module that knows Pillow.

Run as `python -m bot.pictures.draw` in a process of its own. One picture serves Slack's light and its dark
theme: a card of its own colour whose rounded corners let the theme through. Every line is named beside its
end, so that colour alone tells nothing. Shapes are drawn three times as large and made smaller, which smooths
their edges; letters are drawn at their size.
"""

from __future__ import annotations

import io
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from math import ceil

import msgspec
from PIL import Image, ImageDraw, ImageFont

from bot.pictures.growth import Chart, Line, about, day, percent

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
WIDTH, HEIGHT, FINER = 1200, 824, 3
CARD, EDGE, INK, QUIET, GRID = "#FBFAF7", "#C9C5BC", "#1D2129", "#4A505C", "#E3E0D8"
CLOSE, OVER, KEPT, KEPT_FILL = "#8A5A00", "#B3261E", "#3D4A5C", "#D5DAE1"
# Told apart by people who see colours differently, and dark enough on the card (4.5 : 1 and more).
COLOURS = ("#0B57A4", "#A8430F", "#00695C", "#7B3FA0", "#5D4B00")
PLOT: Box = (96, 150, 720, 600)
STRIP: Box = (96, 682, 720, 784)
LABELS_LEFT, LABELS_BOTTOM = 764, 640
TALLEST = 2.0  # shares above this leave the picture; their label says how much it is
_TITLE, _LARGE, _MEDIUM, _SMALL = 40, 26, 23, 21


class Canvas:
    """A picture at two sizes: shapes on the fine one, letters on the final one."""

    def __init__(self) -> None:
        self._fine = Image.new("RGBA", (WIDTH * FINER, HEIGHT * FINER), (0, 0, 0, 0))
        self._pen = ImageDraw.Draw(self._fine)
        self._texts: list[tuple[Point, str, int, str, str, int]] = []

    def card(self) -> None:
        """Draw the card that everything stands on."""
        box = (FINER, FINER, (WIDTH - 1) * FINER - 1, (HEIGHT - 1) * FINER - 1)
        self._pen.rounded_rectangle(box, radius=22 * FINER, fill=CARD, outline=EDGE, width=2 * FINER)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """Draw a line through points, with round joints."""
        fine = [(x * FINER, y * FINER) for x, y in points]
        self._pen.line(fine, fill=colour, width=round(width * FINER), joint="curve")

    def dashes(self, start: Point, end: Point, colour: str, width: float) -> None:
        """Draw a broken line across."""
        x = start[0]
        while x < end[0]:
            self.line([(x, start[1]), (min(x + 12, end[0]), start[1])], colour, width)
            x += 20

    def dot(self, at: Point, colour: str, radius: float = 6) -> None:
        """Draw a filled point with a rim of the card's colour."""
        for size, fill in ((radius + 2, CARD), (radius, colour)):
            box = [(at[0] - size) * FINER, (at[1] - size) * FINER]
            box += [(at[0] + size) * FINER, (at[1] + size) * FINER]
            self._pen.ellipse(tuple(box), fill=fill)

    def area(self, points: Sequence[Point], colour: str) -> None:
        """Fill a shape."""
        self._pen.polygon([(x * FINER, y * FINER) for x, y in points], fill=colour)

    def text(  # noqa: PLR0917 - as Pillow has them
        self, at: Point, words: str, size: int, colour: str = INK, anchor: str = "ls", halo: int = 0
    ) -> None:
        """Write at a point; `anchor` is Pillow's: "ls" left on the baseline, "rm" right in the middle.

        A halo of the card's colour keeps words readable where a line crosses them.
        """
        self._texts.append((at, words, size, colour, anchor, halo))

    def png(self) -> bytes:
        """Give the finished picture."""
        picture = self._fine.reduce(FINER)
        pen = ImageDraw.Draw(picture)
        for at, words, size, colour, anchor, halo in self._texts:
            pen.text(
                at,
                words,
                font=font(size),
                fill=colour,
                anchor=anchor,
                stroke_width=halo,
                stroke_fill=CARD,
            )
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        return out.getvalue()


@lru_cache(maxsize=16)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Give the font that Pillow carries with it, which knows plain letters and figures only."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType.")
    return found


def draw(chart: Chart) -> bytes:
    """Draw a chart."""
    canvas, days = Canvas(), [on for on, _ in chart.kept]
    first, last = days[0], days[-1]
    canvas.card()
    canvas.text((48, 72), "Growth against the size limits", _TITLE)
    name = _plain(chart.name)
    named = f"{name}, " if name else ""
    canvas.text((48, 110), f"{named}{day(first)} to {day(last)}", _MEDIUM, QUIET)
    _limits(canvas, chart.lines, (first, last))
    _kept(canvas, chart, (first, last))
    return canvas.png()


def _limits(canvas: Canvas, lines: Sequence[Line], span: tuple[date, date]) -> None:
    left, top, right, bottom = PLOT
    fullest = max(share for line in lines for _, share in line.points)
    tallest = min(TALLEST, max(1.1, ceil(fullest * 10 + 0.2) / 10))

    def place(share: float) -> float:
        return bottom - (bottom - top) * min(share, tallest) / tallest

    for step in range(0, int(tallest * 100) + 1, 20 if tallest <= 1.2 else 40):
        y = place(step / 100)
        if step not in {80, 100}:
            canvas.line([(left, y), (right, y)], GRID, 1.5)
        canvas.text((left - 14, y), f"{step} %", _SMALL, QUIET, "rm")
    for share, colour, word in ((0.8, CLOSE, "close from 80 %"), (1.0, OVER, "limit, 100 %")):
        canvas.dashes((left, place(share)), (right, place(share)), colour, 2.5)
        canvas.text((left + 8, place(share) - 9), word, _SMALL, colour, halo=4)
    ends: list[Point] = []
    for line, colour in reversed(list(zip(lines, COLOURS, strict=False))):
        points = [(_across(on, span, PLOT), place(share)) for on, share in line.points]
        canvas.line(points, colour, 4.5)
        canvas.dot(points[-1], colour)
        ends.insert(0, points[-1])
    _name_ends(canvas, lines, ends)
    _days(canvas, span, PLOT)


def _name_ends(canvas: Canvas, lines: Sequence[Line], ends: Sequence[Point]) -> None:
    """Name each line beside its end; names that would touch are moved apart and led to their line."""
    heights = [86 if line.reaches_at else 58 for line in lines]
    tops = _apart([y - 22 for _, y in ends], heights, PLOT[1] - 30, LABELS_BOTTOM)
    for line, colour, end, top in zip(lines, COLOURS, ends, tops, strict=False):
        middle = top + 20
        canvas.line([(end[0] + 10, end[1]), (LABELS_LEFT - 26, middle), (LABELS_LEFT - 8, middle)], colour, 2)
        canvas.text((LABELS_LEFT, top + 28), line.title, _LARGE - 2, colour)
        counts = f"{percent(line.count / line.limit)}: {line.count:,} of {line.limit:,}"
        canvas.text((LABELS_LEFT, top + 54), counts, _MEDIUM)
        if line.reaches_at:
            ahead = f"100 % about {about(line.reaches_at, line.points[-1][0])} at this pace"
            canvas.text((LABELS_LEFT, top + 80), ahead, _SMALL, QUIET)


def _apart(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Move places (ascending) apart so that none overlaps, staying between top and bottom."""
    gap, placed, free = 12, [], top
    for place, height in zip(wanted, heights, strict=True):
        placed.append(max(place, free))
        free = placed[-1] + height + gap
    limit = bottom
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], limit - heights[index])
        limit = placed[index] - gap
    return placed


def _kept(canvas: Canvas, chart: Chart, span: tuple[date, date]) -> None:
    left, top, right, bottom = STRIP
    most = max(number for _, number in chart.kept) or 1
    steps: list[Point] = []
    for on, number in chart.kept:
        x, y = _across(on, span, STRIP), bottom - (bottom - top) * number / most
        steps += [(x, steps[-1][1]), (x, y)] if steps else [(x, y)]
    canvas.text((48, top - 18), "Snapshots kept", _LARGE, KEPT)
    canvas.area([(left, bottom), *steps, (right, bottom)], KEPT_FILL)
    canvas.line(steps, KEPT, 3.5)
    canvas.line([(left, bottom), (right, bottom)], EDGE, 2)
    canvas.dot(steps[-1], KEPT)
    canvas.text((left - 14, bottom), "0", _SMALL, QUIET, "rm")
    canvas.text((LABELS_LEFT, max(steps[-1][1], top) + 9), f"{chart.kept[-1][1]:,} now", _LARGE, KEPT)


def _days(canvas: Canvas, span: tuple[date, date], box: Box) -> None:
    """Write a few dates under a plot."""
    first, last = span
    parts = min(4, (last - first).days)
    for part in range(parts + 1):
        on = first + timedelta(days=round((last - first).days * part / parts))
        anchor = "lt" if part == 0 else "rt" if part == parts else "mt"
        canvas.text((_across(on, span, box), box[3] + 12), day(on, year=False), _SMALL, QUIET, anchor)


def _across(on: date, span: tuple[date, date], box: Box) -> float:
    whole = max(1, (span[1] - span[0]).days)
    return box[0] + (box[2] - box[0]) * (on - span[0]).days / whole


def _plain(name: str) -> str:
    """Give a name in letters that the font has; "" where that would not be the name any more."""
    parts = unicodedata.normalize("NFKD", name)
    bare = "".join(char for char in parts if not unicodedata.combining(char)).strip()
    fits = bare.isascii() and bare.isprintable()
    return (bare if len(bare) <= 48 else f"{bare[:47]}...") if fits else ""


def main() -> None:
    """Read a chart, write a picture."""
    chart = msgspec.json.decode(sys.stdin.buffer.read(), type=Chart)
    sys.stdout.buffer.write(draw(chart))


if __name__ == "__main__":
    main()
