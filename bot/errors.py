"""Every error of Ledgerkeep, by the question: whose move is it?

LedgerkeepError
├── Refused                     the person's move: answer them in one sentence, alert nobody
│   ├── UnknownOrganisation     no organisation of that name here; near names are offered
│   ├── AmbiguousOrganisation   several organisations match
│   ├── NothingLinked           no organisation is linked yet
│   ├── NotHere                 asked outside the organisation's home channel
│   ├── NotAllowed              the person may not do this
│   ├── AlreadyRunning          one backup of this organisation is running; carries its run id
│   ├── UnknownSnapshot         no snapshot of that id
│   ├── UnknownRestore          no restore of that id
│   ├── UnsafePlan              a restore that must not be offered for approval; carries why
│   ├── PlanVoided              copy, target or plan are no longer what was approved
│   ├── TargetBusy              something else works on the target of a restore
│   └── LinkRefused             a consent that could not be used; carries why
├── Disconnected                an admin's move: ask once, stop the schedule
│   ├── ConsentRevoked          Xero refused the refresh token
│   ├── OrganisationGone        the consent lives, this organisation is no longer in it (403)
│   └── SlackDisconnected       the workspace removed the app or revoked its token
├── Transient                   nobody's move: wait, then try again
│   ├── XeroUnavailable         transport error, 5xx, HTML where JSON was due
│   ├── XeroBusy                429 that outlasted the patience of one call
│   ├── DayLimitReached         Xero's calls of the day are spent; carries when it goes on
│   ├── OutcomeUnknown          a write was sent and nobody knows whether Xero did it: look first
│   ├── SlackUnavailable        Slack slow, down or rate limiting
│   └── StoreUnavailable        the object store does not answer, is read-only or full
├── PostRefused                 Slack does not take this message in this place: send it elsewhere
├── ReadRefused                 Xero refuses one resource (scope, tier, role): an outcome, becomes a gap
├── WriteNotAllowed             the guard before each write, or Xero's own, says no: nothing was written
│   ├── WriteRefused            Xero refuses this kind of write to whoever connected (403)
│   └── SameRefusal             Xero refuses one record after another for one and the same reason
├── Damaged                     an engineer's move: stop writing
│   ├── VaultDamaged            bytes in the vault are not what was sealed
│   ├── WrongKey                the key ring does not open this vault or database
│   └── UnknownFormat           written by a newer version
└── Misconfigured               the operator's move: refuse to start
    ├── DataFolderInUse         another process holds the data folder (exit code 5)
    └── DatabaseTooNew          the database belongs to a newer version

Messages are whole sentences that a bookkeeper may read; they hold no token, no amount and no name from the
books. Vendor exceptions end at their adapter and become one of these.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class LedgerkeepError(Exception):
    """Base of all; `str(error)` is a sentence that may be shown."""


class Refused(LedgerkeepError):
    """The person asked for something that cannot be done as asked."""


class UnknownOrganisation(Refused):
    """No organisation of that name may be seen here; `near` holds names that may be meant."""

    def __init__(self, asked: str, near: tuple[str, ...] = ()) -> None:
        self.asked, self.near = asked, near
        super().__init__("I know no organisation of that name here.")


class AmbiguousOrganisation(Refused):
    """Several organisations match; `names` holds them."""

    def __init__(self, asked: str, names: tuple[str, ...]) -> None:
        self.asked, self.names = asked, names
        super().__init__("More than one organisation matches that name.")


class NothingLinked(Refused):
    """No Xero organisation is linked to this workspace yet."""

    def __init__(self) -> None:
        super().__init__("No Xero organisation is linked yet.")


class NotHere(Refused):
    """The organisation's home is another channel."""

    def __init__(self) -> None:
        super().__init__("I cannot show that here.")


class NotAllowed(Refused):
    """The person lacks the right; `needs` says who has it, in words."""

    def __init__(self, sentence: str, needs: str = "") -> None:
        self.needs = needs
        super().__init__(sentence)


class AlreadyRunning(Refused):
    """A backup of this organisation is queued or running."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__("A backup of this organisation is already running.")


class UnknownSnapshot(Refused):
    """No snapshot of that id exists for this organisation."""


class UnknownRestore(Refused):
    """No restore of that id exists."""


class UnsafePlan(Refused):
    """A restore that must not be offered for approval; `reasons` holds one sentence each."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


class PlanVoided(Refused):
    """Copy, target or plan are no longer what was approved; the sentence says which."""


class TargetBusy(Refused):
    """Something else works on the target of a restore; it is looked at again later."""


class LinkProblem(StrEnum):
    """Why a consent at Xero could not become a connection; each has its own page."""

    DENIED = "denied"
    EXPIRED = "expired"
    USED = "used"
    WRONG_PERSON = "wrong_person"
    ALREADY_LINKED = "already_linked"
    OTHER_WORKSPACE = "other_workspace"
    APP_LIMIT = "app_limit"
    NO_ORGANISATION = "no_organisation"
    SCOPES = "scopes"
    UNAVAILABLE = "unavailable"


class LinkRefused(Refused):
    """A consent could not be used."""

    def __init__(self, problem: LinkProblem, sentence: str) -> None:
        self.problem = problem
        super().__init__(sentence)


class Disconnected(LedgerkeepError):
    """An authorisation is gone; only a person can bring it back."""


class ConsentRevoked(Disconnected):
    """Xero refused the refresh token (`invalid_grant`)."""


class OrganisationGone(Disconnected):
    """The consent works but Xero answers 403 for this organisation."""


class SlackDisconnected(Disconnected):
    """The workspace removed the app, or its token no longer works."""


class Transient(LedgerkeepError):
    """Waiting helps; `retry_after` is in seconds where the other side said so."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(sentence)


class XeroUnavailable(Transient):
    """Xero did not answer, answered 5xx, or answered something that is not its API."""


class XeroBusy(Transient):
    """Xero kept answering 429 for longer than one call waits."""


class DayLimitReached(Transient):
    """The day's calls for this organisation are spent; `resume_at` says when it goes on."""

    def __init__(self, resume_at: datetime) -> None:
        self.resume_at = resume_at
        super().__init__("Xero's calls for today are used up for this organisation.")


class OutcomeUnknown(Transient):
    """A write was sent, its answer is missing or says nothing: Xero may have done it, or a part of it."""


class SlackUnavailable(Transient):
    """Slack did not take the message in time."""


class StoreUnavailable(Transient):
    """The place where copies are kept cannot be read or written; `full` and `read_only` say why if known."""

    def __init__(self, sentence: str, *, full: bool = False, read_only: bool = False) -> None:
        self.full, self.read_only = full, read_only
        super().__init__(sentence)


class PostRefused(LedgerkeepError):
    """Slack refuses this message or view here; `code` is Slack's error word, e.g. "not_in_channel"."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__("Slack did not accept the message in this place.")


class RefusalKind(StrEnum):
    """Why Xero refuses one resource while the connection itself works."""

    SCOPE = "scope"
    TIER = "tier"
    ROLE = "role"
    NOT_FOUND = "not_found"
    TOO_MANY = "too_many"
    INVALID = "invalid"


class ReadRefused(LedgerkeepError):
    """Xero refuses this resource; an outcome of the run, never a broken connection."""

    def __init__(self, kind: RefusalKind, sentence: str, status: int) -> None:
        self.kind, self.status = kind, status
        super().__init__(sentence)


class WriteNotAllowed(LedgerkeepError):
    """Nothing was written: the restore may not write there now, or the consent does not let it."""


class WriteRefused(WriteNotAllowed):
    """Xero refuses this kind of write to the person who connected, whatever the records; quotes its words."""


class SameRefusal(WriteNotAllowed):
    """Xero refuses one record after another for one and the same reason; none of them is lost."""


class Damaged(LedgerkeepError):
    """Stored bytes are not what they must be; nothing is written until somebody looked."""


class VaultDamaged(Damaged):
    """An object of the vault is missing, altered, or not what its manifest says."""


class WrongKey(Damaged):
    """The key ring holds no key that opens this."""


class UnknownFormat(Damaged):
    """Written in a format version this program does not know."""


class Misconfigured(LedgerkeepError):
    """The program cannot start; `problems` holds one line each."""

    exit_code = 2

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class DataFolderInUse(Misconfigured):
    """Another process holds the data folder."""

    exit_code = 5


class DatabaseTooNew(Misconfigured):
    """The database was migrated by a newer version of this program."""
