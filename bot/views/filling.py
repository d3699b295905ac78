"""Words for what is read record by record over several nights: how far it is, and when it is done.

Never called a gap and never hidden: "still filling up" while calls are left for it, else "not read yet".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.backup import Fill
from bot.views.words import capital, counted, number, percent, sentence, series

_NAMES: Mapping[str, tuple[str, str]] = {  # what it is called, and what it is counted in
    "attachments": ("attached files", "record"),
    "file_contents": ("files of the library", "file"),
    "associations": ("what those files belong to", "file"),
    "invoice_details": ("rounding of invoices", "invoice"),
    "history": ("history with notes", "record"),
    "aged_receivables": ("aged receivables", "customer"),
    "aged_payables": ("aged payables", "supplier"),
    "pdfs": ("PDFs as issued", "document"),
}
_FIRST = ("attachments", "history")
_TOLD_WHEN_DONE = (*_FIRST, "file_contents", "pdfs")
_NAMED_AT_MOST, _TOLD_AT_MOST = 2, 8
_NO_CALLS = (
    "A night has no calls to Xero left for this: the books use them, or whoever runs Ledgerkeep allows none "
    "(`XERO_FILL_CALLS`)."
)


def unfinished(fills: Sequence[Fill]) -> list[Fill]:
    """Give those of which some records wait for their turn; what people ask for most comes first."""
    return sorted((one for one in fills if not one.is_done), key=lambda one: one.resource not in _FIRST)


def line(fills: Sequence[Fill]) -> str:
    """Say how far everything is that is not done, and how many nights it takes; "" for nothing."""
    left = unfinished(fills)
    if not left:
        return ""
    last = _nights(left)
    if last is None:
        heading = "Not all read yet" if any(one.done for one in left) else "Not read yet"
        return f"*{heading}:* {_listed([_so_far(one) for one in left])}. {_NO_CALLS}"
    each = len({one.nights for one in left}) > 1
    told = _listed([_so_far(one) + (f", {_about(one.nights)}" if each else "") for one in left])
    return f"*Still filling up*, newest records first: {told}. All done in {_about(last)}."


def waits(fills: Sequence[Fill]) -> bool:
    """Say whether something is not done and no night has calls left for it."""
    left = unfinished(fills)
    return bool(left) and _nights(left) is None


def clause(fills: Sequence[Fill]) -> str:
    """Say in a few words what is not done, for one sentence among others; "" for nothing."""
    left = unfinished(fills)
    if not left:
        return ""
    last = _nights(left)
    if last is None:
        return f"{_named(left)} {_not_read(left)}: no calls are left for {_them(left)}"
    return f"{_named(left)} still filling up, {_about(last)} to go"


def mark(fills: Sequence[Fill]) -> str:
    """Mark one of many lines; "" for nothing."""
    return ", not all read yet" if unfinished(fills) else ""


def brief(fills: Sequence[Fill], done_on: date | None) -> str:
    """Say for a line about one organisation how far it is, and when it is done; "" for nothing."""
    left = unfinished(fills)
    if not left:
        return ""
    last = _nights(left)
    if last is None:
        return (
            f"{capital(_named(left))} {_not_read(left)}: a night has no calls to Xero left for {_them(left)}."
        )
    shares = series([f"{_name(one)} {_share(one)}" for one in left[:_NAMED_AT_MOST]] + _rest(left))
    return f"Still filling up: {shares}; done {_when(last, done_on)}."


def cell(fills: Sequence[Fill], done_on: date | None) -> str:
    """Say it for the cell of a table; "" for nothing."""
    left = unfinished(fills)
    if not left:
        return ""
    last = _nights(left)
    what = percent(sum(one.done for one in left) / sum(one.total for one in left))
    if last is None:
        return f"waiting for calls ({what} read)"
    return f"filling up ({what}), done {_when(last, done_on)}"


def progress(fill: Fill) -> str:
    """Say how far one thing is: "31,400 of 40,000 records so far, about 4 nights to go"."""
    title, noun = _words(fill)
    failed = f" ({number(fill.failed)} could not be read, tried again)" if fill.failed else ""
    if fill.is_done:
        told = counted(fill.total, noun) if fill.total else f"no {noun} has any"
        return f"{capital(title)}: all read ({told})."
    so_far = f"{capital(title)}: {number(fill.done)} of {counted(fill.total, noun)} so far{failed}"
    if fill.nights is None:
        return f"{so_far}. {_NO_CALLS}"
    return f"{so_far}, {_about(fill.nights)} to go."


def whole(fills: Sequence[Fill]) -> str:
    """Say in one short clause that all of it is there by now; "" while something is missing."""
    if unfinished(fills):
        return ""
    known = {one.resource: one for one in fills}
    done = [known[key] for key in _TOLD_WHEN_DONE if key in known and known[key].is_done and known[key].total]
    return f"{capital(series([_name(one) for one in done]))}: all read" if done else ""


def _listed(told: Sequence[str]) -> str:
    rest = len(told) - _TOLD_AT_MOST
    return " · ".join([*told[:_TOLD_AT_MOST], *([f"{number(rest)} more"] if rest > 0 else [])])


def _so_far(fill: Fill) -> str:
    title, noun = _words(fill)
    failed = f" ({number(fill.failed)} could not be read, tried again)" if fill.failed else ""
    return f"{title} for {number(fill.done)} of {counted(fill.total, noun)}{failed}"


def _not_read(left: Sequence[Fill]) -> str:
    be = "is" if _them(left) == "it" else "are"
    return f"{be} {'not all' if any(one.done for one in left) else 'not'} read yet"


def _them(left: Sequence[Fill]) -> str:
    return "it" if len(left) == 1 and left[0].resource == "history" else "them"


def _named(left: Sequence[Fill]) -> str:
    return series([_name(one) for one in left[:_NAMED_AT_MOST]] + _rest(left))


def _rest(left: Sequence[Fill]) -> list[str]:
    return [f"{number(len(left) - _NAMED_AT_MOST)} more"] if len(left) > _NAMED_AT_MOST else []


def _share(fill: Fill) -> str:
    return percent(fill.done / fill.total)


def _nights(left: Sequence[Fill]) -> int | None:
    known = [one.nights for one in left if one.nights is not None]
    return max(known) if len(known) == len(left) else None


def _about(nights: int | None) -> str:
    return f"about {counted(nights or 1, 'night')}"


def _when(nights: int, done_on: date | None) -> str:
    return f"around {done_on.day} {done_on:%b}" if done_on else f"in {_about(nights)}"


def _name(fill: Fill) -> str:
    return _words(fill)[0]


def _words(fill: Fill) -> tuple[str, str]:
    return _NAMES.get(fill.resource) or (sentence(fill.title, 60), "record")
