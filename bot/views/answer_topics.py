"""Draws answers about kinds of data: is it backed up, how would it come back, what to do, own numbers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Aspect, HoldersPart, Holding, Source, Stand, TopicPart
from bot.domain.coverage import CoverageLine
from bot.views import blocks, filling
from bot.views.coverage import told_line
from bot.views.drawing import Drawn
from bot.views.message import Entry, Listing
from bot.views.words import counted, name, number, series, stopped, when, when_plain

_LINES, _LINES_BRIEFLY = 4, 1
_HOLDINGS = 6
_NONE_YET = "here is no backup yet"  # the headline has said it; nothing says it again
_COMES_BACK = 2
_KNOWN_TO_COME_BACK = frozenset({Stand.BACKED_UP, Stand.CHANGED, Stand.KEPT, Stand.PARTLY})
_ELSEWHERE = "into another, empty organisation, never into the live one"
_NO_COPY = "The last backup holds no copy of this, so a restore of it brings none back."
_RESTORED = {
    Stand.BACKED_UP: f"A restore brings this back {_ELSEWHERE}.",
    Stand.CHANGED: f"A restore brings this back {_ELSEWHERE}.",
    Stand.PARTLY: f"A restore brings some of this back {_ELSEWHERE}.",
    Stand.KEPT: "A restore does not write this; the copies keep it.",
}
_PLANNED = "What comes back in your case stands in a plan: `/backup restore` makes one and writes nothing."


def topic(part: TopicPart, *, brief: bool) -> Drawn:
    """Answer about one topic; what was asked of it comes first."""
    headline = _headline(part)
    told = [f"*{headline}*", *_first(part), *_how_far(part), *_numbers(part)]
    if not brief and part.aspect is Aspect.WHOLE:
        told += _comes_back(part)
    caveats = part.lines if part.aspect in {Aspect.WHOLE, Aspect.RESTORE} else ()
    shown: list[blocks.Block | Listing] = [lines(told)]
    if caveats:
        shown.append(_caveats(caveats, brief=brief))
    says_none = _NONE_YET in headline
    if len(part.holdings) > 1 and not (says_none and _all_alike(part.holdings)):
        shown.append(_holdings(part.holdings))
    far = " ".join(_how_far(part))
    spoken = " ".join(
        filter(None, (headline, far.replace("`", ""), _as_of_plain(part.holdings, says_none=says_none)))
    )
    return Drawn(spoken, tuple(shown), _sources(part.holdings, says_none=says_none))


def holders(part: HoldersPart) -> Drawn:
    """Say which organisations have something of a topic."""
    title = name(part.title)
    if part.headline:
        told = f"I cannot tell who has any. {stopped(part.headline)}"
        return Drawn(told, (blocks.section(f"*{told}*\nWhat is not read is not counted either."),))
    have = counted(len(part.holders), "organisation has", "organisations have")
    told = f"{title}: {have} any." if part.holders else f"{title}: no organisation here has any."
    rest = f"{counted(part.without, 'other has', 'others have')} none." if part.without else ""
    known = series([name(each, 40) for each in part.unknown[:5]])
    more = f" and {number(len(part.unknown) - 5)} more" if len(part.unknown) > 5 else ""
    unsure = f"Not known for {known}{more}: there is no count yet." if part.unknown else ""
    return Drawn(
        told,
        (
            Listing(
                heading=f"*{told}*",
                entries=[_holding(each) for each in part.holders],
                more="ask about one of them by name.",
                most=10,
            ),
            *([blocks.section(" ".join(filter(None, (rest, unsure))))] if rest or unsure else []),
        ),
        _sources(part.holders),
    )


def lines(told: Sequence[str]) -> Listing:
    """Set lines under each other, in as many paragraphs as they need."""
    return Listing(heading="", entries=[Entry(line) for line in told], more="", most=len(told))


def source(one: Source) -> str:
    """Say which backup something is known from."""
    title = name(one.organisation_name)
    if one.at is None:
        return f"{title}: no backup yet; this is what is known of every organisation"
    return f"{title}: from backup #{number(one.number)}, {when(one.at)}"


def _headline(part: TopicPart) -> str:
    if part.aspect is Aspect.RESTORE:
        return f"{_RESTORED.get(part.stand, _NO_COPY)} {stopped(part.headline, 300)}"
    if part.aspect is Aspect.PROGRESS:
        return _progress(part)
    if part.aspect is not Aspect.COUNT:
        return stopped(part.headline, 300) or f"{name(part.title)}."
    known = [each.count for each in part.holdings if each.count is not None]
    if not known:
        return f"I cannot count that. {stopped(part.headline, 250)}"
    whose = name(part.holdings[0].source.organisation_name) if len(part.holdings) == 1 else "all together"
    return f"{name(part.title)}: {number(sum(known))} in the last backup ({whose})."


def _progress(part: TopicPart) -> str:
    """Say whether all of it is there: of what is read whole each time that is plain."""
    fills = [fill for each in part.holdings for fill in each.fills]
    if not fills:
        whole = part.stand in _KNOWN_TO_COME_BACK and _NONE_YET not in part.headline
        return f"{stopped(part.headline, 300)}{_READ_WHOLE if whole else ''}"
    if filling.unfinished(fills):
        return stopped(part.headline, 300)
    return f"{name(part.title)}: every record has had its turn."


_READ_WHOLE = " All of it is read with each backup, none of it over several nights."


def _how_far(part: TopicPart) -> list[str]:
    """Say of one organisation how far it is with what is read record by record."""
    if len(part.holdings) != 1:
        return []
    fills, asked = part.holdings[0].fills, part.aspect is Aspect.PROGRESS
    return [filling.progress(one) for one in fills if asked or not one.is_done]


def _first(part: TopicPart) -> list[str]:
    """Say first what a follow-up asks for."""
    if part.aspect is Aspect.RESTORE:
        told = _comes_back(part)
        return [*told, f"_{_PLANNED}_"] if told else []
    if part.aspect is Aspect.WHY:
        return [f"*Why:* {_why(line)}" for line in part.lines[:2]] or [_NOTHING_TO_EXPLAIN]
    if part.aspect is Aspect.INSTEAD:
        steps = [stopped(line.instead, 250) for line in part.lines[:3] if line.instead]
        return [f"*What to do instead:* {step}" for step in dict.fromkeys(steps)] or ["Nothing to do."]
    return []


_NOTHING_TO_EXPLAIN = "There is nothing that keeps it from being backed up."


def _why(line: CoverageLine) -> str:
    return f"{stopped(line.sentence, 300)} ({line.reason.value})"


def _comes_back(part: TopicPart) -> list[str]:
    if part.stand not in _KNOWN_TO_COME_BACK:
        return []
    return [f"*In a restore:* {stopped(each, 250)}" for each in part.comes_back[:_COMES_BACK]]


def _numbers(part: TopicPart) -> list[str]:
    """Tell the one organisation's own number, where the caveats do not tell it."""
    counted_or_far = part.aspect in {Aspect.COUNT, Aspect.PROGRESS}
    if len(part.holdings) != 1 or part.holdings[0].count is None or counted_or_far:
        return []
    if any(line.own_numbers for line in part.lines):
        return []
    title = name(part.holdings[0].source.organisation_name)
    count, so_far = part.holdings[0].count, filling.unfinished(part.holdings[0].fills)
    if not count:
        return [f"{title} has none: nothing is lost."]
    return [f"{title} has {number(count)} of them{' in the copies so far' if so_far else ''}."]


def _caveats(lines: Sequence[CoverageLine], *, brief: bool) -> Listing:
    return Listing(
        heading="",
        entries=[Entry(told_line(line), name(line.title)) for line in lines],
        more="`/backup coverage` shows the rest.",
        most=_LINES_BRIEFLY if brief else _LINES,
    )


def _holdings(holdings: Sequence[Holding]) -> Listing:
    return Listing(
        heading="*By organisation*",
        entries=[_holding(each) for each in sorted(holdings, key=lambda each: not each.headline)],
        more="ask about one of them by name.",
        most=_HOLDINGS,
    )


def _holding(holding: Holding) -> Entry:
    title = name(holding.source.organisation_name)
    count = "not counted" if holding.count is None else number(holding.count)
    if holding.source.at is None:
        count = "no backup yet"
    told = f"; {stopped(holding.headline, 200)}" if holding.headline else ""
    told += f"; {clause}" if (clause := filling.clause(holding.fills)) else ""
    which = f" (#{number(holding.source.number)}, {when(holding.source.at)})" if holding.source.at else ""
    return Entry(f"• {title}: {count}{which}{told}", title)


def _all_alike(holdings: Sequence[Holding]) -> bool:
    """Say whether nobody has a backup and nobody differs: then there is nothing to list."""
    return all(each.source.at is None and not each.headline for each in holdings)


def _sources(holdings: Sequence[Holding], *, says_none: bool = False) -> tuple[str, ...]:
    if len(holdings) == 1 and says_none:
        told = f"{name(holdings[0].source.organisation_name)}: this is what is known of every organisation"
        return (told, "Facts about Xero: its published API")
    if len(holdings) == 1:
        return (source(holdings[0].source), "Facts about Xero: its published API")
    taken = [each.source.at for each in holdings if each.source.at]
    if not taken:
        return ("Facts about Xero: its published API",)
    oldest = f"From the last good backup of each; the oldest is of {when(min(taken))}"
    return (oldest, "Facts about Xero: its published API")


def _as_of_plain(holdings: Sequence[Holding], *, says_none: bool) -> str:
    """Say in plain text what it rests on."""
    if len(holdings) != 1:
        return ""
    one = holdings[0].source
    title = name(one.organisation_name)
    if one.at is None:
        return f"({title}.)" if says_none else f"({title}, before the first backup.)"
    return f"({title}, from backup #{number(one.number)}, {when_plain(one.at)}.)"
