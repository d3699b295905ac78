"""What is asked in Slack, and what an answer holds before it is drawn. Values only.

An answer has parts: one for each thing that was asked. Every part names what it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.backup import Fill
from bot.domain.coverage import CoverageLine, CoverageReport, NoFact
from bot.domain.forecast import Forecast
from bot.domain.limits import LimitReading
from bot.domain.names import Actor
from bot.domain.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asks; a button gives the topic, a command the topic where the words name none.

    `thread` names the talk it belongs to ("": none); follow-ups are understood within one.
    """

    text: str
    viewer: Actor
    thread: str = ""
    organisation_id: str = ""
    topic: str = ""


class Stand(StrEnum):
    """How one kind of data stands, for one organisation and its last backup."""

    BACKED_UP = "backed_up"
    CHANGED = "changed"  # backed up; some of it would come back changed
    KEPT = "kept"  # backed up; cannot be written back
    PARTLY = "partly"
    OPT_IN = "opt_in"  # read only where somebody asks for it, and nobody did
    SWITCHED_OFF = "switched_off"  # in the settings of the organisation
    NOT_PERMITTED = "not_permitted"  # nobody gave the permission in Xero
    WAITING = "waiting"  # to be read record by record, and none has had its turn
    CLOSED = (
        "closed"  # permitted, and Xero opens it to nobody here: not of its plan, or of the person's rights
    )
    FAILED = "failed"  # should have been read last time, and was not
    NOT_BACKED_UP = "not_backed_up"


class Aspect(StrEnum):
    """What about a topic is asked; the value is that of the shape of the question."""

    WHOLE = ""
    RESTORE = "restore"
    WHY = "why"
    INSTEAD = "instead"
    COUNT = "count"
    PROGRESS = "filled"  # how far it is, and when it is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The backup that something is known from; `number` 0: before the first one."""

    organisation_name: str
    number: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one organisation has of a topic; `count` None: not counted. `headline` where it stands alone.

    `fills` say how far it is where it is read record by record.
    """

    source: Source
    count: int | None = None
    headline: str = ""
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPart:
    """The answer about one topic; what it says holds for every holding that has no headline of its own."""

    key: str
    title: str
    stand: Stand
    headline: str
    aspect: Aspect = Aspect.WHOLE
    comes_back: tuple[str, ...] = ()
    lines: tuple[CoverageLine, ...] = ()
    holdings: tuple[Holding, ...] = ()

    @property
    def kind(self) -> str:
        """Name the kind of answer."""
        return self.aspect.value if self.aspect in {Aspect.COUNT, Aspect.PROGRESS} else self.stand.value


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldersPart:
    """Which organisations have something of a topic; `headline` says why where nobody counts it."""

    key: str
    title: str
    holders: tuple[Holding, ...] = ()
    without: int = 0
    unknown: tuple[str, ...] = ()
    headline: str = ""

    @property
    def kind(self) -> str:
        """Name the kind of answer."""
        return "holders"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPart:
    """Something that is true of Ledgerkeep, or how it is set; `kind` is "fact" for what never differs."""

    key: str
    headline: str
    more: tuple[str, ...] = ()
    instead: str = ""
    source: str = ""
    people: tuple[str, ...] = ()  # Slack user ids, to be named behind the headline
    groups: tuple[str, ...] = ()  # ids of user groups
    kind: str = "fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingsPart:
    """How organisations stand: `key` says what of it was asked."""

    key: str
    standings: tuple[Standing, ...]

    @property
    def kind(self) -> str:
        """Name the kind of answer."""
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """One organisation against the size limits."""

    source: Source
    limits: tuple[LimitReading, ...] = ()
    forecasts: tuple[Forecast, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsPart:
    """How near the size limits are."""

    sizes: tuple[Sizes, ...]
    key: str = "limits"
    kind: str = "limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What is kept of one organisation; None: not known."""

    organisation_name: str
    snapshots: int | None = None
    size_bytes: int | None = None
    oldest_at: datetime | None = None
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesPart:
    """How many snapshots are kept, how far back they go, how large they are."""

    copies: tuple[Copies, ...]
    key: str = "kept_copies"
    kind: str = "kept_copies"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPart:
    """Everything that is not covered, for one organisation."""

    report: CoverageReport
    key: str = "everything"
    kind: str = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing a person may choose: key of a topic, or id of an organisation."""

    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichTopic:
    """A word that may mean several things: one of these is asked about."""

    choices: tuple[Choice, ...]
    key: str = ""
    kind: str = "which_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichOrganisation:
    """Several organisations, and an answer that is about one."""

    choices: tuple[Choice, ...]
    key: str = "everything"
    kind: str = "which_organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The honest "I don't know"."""

    fact: NoFact
    key: str = ""
    kind: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A greeting, thanks, help, or an order that answers do not carry out; `kind` says which."""

    kind: str
    key: str = ""


Part = (
    TopicPart
    | HoldersPart
    | FactPart
    | StandingsPart
    | LimitsPart
    | CopiesPart
    | ReportPart
    | WhichTopic
    | WhichOrganisation
    | Unknown
    | Plain
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The whole answer; `organisation_id` where it is about one organisation only."""

    parts: tuple[Part, ...]
    near: tuple[Choice, ...] = ()
    organisation_id: str = ""
