"""Write the measured tables and the picture into docs/benchmarks.md from what was measured last.

Whatever stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` is replaced; the words around it are
people's. `python -m bench.report` measures nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench import picture, results

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, PICTURE = DOCS / "benchmarks.md", results.FOLDER / "bench.png"
LOOPS = {"loop 1000": "xero-python loop, 1,000 a page", "loop 100": "xero-python loop, 100 a page"}
NAMES = {"bot": "**Ledgerkeep**", "floor": "floor", **LOOPS}
Found = dict[str, Any]


def table(head: Iterable[str], rows: Iterable[Iterable[str]], *, words: int = 1) -> str:
    """Draw a table; all but the first columns are numbers."""
    names = list(head)
    marks = ["---"] * words + ["---:"] * (len(names) - words)
    lines = [names, marks, *map(list, rows)]
    return "\n".join(f"| {' | '.join(one)} |" for one in lines)


def machine(found: Found) -> str:
    """Say where and when something was measured."""
    about = found["machine"]
    return (
        f"*Measured on {found['at']}: {about['processor']}, {about['cores']} cores shared with other work "
        f"(load {about['load']} when it ended), Python {about['python']}; "
        f"code: {found['state'] or 'unknown'}.*"
    )


def compare(found: Found) -> str:
    """Draw the comparison at the size limits, its ratios and its goals."""
    rows = {one["what"]: one for one in found["rows"]}
    bot, floor = rows["bot"], rows["floor"]
    drawn = [
        (
            NAMES[what],
            f"{one['calls']:,}",
            f"{one['seconds']:.1f}",
            f"{one['cpu']:.2f}",
            f"{one['cpu'] / floor['cpu']:.1f}",
            f"{one['cpu'] / bot['cpu']:.1f}",
            f"{one['peak']:.0f}",
            f"{one['received'] / 1e6:.1f}",
            f"{one['stored'] / 1e6:.1f}",
        )
        for what, one in rows.items()
    ]
    head = ("", "calls", "seconds", "CPU s", "÷ floor", "÷ Ledgerkeep", "MB of memory at most")
    goals = [
        goal("CPU seconds", bot["cpu"], 5, "5", "{:.2f}"),
        goal("CPU against the floor", bot["cpu"] / floor["cpu"], 2.5, "2.5 times", "{:.1f} times"),
        goal("calls above the least", bot["calls"] / found["least"] - 1, 0.02, "2 %", "{:+.1%}"),
        goal("memory at most", bot["peak"], 150, "150 MB", "{:.0f} MB"),
    ]
    if "loop 1000" in rows:
        less = rows["loop 1000"]["cpu"] / bot["cpu"]
        goals.insert(
            2, goal("CPU of the quicker loop against ours", -less, -5, "at least 5 times", "{:.1f} times")
        )
    memory = f"The idle bot, before its first backup, holds {bot['idle']:.0f} MB of the {bot['peak']:.0f}."
    return "\n\n".join(
        (
            machine(found),
            f"{found['records']:,} records; reading all of it takes {found['least']} calls at the least.",
            table((*head, "MB received", "MB written"), drawn),
            table(("goal", "wanted", "measured", ""), goals),
            memory,
        )
    )


def goal(what: str, measured: float, wanted: float, words: str, shown: str) -> tuple[str, ...]:
    """Give a goal's row; negative numbers stand for goals that are to be exceeded."""
    told = shown.format(measured if wanted >= 0 else -measured)
    at_most = f"at most {words}" if wanted >= 0 else words
    return what, at_most, told, "met" if measured <= wanted else "**missed**"


def nights(found: Found) -> str:
    """Draw the three nights of each organisation."""
    titles = {
        "lively": "demo (everything a little)",
        "limit": "at the size limits",
        "small": "small, history and attachments read too",
    }
    first = {one["org"]: one["stored"] for one in found["rows"] if one["what"] == "first"}
    drawn = [
        (
            f"{titles[one['org']]}, {one['records']:,} records" if one["what"] == "first" else "",
            one["what"],
            f"{one['calls']}",
            f"{one['seconds']:.1f}",
            f"{one['cpu']:.2f}",
            f"{one['received'] / 1000:,.0f}",
            f"{one['stored'] / 1000:,.1f}",
            f"{one['stored'] / first[one['org']]:.2%}",
            f"{one['peak']:.0f}",
        )
        for one in found["rows"]
    ]
    head = ("organisation", "night", "calls", "seconds", "CPU s", "kB received", "kB stored", "of the first")
    most = max(one["calls"] for one in found["rows"] if one["what"] == "nothing changed")
    goals = [goal("calls of a quiet night", most, 35, "35", "{:.0f}")]
    drawn_goals = table(("goal", "wanted", "measured", ""), goals)
    return "\n\n".join((machine(found), table((*head, "MB of memory at most"), drawn, words=2), drawn_goals))


def minute(found: Found) -> str:
    """Draw the time within Xero's limits."""
    drawn = [
        (
            one["what"],
            f"{one['calls']}",
            f"{one['refused']}",
            f"{one['seconds']:.0f}",
            f"{one['allowed']:.0f}",
            f"{one['seconds'] / one['allowed'] - 1:+.1%}",
        )
        for one in found["rows"]
    ]
    head = ("", "calls", "refused by Xero", "seconds", "the minute allows", "above it")
    first = found["rows"][0]
    over = first["seconds"] / first["allowed"] - 1
    goals = [goal("first backup above what the minute allows", over, 0.10, "10 %", "{:+.1%}")]
    shortened = "In real time: Xero's minute had 60 seconds."
    if found["shortened"] != 1:
        shortened = (
            f"Xero's times were divided by {found['shortened']}; the seconds shown are multiplied back."
        )
    drawn_goals = table(("goal", "wanted", "measured", ""), goals)
    return "\n\n".join((machine(found), shortened, table(head, drawn), drawn_goals))


def growth(found: Found) -> str:
    """Draw how cost grows."""
    drawn = [
        (
            f"{one['records']:,}",
            f"{one['calls']} ({one['least']})",
            f"{one['seconds']:.1f}",
            f"{one['cpu']:.2f}",
            f"{one['cpu'] / one['records'] * 1e6:.0f}",
            f"{one['peak']:.0f} ({one['idle']:.0f})",
        )
        for one in found["rows"]
    ]
    head = ("records", "calls (least)", "seconds", "CPU s", "CPU µs a record", "MB of memory at most (idle)")
    return "\n\n".join((machine(found), table(head, drawn, words=0)))


def many(found: Found) -> str:
    """Draw the nights of many small organisations."""
    drawn = [
        (
            one["what"],
            f"{one['seconds']:.0f}",
            f"{one['cpu']:.0f} ({one['cpu'] / one['organisations']:.2f})",
            f"{one['calls']:,} ({one['calls'] / one['organisations']:.1f})",
            f"{one['stored'] / 1e6:.1f}",
            f"{one['peak']:.0f}",
        )
        for one in found["rows"]
    ]
    about = found["rows"][0]
    head = ("night", "seconds", "CPU s (each)", "calls (each)", "MB stored", "MB of memory at most")
    told = f"{about['organisations']} organisations, {about['records']:,} records, all asked for at once."
    return "\n\n".join((machine(found), told, table(head, drawn)))


PARTS: dict[str, Callable[[Found], str]] = {
    "compare": compare,
    "backup": nights,
    "minute": minute,
    "growth": growth,
    "many": many,
}


def written(page: str) -> str:
    """Give the page with every part drawn anew; a part that was never measured stays as it is."""
    for name, draw in PARTS.items():
        found = results.load(name)
        if not found:
            continue
        part = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- /bench:{name} -->)", re.DOTALL)
        text = f"\n{draw(found)}\n\n"
        page = part.sub(lambda marks, text=text: marks[1] + text + marks[2], page)
    return page


def main() -> None:
    """Write page and picture."""
    PAGE.write_text(written(PAGE.read_text()))
    picture.draw(PICTURE)
    print(f"Wrote {PAGE.relative_to(DOCS.parent)} and {PICTURE.relative_to(DOCS.parent)}.")


if __name__ == "__main__":
    main()
