"""Draws answers to questions: what was asked first, then what it rests on, then where to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.domain.answers import (
    Answer,
    Choice,
    CopiesPart,
    FactPart,
    HoldersPart,
    LimitsPart,
    Part,
    Plain,
    ReportPart,
    StandingsPart,
    TopicPart,
    Unknown,
    WhichOrganisation,
    WhichTopic,
)
from bot.views import answer_house as of_house
from bot.views import answer_topics as of_topics
from bot.views import backup, blocks, coverage, ids
from bot.views import help as help_views
from bot.views.blocks import Block
from bot.views.drawing import Drawn
from bot.views.labels import COVERAGE_LABEL
from bot.views.message import Listing, Message, compose
from bot.views.words import name, plain_name, series, stopped

_BUTTON_NAME = 60
_TEXT_LIMIT = 900
_PARTS_AT_MOST = 4
_CHOICES = 5


def draw(answer: Answer, now: datetime) -> Message:
    """Draw a whole answer; `now` tells how old things are."""
    whole = _whole(answer, now)
    if whole is not None:
        return whole
    brief = len(answer.parts) > 1
    drawn = [_drawn(part, now, brief=brief) for part in answer.parts[:_PARTS_AT_MOST]]
    shown: list[Block | Listing | None] = [each for one in drawn for each in one.blocks]
    sources = list(dict.fromkeys(source for one in drawn for source in one.sources))
    return compose(
        _spoken([one.text for one in drawn]),
        *shown,
        blocks.context(*sources[:8]) if sources else None,
        _buttons(answer),
    )


def _whole(answer: Answer, now: datetime) -> Message | None:
    """Draw an answer that is one message of another view."""
    part = answer.parts[0] if answer.parts else Plain(kind="help")
    if isinstance(part, StandingsPart) and part.key == "status":
        return backup.status(part.standings, now)
    if isinstance(part, ReportPart) and len(answer.parts) > 1:
        return None
    drawings: dict[type, Callable[[Any], Message]] = {
        Plain: lambda one: _plain(one, answer),
        ReportPart: lambda one: coverage.report(one.report),
        WhichOrganisation: _which_organisation,
        WhichTopic: lambda one: _which_topic(one, answer),
        Unknown: lambda one: _unknown(one, answer),
    }
    draw_it = drawings.get(type(part))
    return draw_it(part) if draw_it is not None else None


def _drawn(part: Part, now: datetime, *, brief: bool) -> Drawn:
    drawings: dict[type, Callable[[Any], Drawn]] = {
        TopicPart: lambda one: of_topics.topic(one, brief=brief),
        HoldersPart: of_topics.holders,
        FactPart: of_house.fact,
        StandingsPart: lambda one: of_house.standings(one, now),
        LimitsPart: of_house.limits,
        CopiesPart: of_house.copies,
        ReportPart: _report_briefly,
    }
    return drawings[type(part)](part)


def _report_briefly(part: ReportPart) -> Drawn:
    """Say how much is not covered; the button below shows what."""
    told = str(coverage.report(part.report).payload["text"])
    return Drawn(told, (blocks.section(told),))


def _spoken(texts: Sequence[str]) -> str:
    """Say the answer in sentences; what is too long for a notification is left to the blocks."""
    kept = [texts[0]]
    for text in texts[1:]:
        if len(" ".join((*kept, text))) > _TEXT_LIMIT:
            break
        kept.append(text)
    return " ".join(kept)


def _plain(part: Plain, answer: Answer) -> Message:
    if part.kind == "help":
        return help_views.help_()
    told = {
        "hello": "Hello! Ask me what is backed up and what is not, for instance: are quotes backed up?",
        "thanks": "You are welcome.",
    }.get(part.kind)
    if told is not None:
        return compose(told, blocks.section(told))
    if part.kind == "one_at_a_time":
        told = "I can answer one at a time. Ask me one of them, please."
        return compose(told, blocks.section(told), _topic_buttons(answer.near, answer.organisation_id))
    told = "I only answer questions here: I did nothing, neither in Slack nor in Xero."
    return compose(
        told,
        blocks.section(
            f"{told}\nTo start a backup, type `/backup now`. To ask for a restore into another, empty "
            "organisation, type `/backup restore`: it begins with a plan that somebody has to approve."
        ),
        blocks.context("What I can do: `/backup help`"),
        _buttons(answer),
    )


def _which_organisation(part: WhichOrganisation) -> Message:
    return backup.choose_organisation([(one.key, one.title) for one in part.choices], "coverage")


def _which_topic(part: WhichTopic, answer: Answer) -> Message:
    named = series([f"“{name(one.title, _BUTTON_NAME)}”" for one in part.choices[:_CHOICES]], "or")
    told = f"Which do you mean: {named}?"
    return compose(told, blocks.section(told), _topic_buttons(part.choices, answer.organisation_id))


def _unknown(part: Unknown, answer: Answer) -> Message:
    """Say "I don't know", what would settle it, and what is near."""
    asked = name(part.fact.asked, 100) if part.fact.asked.strip() else ""
    what = f"the answer to “{asked}”" if asked else "what you mean"
    told = f"I don't know {what}, and I would rather not guess."
    settle = f"\n*What would settle it:* {stopped(part.fact.settle)}" if part.fact.settle else ""
    near = "\n*Nearby, I know about:*" if part.fact.near else "\n*You could ask:*"
    return compose(
        told,
        blocks.section(f"{told}{settle}{near if answer.near else ''}"),
        _buttons(answer) if part.fact.near else _topic_buttons(answer.near, answer.organisation_id),
        blocks.context("I know what is backed up and what is not, when, where, and who may see it."),
    )


def _buttons(answer: Answer) -> Block | None:
    """Offer what isn't covered, where it is about one organisation, and what is near."""
    found = _each_topic(answer.near, answer.organisation_id)
    if answer.organisation_id:
        found.insert(0, blocks.button(COVERAGE_LABEL, ids.COVERAGE, ids.reference(answer.organisation_id)))
    return blocks.actions(*found) if found else None


def _topic_buttons(choices: Sequence[Choice], organisation_id: str) -> Block | None:
    found = _each_topic(choices, organisation_id)
    return blocks.actions(*found) if found else None


def _each_topic(choices: Sequence[Choice], organisation_id: str) -> list[Block]:
    return [
        blocks.button(
            plain_name(one.title, _BUTTON_NAME),
            ids.topic(place),
            ids.topic_reference(one.key, organisation_id),
        )
        for place, one in enumerate(choices[:_CHOICES])
    ]
