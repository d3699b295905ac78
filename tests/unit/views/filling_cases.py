"""What is read record by record over several nights, wherever it is told of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.answers import Answer, Aspect, Choice, Holding, Source, Stand, StandingsPart, TopicPart
from bot.domain.backup import Fill, Outcome, OutcomeStatus, RunState, Summary
from bot.domain.standing import Standing
from bot.views import answers, backup, coverage, digest, home
from bot.views.message import Message
from tests.unit.views.digest_cases import channel_digest
from tests.unit.views.samples import (
    AT,
    HARBOUR,
    HOSTILE,
    NOW,
    OUTCOMES,
    PROGRESS,
    REPORT,
    caveat,
    outcome,
    outline,
    past,
    run,
    standing,
    summary,
)


def fill(resource: str, done: int, total: int, nights: int | None = 0, failed: int = 0) -> Fill:
    return Fill(resource=resource, title=resource, done=done, total=total, nights=nights, failed=failed)


ALMOST = (
    fill("attachments", 1_140, 1_204, 1, 3),
    fill("file_contents", 86, 86),
    fill("associations", 86, 86),
    fill("invoice_details", 0, 0),
    fill("history", 31_400, 42_884, 4),
    fill("aged_receivables", 41, 41),
    fill("aged_payables", 0, 17, 4),
)
DONE = tuple(replace(one, done=one.total, nights=0, failed=0) for one in ALMOST)
NO_CALLS = (fill("attachments", 0, 1_204, None), fill("history", 0, 42_884, None))
BOOKS_READ = replace(
    PROGRESS,
    records=44_118,
    calls=812,
    calls_planned=812,
    resources_done=38,
    current=("files",),
    seconds_left=0,
)
ODD = tuple(fill(f"{HOSTILE} {n}", n, 10**9, n + 1, 10**6) for n in range(40))
_BESIDE = (
    *OUTCOMES,
    *(outcome(f"List {n}", 2, status=OutcomeStatus.STANDS) for n in range(4)),
)


def _outcomes(status: OutcomeStatus, done: int = 1) -> tuple[Outcome, ...]:
    attached = outcome("Attachments", 1_140 * done, resource="attachments", status=status)
    files = outcome("Attached files", 1_140 * done, resource="attachment_contents", status=status)
    history = outcome("History and notes", 31_400 * done, resource="history", status=status)
    return (*_BESIDE, attached, files, history)


def filling_summary() -> Summary:
    return summary(outcomes=_outcomes(OutcomeStatus.FILLING), fills=ALMOST, calls_used=2_812)


def _topic(*fills: Fill, aspect: Aspect = Aspect.WHOLE, count: int | None = 1_140) -> TopicPart:
    source = Source(organisation_name=HARBOUR, number=12, at=AT)
    title = "Attachments" if fills and fills[0].resource == "attachments" else "History and notes"
    return TopicPart(
        key="attachments",
        title=title,
        stand=Stand.CHANGED,
        headline=f"{title} are being backed up record by record, over several nights; not all of them are in "
        "yet.",
        aspect=aspect,
        lines=(caveat("Attachments"),),
        holdings=(Holding(source=source, count=count, fills=fills),),
    )


def _asked(*parts: TopicPart | StandingsPart) -> Callable[[], Message]:
    near = (Choice(key="files", title="The file library"),)
    return lambda: answers.draw(Answer(parts=parts, near=near, organisation_id="org-1"), NOW)


def _standings() -> tuple[Standing, ...]:
    return (
        standing(good=outline(fills=ALMOST), filled_on=date(2026, 11, 26)),
        standing("Mole & Sons", good=outline(fills=NO_CALLS)),
        standing("Pier Ltd", good=outline(fills=DONE)),
        standing("By Hand Ltd", good=outline(fills=ALMOST[4:5]), next_run_at=None),
    )


def filling_cases() -> Mapping[str, Callable[[], Message | dict[str, Any]]]:
    """Give every message that tells of it."""
    waits = replace(
        _topic(*NO_CALLS[1:], count=None),
        stand=Stand.WAITING,
        headline="History and notes are not backed up yet: no record has had its turn.",
    )
    several = _topic(ALMOST[0])
    several = replace(
        several,
        holdings=tuple(
            Holding(source=Source(organisation_name=title, number=3, at=AT), count=count, fills=fills)
            for title, count, fills in (
                (HARBOUR, 1_140, ALMOST[:1]),
                ("Mole & Sons", None, NO_CALLS[:1]),
                ("Pier Ltd", 77, DONE[:1]),
            )
        ),
    )
    some = _standings()
    return {
        "finished_filling": lambda: backup.finished(filling_summary()),
        "finished_filling_first": lambda: backup.finished(replace(filling_summary(), first=True)),
        "finished_filling_no_calls": lambda: backup.finished(
            summary(outcomes=_outcomes(OutcomeStatus.FILLING, 0), fills=NO_CALLS)
        ),
        "running_filling": lambda: backup.running(run(RunState.RUNNING, progress=BOOKS_READ)),
        "finished_filling_enormous": lambda: backup.finished(summary(fills=ODD)),
        "finished_filled": lambda: backup.finished(
            summary(outcomes=_outcomes(OutcomeStatus.READ), fills=DONE)
        ),
        "history_filling": lambda: backup.history(HARBOUR, [filling_summary(), *past()[:2]]),
        "status_filling": lambda: backup.status(some, NOW),
        "status_filling_one": lambda: backup.status(some[:1], NOW),
        "home_filling": lambda: home.home(some, now=NOW, is_keeper=True),
        "digest_filling": lambda: digest.digest(channel_digest(*some))[0],
        "digest_filling_one": lambda: digest.digest(channel_digest(some[0]))[0],
        "report_filling": lambda: coverage.report(replace(REPORT, fills=ALMOST)),
        "answer_topic_filling": _asked(_topic(ALMOST[0])),
        "answer_topic_filling_count": _asked(_topic(ALMOST[0], aspect=Aspect.COUNT)),
        "answer_topic_filling_when": _asked(_topic(ALMOST[4], aspect=Aspect.PROGRESS)),
        "answer_topic_filling_done": _asked(_topic(DONE[4], aspect=Aspect.PROGRESS)),
        "answer_topic_filling_waits": _asked(waits),
        "answer_topic_filling_several": _asked(several),
        "answer_topic_filling_never": _asked(
            replace(_topic(aspect=Aspect.PROGRESS), title="Quotes", headline="Quotes are backed up.")
        ),
        "answer_filling_typical": _asked(StandingsPart(key="filling", standings=some)),
        "answer_filling_one": _asked(StandingsPart(key="filling", standings=some[:1])),
        "answer_filling_empty": _asked(
            StandingsPart(key="filling", standings=(standing(last=None, good=None),))
        ),
    }
