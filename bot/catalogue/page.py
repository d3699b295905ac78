"""Write docs/coverage.md from the catalogue, the same bytes each time. Run with the file to write.

python -m bot.catalogue.page docs/coverage.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from bot.catalogue import MISSING, SIZE_LIMITS, backup_scopes, beside_scopes, reading_now, restore_scopes
from bot.catalogue.coverage import Standing, caveats_now, resources_standing
from bot.catalogue.model import LedgerEffect, Resource, Rhythm

_START = """# What is covered, and what is not

<!-- Generated from bot/catalogue by `python -m bot.catalogue.page docs/coverage.md`; do not edit by hand. -->

Ledgerkeep rebuilds a copy of your books in another, empty organisation of the same region; it does not rewind
your live organisation. What comes back in your case stands in the plan that `/backup restore` makes.

Of everything Xero keeps it reads {read} kinds of data; {later} more can be read from Xero but are not read
yet or only on request, and {missing} things Xero does not offer to any app like it.

What is marked *weekly* are small lists that hardly change: they are read once a week and stand in between.
What is marked *over several nights* takes a call or more for each record: it is read with the calls a night
has left, newest records first, and each summary says how far it is. In `/backup settings`, attachments and
history may be switched off; PDFs, payroll and journals may be switched on.

Lost on every restore: Xero's internal ids, the dates of creation and change, and who made an entry.
"""

_WHEN = {
    Rhythm.NIGHTLY: "",
    Rhythm.WEEKLY: " (weekly)",
    Rhythm.FILLED: " (over several nights)",
}
_LEDGER = {
    LedgerEffect.NONE: "no",
    LedgerEffect.POSTS: "yes",
    LedgerEffect.PARTLY: "partly",
    LedgerEffect.OUTSIDE: "yes, and cannot be rebuilt",
}


def coverage_page() -> str:
    """Draw the whole page as Markdown."""
    later = resources_standing(Standing.LATER)
    start = _START.format(read=len(reading_now()), later=len(later), missing=len(MISSING))
    parts = (
        start,
        _restored("Covered", "Read; back as they were, or following by themselves.", Standing.COVERED),
        _restored("Comes back changed", "Read; what differs after a restore is said.", Standing.CHANGED),
        _restored(
            "Kept as evidence",
            "Read, but not written back. It is there to look up, to compare with and to enter again.",
            Standing.EVIDENCE,
        ),
        _unread(
            "Read later or on request", "Xero offers these, Ledgerkeep does not read them by itself.", later
        ),
        _unread("Not read", "Left out on purpose.", resources_standing(Standing.NEVER)),
        _missing(),
        _limits(),
        _scopes(),
    )
    return "\n".join(parts)


def write(path: Path) -> None:
    """Write the page to a file."""
    path.write_text(coverage_page(), encoding="utf-8")


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _told(entry: Resource) -> str:
    return "<br>".join(
        f"{caveat.sentence} *{caveat.instead}*{_only(caveat.countries)}" for caveat in caveats_now(entry)
    )


def _titled(entry: Resource) -> str:
    """Give its title, and when it is read if that is not with every backup."""
    return entry.title + _WHEN[entry.rhythm]


def _only(countries: tuple[str, ...]) -> str:
    return f" ({', '.join(countries)} only)" if countries else ""


def _restored(heading: str, introduction: str, as_: Standing) -> str:
    rows = (
        (
            _titled(entry),
            f"`{entry.file_stem}`",
            entry.restore.comes_back,
            _LEDGER[entry.ledger],
            _told(entry),
        )
        for entry in resources_standing(as_)
    )
    headings = ("data", "file", "how it comes back", "moves the ledger", "what to know, *and what to do*")
    if as_ is Standing.COVERED:
        return _section(heading, introduction, _table(headings[:-1], (row[:-1] for row in rows)))
    return _section(heading, introduction, _table(headings, rows))


def _unread(heading: str, introduction: str, entries: tuple[Resource, ...]) -> str:
    together: dict[tuple[str, str, str], list[Resource]] = {}
    for entry in entries:
        told = _told(entry)
        reasons = ", ".join(dict.fromkeys(caveat.reason.value for caveat in caveats_now(entry)))
        together.setdefault((entry.group or entry.title, told, reasons), []).append(entry)
    rows = (
        (title, _keys(members) if members[0].group else f"`{members[0].key}`", _worst(members), reasons, told)
        for (title, told, reasons), members in together.items()
    )
    headings = ("data", "parts", "moves the ledger", "why", "what to know, *and what to do*")
    return _section(heading, introduction, _table(headings, rows))


def _keys(members: list[Resource]) -> str:
    return ", ".join(f"`{entry.key}`" for entry in members)


def _worst(members: list[Resource]) -> str:
    order = tuple(LedgerEffect)
    return _LEDGER[max((entry.ledger for entry in members), key=order.index)]


def _missing() -> str:
    rows = (
        (
            gap.title,
            gap.sentence + _only(gap.countries),
            gap.reason.value,
            _LEDGER[gap.ledger],
            gap.instead,
            gap.source,
        )
        for gap in sorted(MISSING.values(), key=lambda gap: (gap.weight, gap.key))
    )
    headings = ("data", "what is missing", "why", "moves the ledger", "what to do", "source")
    return _section(
        "Not offered by Xero", "Worst first. No app of this kind can read these.", _table(headings, rows)
    )


def _limits() -> str:
    introduction = "Above these a restore is known to run into trouble; summaries say *close* from 80 % on."
    rows = ((limit.title, f"{limit.limit:,}") for limit in SIZE_LIMITS)
    return _section("Size limits", introduction, _table(("what is counted", "limit"), rows))


def _scopes() -> str:
    introduction = "A backup asks Xero for these permissions and for no permission to write."
    writing = (
        "A restore writes, and only to the organisation that it goes into. When one is asked for, somebody "
        "is asked for these permissions as well, for that organisation. They alone write nothing: that takes "
        "the approval of a plan."
    )
    wanted = backup_scopes()
    rows = (
        (f"`{scope}`", ", ".join(_read_with(scope)) or "stays connected while nobody is there")
        for scope in wanted
    )
    beside = (
        "Where the copy holds them and they are chosen, these are asked for too; without them they are left "
        "out, and the plan says so."
    )
    written = ((f"`{scope}`", ", ".join(_written_with(scope))) for scope in restore_scopes())
    more = ((f"`{scope}`", ", ".join(_written_with(scope))) for scope in beside_scopes())
    return (
        _section("Permissions asked for", introduction, _table(("permission", "to read"), rows))
        + f"\n{writing}\n\n{_table(('permission', 'to write'), written)}"
        + f"\n{beside}\n\n{_table(('permission', 'to write'), more)}"
    )


def _read_with(scope: str) -> list[str]:
    return [entry.title for entry in reading_now() if entry.read and entry.read.scopes[:1] == (scope,)]


def _written_with(scope: str) -> list[str]:
    return [entry.title for entry in reading_now() if entry.restore.write_scope == scope]


def _section(heading: str, introduction: str, table: str) -> str:
    return f"## {heading}\n\n{introduction}\n\n{table}"


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/coverage.md"))
