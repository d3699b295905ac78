"""Answers to questions, drawn for a typical, an empty and an enormous value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.catalogue.model import ReasonClass
from bot.domain.answers import (
    Answer,
    Aspect,
    Choice,
    Copies,
    CopiesPart,
    FactPart,
    HoldersPart,
    Holding,
    LimitsPart,
    Part,
    Plain,
    ReportPart,
    Sizes,
    Source,
    Stand,
    StandingsPart,
    TopicPart,
    Unknown,
    WhichOrganisation,
    WhichTopic,
)
from bot.domain.backup import RunState, Verdict
from bot.domain.coverage import NoFact, Section
from bot.domain.forecast import Forecast
from bot.domain.organisation import LinkState
from bot.domain.standing import Outline, Standing
from bot.views import answers
from bot.views.message import Message
from tests.unit.views.samples import (
    AT,
    BUDGET_GAP,
    HARBOUR,
    HOSTILE,
    QUOTES_GAP,
    REPORT,
    VAST,
    caveat,
    limits,
    organisation,
    vast_report,
)

NOW = AT + timedelta(hours=5)
HERE = Source(organisation_name=HARBOUR, number=12, at=AT)
NEAR = (Choice(key="invoices", title="Invoices and bills"), Choice(key="budgets", title="Budgets"))
MANY = tuple(Source(organisation_name=f"{HOSTILE} {n}", number=n + 1, at=AT) for n in range(60))

QUOTES = TopicPart(
    key="quotes",
    title="Quotes",
    stand=Stand.CHANGED,
    headline="Quotes are backed up; some details would come back changed.",
    comes_back=("Created under the same number and taken to the same status step by step.",),
    lines=(
        caveat(
            "Quotes",
            Section.CHANGED,
            reason=ReasonClass.CHANGED_ON_RESTORE,
            sentence="A quote gets a new web link, and its tie to the invoice made from it is lost.",
            instead="Send open quotes again from Xero so that customers get the new link.",
        ),
    ),
    holdings=(Holding(source=HERE, count=77),),
)
RULES = TopicPart(
    key="bank_rules",
    title="Bank rules",
    stand=Stand.NOT_BACKED_UP,
    headline="Bank rules are not backed up.",
    lines=(caveat(),),
    holdings=(Holding(source=HERE),),
)
VAST_TOPIC = TopicPart(
    key="quotes",
    title=VAST,
    stand=Stand.PARTLY,
    headline=VAST,
    comes_back=(VAST,) * 9,
    lines=vast_report().lines,
    holdings=tuple(Holding(source=one, count=10**9, headline=VAST) for one in MANY),
)


def standing(name: str = HARBOUR, *, gaps: bool = False, failed: bool = False, made: bool = True) -> Standing:
    state = RunState.FAILED if failed else RunState.GAPS if gaps else RunState.COMPLETE
    verdict = Verdict.FAILED if failed else Verdict.GAPS if gaps else Verdict.COMPLETE
    last = Outline(
        run_id="run-1",
        state=state,
        verdict=verdict,
        finished_at=AT,
        snapshot_id="" if failed else "s",
        snapshot_number=12,
        gaps=(BUDGET_GAP, QUOTES_GAP) if gaps else (),
        failure="Xero did not answer for an hour." if failed else "",
    )
    good = replace(last, finished_at=AT - timedelta(days=1), verdict=Verdict.COMPLETE, failure="")
    return Standing(
        organisation=organisation(name),
        last=last if made else None,
        good=(good if failed else last) if made else None,
        next_run_at=AT + timedelta(days=1),
        zone="Europe/London",
    )


STANDINGS = (standing(), standing("Quay Street Café", gaps=True), standing("Mole & Sons", failed=True))
ODD_STANDINGS = tuple(
    replace(
        standing(f"{HOSTILE} {n}", gaps=True),
        organisation=organisation(f"{VAST} {n}", state=list(LinkState)[n % 3]),
    )
    for n in range(60)
)


def _answer(
    *parts: Part, near: tuple[Choice, ...] = NEAR, organisation_id: str = "org-1"
) -> Callable[[], Message]:
    drawn = Answer(parts=parts, near=near, organisation_id=organisation_id)
    return lambda: answers.draw(drawn, NOW)


def answer_cases() -> Mapping[str, Callable[[], Message]]:
    return {**_topic_cases(), **_house_cases(), **_other_cases()}


def _topic_cases() -> Mapping[str, Callable[[], Message]]:
    before = replace(QUOTES, holdings=(Holding(source=Source(organisation_name=HARBOUR)),))
    several = replace(
        QUOTES,
        holdings=(
            Holding(source=HERE, count=77),
            Holding(source=replace(HERE, organisation_name="Mole & Sons"), count=0),
            Holding(
                source=replace(HERE, organisation_name="Quay Street Café"),
                count=5,
                headline="Quotes were not read in the last backup.",
            ),
            Holding(source=Source(organisation_name="New Pier Ltd")),
        ),
    )
    who = HoldersPart(
        key="budgets",
        title="Budgets",
        holders=(Holding(source=HERE, count=3),),
        without=4,
        unknown=("New Pier Ltd",),
    )
    return {
        "answer_topic_typical": _answer(QUOTES),
        "answer_topic_empty": _answer(before, near=(), organisation_id=""),
        "answer_topic_enormous": _answer(VAST_TOPIC, near=(Choice(key="x", title=VAST),) * 9),
        "answer_topics_typical": _answer(QUOTES, RULES),
        "answer_topics_enormous": _answer(*(VAST_TOPIC,) * 9),
        "answer_topic_several": _answer(several, organisation_id=""),
        "answer_topic_in_a_restore": _answer(replace(QUOTES, aspect=Aspect.RESTORE)),
        "answer_topic_why": _answer(replace(RULES, aspect=Aspect.WHY)),
        "answer_topic_instead": _answer(replace(RULES, aspect=Aspect.INSTEAD)),
        "answer_topic_count": _answer(replace(QUOTES, aspect=Aspect.COUNT)),
        "answer_topic_uncounted": _answer(replace(RULES, aspect=Aspect.COUNT)),
        "answer_holders_typical": _answer(who),
        "answer_holders_empty": _answer(HoldersPart(key="budgets", title="Budgets", without=3)),
        "answer_holders_unknown": _answer(
            HoldersPart(
                key="payroll", title="Payroll", unknown=(HARBOUR,), headline="Payroll is not backed up."
            )
        ),
        "answer_holders_enormous": _answer(
            HoldersPart(
                key="budgets",
                title=VAST,
                holders=tuple(Holding(source=one, count=9) for one in MANY),
                without=10**6,
                unknown=(VAST,) * 90,
            )
        ),
    }


def _house_cases() -> Mapping[str, Callable[[], Message]]:
    approvers = FactPart(
        key="approvers",
        kind="approvers",
        headline="These are named to approve restores:",
        people=("U1ANA",),
        groups=("S1",),
        more=("One of them is needed; who asks for a restore never approves it, and guests never do.",),
        source="the settings of this workspace",
    )
    vast_fact = FactPart(
        key="x", headline=VAST, more=(VAST,) * 40, instead=VAST, source="x", people=("U1ANA",) * 90
    )
    sizes = Sizes(
        source=HERE,
        limits=limits(33_120, 40_900, 611, None, 148),
        forecasts=(Forecast(limit=limits(33_120)[0], reaches_at=date(2027, 3, 1), enough_history=True),),
    )
    small = Sizes(source=replace(HERE, organisation_name="Mole & Sons"), limits=limits(12, 40, 0, 3, 60))
    copies = Copies(
        organisation_name=HARBOUR,
        snapshots=12,
        size_bytes=3_240_331,
        oldest_at=AT - timedelta(days=40),
        newest_at=AT,
    )
    return {
        "answer_fact_typical": _answer(approvers),
        "answer_fact_empty": _answer(FactPart(key="x", headline="It is so."), near=(), organisation_id=""),
        "answer_fact_enormous": _answer(vast_fact),
        **{
            f"answer_{key}_{size}": _answer(StandingsPart(key=key, standings=shown), near=())
            for key in ("last_backup", "next_run", "verdict")
            for size, shown in (
                ("typical", STANDINGS),
                ("one", STANDINGS[1:2]),
                ("empty", (replace(standing(made=False), next_run_at=None),)),
                ("enormous", ODD_STANDINGS),
            )
        },
        "answer_status_typical": _answer(StandingsPart(key="status", standings=STANDINGS)),
        "answer_limits_typical": _answer(LimitsPart(sizes=(sizes,))),
        "answer_limits_empty": _answer(LimitsPart(sizes=(Sizes(source=Source(organisation_name=HARBOUR)),))),
        "answer_limits_several": _answer(LimitsPart(sizes=(small, sizes, Sizes(source=MANY[0])))),
        "answer_limits_enormous": _answer(
            LimitsPart(sizes=tuple(replace(sizes, source=one) for one in MANY))
        ),
        "answer_copies_typical": _answer(CopiesPart(copies=(copies,))),
        "answer_copies_empty": _answer(CopiesPart(copies=(Copies(organisation_name=HARBOUR, snapshots=0),))),
        "answer_copies_enormous": _answer(
            CopiesPart(
                copies=(*(replace(copies, organisation_name=VAST),) * 60, Copies(organisation_name="x"))
            )
        ),
    }


def _other_cases() -> Mapping[str, Callable[[], Message]]:
    choices = tuple(Choice(key=f"org-{n}", title=f"{n} {VAST}") for n in range(90))
    fact = NoFact(asked="are dog photos backed up", settle="another word for it", near=("Attachments",))
    return {
        "answer_report_typical": _answer(ReportPart(report=REPORT)),
        "answer_which_topic_typical": _answer(WhichTopic(choices=NEAR)),
        "answer_which_topic_enormous": _answer(WhichTopic(choices=choices)),
        "answer_which_organisation_typical": _answer(
            WhichOrganisation(choices=(Choice(key="org-1", title=HARBOUR), Choice(key="org-2", title="Mole")))
        ),
        "answer_unknown_typical": _answer(Unknown(fact=fact)),
        "answer_unknown_beside": _answer(
            Unknown(fact=NoFact(asked="who is the king", settle="an admin")),
            near=(Choice(key="everything", title="What isn't covered?"),),
        ),
        "answer_unknown_empty": _answer(
            Unknown(fact=NoFact(asked="", settle="")), near=(), organisation_id=""
        ),
        "answer_unknown_enormous": _answer(
            Unknown(fact=NoFact(asked=VAST, settle=VAST, near=(VAST,) * 90)), near=choices
        ),
        **{
            f"answer_plain_{kind}": _answer(Plain(kind=kind))
            for kind in ("hello", "thanks", "help", "cannot_do")
        },
    }


def parts_filled_with(text: str, count: int) -> Iterator[tuple[Part, ...]]:
    """Give every kind of part with one text in every place that people or Xero can fill."""
    source = Source(organisation_name=text, number=3, at=AT)
    line = caveat(text, sentence=text, instead=text, own_numbers=text)
    holdings = tuple(Holding(source=source, count=count, headline=text) for _ in range(max(count, 1)))
    for aspect in Aspect:
        yield (
            TopicPart(
                key="x",
                title=text,
                stand=Stand.CHANGED,
                headline=text,
                aspect=aspect,
                comes_back=(text,) * count,
                lines=(line,) * count,
                holdings=holdings,
            ),
        ) * (1 + count % 3)
    yield (HoldersPart(key="x", title=text, holders=holdings, unknown=(text,) * count, headline=text),)
    yield (HoldersPart(key="x", title=text, holders=holdings, unknown=(text,) * count),)
    yield (
        FactPart(
            key="x",
            headline=text or "x",
            more=(text,) * count,
            instead=text,
            people=(text,) * count,
            source="x",
        ),
    )
    for key in ("last_backup", "next_run", "verdict", "status", "filling"):
        standings = tuple(standing(text, gaps=bool(n % 2), failed=n % 3 == 0) for n in range(max(count, 1)))
        yield (StandingsPart(key=key, standings=standings),)
    sizes = Sizes(source=source, limits=limits(1, 2, 3, 4, 5))
    yield (LimitsPart(sizes=(sizes,) * max(count, 1)),)
    yield (CopiesPart(copies=(Copies(organisation_name=text, snapshots=count),) * max(count, 1)),)
    yield (WhichTopic(choices=tuple(Choice(key="x", title=text) for _ in range(max(count, 1)))),)
    yield (Unknown(fact=NoFact(asked=text, settle=text)),)
