"""The picture and its words: drawn by a process of its own, readable on both of Slack's themes."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops

from bot.domain.forecast import Forecast, GrowthPoint, GrowthSeries
from bot.domain.limits import LimitReading
from bot.errors import Transient
from bot.pictures import child, draw
from bot.pictures.growth import ALT_LIMIT, Chart, alt_text, chart_of, percent

START = date(2026, 6, 14)
TITLES = {
    "documents": ("Invoices, bills and credit notes", 40_000),
    "contacts": ("Contacts", 10_000),
    "accounts": ("Codes in the chart of accounts", 600),
}


def series(length: int = 100, **first: int) -> GrowthSeries:
    counts = {"documents": 31_000, "contacts": 6_200, "accounts": 140, **first}
    points = tuple(
        GrowthPoint(
            day=START + timedelta(days=place),
            counts={key: count + place * 10 for key, count in counts.items()},
            snapshots=place + 1,
            bytes_kept=place * 10**6,
        )
        for place in range(length)
    )
    return GrowthSeries(organisation_id="o", points=points)


def chart(name: str = "Harbour Trading", grown: GrowthSeries | None = None) -> Chart:
    grown = grown or series()
    found = chart_of(name, grown, [forecast(grown, key) for key in TITLES])
    assert found is not None
    return found


def forecast(grown: GrowthSeries, key: str) -> Forecast:
    title, limit = TITLES[key]
    count = grown.points[-1].counts[key]
    reaches = date(2026, 12, 23) if key == "documents" else None
    reading = LimitReading(key=key, title=title, count=count, limit=limit)
    return Forecast(limit=reading, reaches_at=reaches, per_month=300.0, enough_history=True)


@pytest.fixture(scope="module")
def picture() -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(child.render(chart()))) as opened:
        yield opened.convert("RGBA")


def test_render_when_asked_then_a_png_twelve_hundred_pixels_wide_and_small_enough_to_post(
    picture: Image.Image,
) -> None:
    assert picture.size == (draw.WIDTH, draw.HEIGHT)
    assert len(child.render(chart())) < 300_000


@pytest.mark.parametrize("theme", ["#FFFFFF", "#1A1D21"])
def test_render_when_laid_on_a_theme_then_only_the_corners_let_it_through(
    picture: Image.Image, theme: str
) -> None:
    page = Image.new("RGBA", picture.size, theme)
    page.alpha_composite(picture)
    under = page.convert("RGB").getpixel
    ground = Image.new("RGB", (1, 1), theme).getpixel((0, 0))
    assert under((1, 1)) == under((draw.WIDTH - 2, draw.HEIGHT - 2)) == ground
    card = Image.new("RGB", (1, 1), draw.CARD).getpixel((0, 0))
    assert under((draw.WIDTH // 2, 30)) == under((60, draw.HEIGHT - 20)) == card


@pytest.mark.parametrize("colour", [*draw.COLOURS, draw.INK, draw.QUIET, draw.CLOSE, draw.OVER, draw.KEPT])
def test_colours_when_measured_on_the_card_then_each_has_the_contrast_that_small_words_need(
    colour: str,
) -> None:
    # 4.5 : 1, WCAG 2.2 success criterion 1.4.3 (w3.org/TR/WCAG22/#contrast-minimum)
    light, dark = _luminance(draw.CARD), _luminance(colour)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_draw_when_numbers_differ_then_so_does_the_picture() -> None:
    pictures = [
        Image.open(io.BytesIO(draw.draw(chart(grown=series(contacts=count))))).convert("RGB")
        for count in (100, 6_000)
    ]
    assert ImageChops.difference(*pictures).getbbox() is not None


@pytest.mark.parametrize("length", [2, 3, 100])
@pytest.mark.parametrize("documents", [0, 39_000, 400_000])
@pytest.mark.parametrize("name", ["", "日本商事", "x" * 500, "Ōtautahi <&> Ltd\n\u202e"])
def test_draw_when_extreme_then_still_a_picture(length: int, documents: int, name: str) -> None:
    drawn = draw.draw(chart(name, series(length, documents=documents)))
    with Image.open(io.BytesIO(drawn)) as opened:
        assert opened.size == (draw.WIDTH, draw.HEIGHT)


def test_names_when_lines_end_at_the_same_height_then_no_two_overlap_and_all_stay_above_the_strip() -> None:
    heights = [86.0, 58.0, 86.0, 58.0, 86.0]
    placed = draw._apart([578.0, 580.0, 580.0, 599.0, 600.0], heights, 120, draw.LABELS_BOTTOM)
    ends = [top + height for top, height in zip(placed, heights, strict=True)]
    assert all(after - before >= 12 for before, after in zip(ends, placed[1:], strict=False))
    assert placed[0] >= 120
    assert ends[-1] <= draw.LABELS_BOTTOM


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Māori Whānau Ltd", "Maori Whanau Ltd"), ("日本", ""), ("y" * 60, "y" * 47 + "..."), ("a\nb", "")],
)
def test_name_when_the_font_lacks_its_letters_then_it_is_folded_or_left_out(name: str, shown: str) -> None:
    assert draw._plain(name) == shown


def test_alt_text_when_read_aloud_then_it_has_the_numbers_the_fullest_first() -> None:
    assert alt_text(chart()) == (
        "Growth of Harbour Trading against the size limits, 14 Jun 2026 to 21 Sep 2026. "
        "Codes in the chart of accounts: 1,130 of 600 (188 %, at first 23 %). "
        "Invoices, bills and credit notes: 31,990 of 40,000 (79 %, at first 77 %); "
        "100 % about 23 Dec 2026 at this pace. "
        "Contacts: 7,190 of 10,000 (71 %, at first 62 %). "
        "Snapshots kept: 100, at first 1."
    )


def test_alt_text_when_enormous_then_within_what_slack_takes() -> None:
    assert len(alt_text(chart("N" * 5_000))) <= ALT_LIMIT


def test_percent_when_small_then_it_does_not_say_nothing() -> None:
    assert [percent(one) for one in (0, 0.001, 0.0999, 1.0, 12.0)] == [
        "0 %", "under 1 %", "9 %", "100 %", "1,200 %",
    ]  # fmt: skip


@pytest.mark.parametrize("length", [0, 1])
def test_chart_of_when_there_are_not_two_days_then_none(length: int) -> None:
    assert chart_of("Harbour", series(length), []) is None


def test_chart_of_when_nothing_could_be_counted_then_none() -> None:
    unknown = Forecast(limit=LimitReading(key="documents", title="T", count=None, limit=9))
    assert chart_of("Harbour", series(), [unknown]) is None


def test_render_when_the_process_takes_too_long_or_fails_then_transient(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(Transient):
        child.render(chart(), seconds=0.001)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-python"))
    with pytest.raises(Transient):
        child.render(chart())


def test_render_when_the_process_ends_badly_then_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Transient):
        child.render(chart())


def test_render_when_the_bot_holds_secrets_then_the_process_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", "k:secret")
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def watched(*args: object, **named: object) -> object:
        seen.append(dict(named["env"]))  # type: ignore[call-overload]
        return real(*args, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    child.render(chart())
    assert "ENCRYPTION_KEYS" not in seen[0]


def test_modules_when_the_bot_imports_pictures_then_the_drawing_library_stays_out() -> None:
    code = "import sys, bot.app, bot.pictures.child; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_chart_when_sent_to_the_process_then_it_arrives_as_it_was() -> None:
    assert msgspec.json.decode(msgspec.json.encode(chart()), type=Chart) == chart()
