"""The few pages people see: what became of a consent at Xero, and what to do next.

Values in, a Page out; no request, no service. Everything that came from Xero is escaped by the template.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.catalogue.scopes import OFFLINE
from bot.domain.organisation import Organisation, OrganisationFacts
from bot.errors import LinkProblem, LinkRefused
from bot.web.refusals import NEW_LINK, REFUSALS, TELL_OPERATOR

if TYPE_CHECKING:
    from bot.services.connections import Linked
    from bot.services.handover import Renewal

_NEW_SHOWN = 6  # kinds of data that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; `facts` are label and value, `tone` is good, bad or plain, `name` is untrusted text."""

    status: int
    title: str
    name: str = ""
    tone: str = "plain"
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    next_steps: tuple[str, ...] = ()
    reference: str = ""
    retry_after: int | None = None


def linked(outcome: Linked) -> Page:
    """Tell what was linked, and that the rest happens in Slack."""
    if outcome.writing:
        return _permitted(outcome.organisation.name)
    if outcome.renewal is not None:
        return _renewed(outcome.organisation, outcome.renewal)
    facts = outcome.organisation.facts
    return Page(
        status=200,
        tone="good",
        title="Connected again" if outcome.reconnected else "Connected",
        name=outcome.organisation.name,
        paragraphs=(
            "You can close this page and go back to Slack: the summary comes to your channel in a moment.",
        ),
        facts=tuple(_facts(facts, outcome.organisation.scopes)),
    )


def _permitted(name: str) -> Page:
    return Page(
        status=200,
        tone="good",
        title="Permission given",
        name=name,
        paragraphs=(
            "Ledgerkeep may write here now, but only for a restore whose plan was approved in Slack.",
            "Your other organisations are still only read.",
            "You can close this page and go back to Slack: the message in the channel goes on by itself.",
        ),
    )


def _renewed(organisation: Organisation, renewal: Renewal) -> Page:
    """Tell what may be read now; it was linked before, so nothing comes to the channel by itself."""
    new = (f"New: {_listed(renewal.gained)}.",) if renewal.gained else (
        "Nothing is new: Ledgerkeep may read what it could read before.",
    )  # fmt: skip
    home = ("I asked you in Slack whether it should move to the channel you came from.",)
    next_step = "To have it in the copy now, enter “/backup now” in Slack; the next backup reads it anyhow."
    return Page(
        status=200,
        tone="good",
        title="Permissions renewed",
        name=organisation.name,
        paragraphs=(
            "It was linked already and stays where it is. No second backup was made.",
            *new,
            *(home if renewal.elsewhere else ()),
        ),
        facts=tuple(_access(organisation.scopes - {OFFLINE})),
        next_steps=(next_step if renewal.gained else "You can close this page and go back to Slack.",),
    )


def _listed(titles: tuple[str, ...]) -> str:
    more = len(titles) - _NEW_SHOWN
    shown = ", ".join(titles[:_NEW_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def refused(problem: LinkRefused, reference: str) -> Page:
    """Tell why a consent could not be used, what that means and what to do."""
    told = REFUSALS[problem.problem]
    return Page(
        status=told.status,
        tone=told.tone,
        title=told.title,
        paragraphs=(str(problem), told.means),
        next_steps=told.next_steps,
        reference=reference if told.referenced else "",
        retry_after=told.retry_after,
    )


def unavailable(reference: str) -> Page:
    """Tell that Xero, or a part of this program, did not answer in time."""
    gone = LinkRefused(LinkProblem.UNAVAILABLE, "Something that Ledgerkeep needs did not answer in time.")
    return refused(gone, reference)


def not_possible(sentence: str) -> Page:
    """Tell a refusal that has no page of its own, in its own words."""
    return Page(status=403, tone="bad", title="Not possible", paragraphs=(sentence,), next_steps=(NEW_LINK,))


def failed(reference: str) -> Page:
    """Tell that this program made a mistake."""
    return Page(
        status=500,
        tone="bad",
        title="Something went wrong here",
        paragraphs=(
            "This is a fault of Ledgerkeep, not of Xero and not of your input.",
            "Copies that were made before are not touched by it.",
        ),
        next_steps=(f"Wait a moment. {NEW_LINK}", TELL_OPERATOR),
        reference=reference,
    )


def incomplete() -> Page:
    """Answer an address of a consent that was opened without its link."""
    return Page(
        status=400,
        title="Part of the address is missing",
        paragraphs=("This page opens from a link in Slack, and only once. Nothing was linked.",),
        next_steps=(NEW_LINK,),
    )


def http_problem(status: int, name: str) -> Page:
    """Answer an address or a way of asking that does not exist here."""
    return Page(status=status, title=name, paragraphs=("There is nothing to see at this address.",))


def front() -> Page:
    """Say what this address is."""
    return Page(
        status=200,
        title="Ledgerkeep",
        paragraphs=(
            "A Slack bot that keeps encrypted copies of Xero organisations and says what they do not cover.",
            "There is nothing to do on this page: everything happens in Slack. Enter “/backup help” there.",
        ),
    )


def _facts(facts: OrganisationFacts, scopes: frozenset[str]) -> Iterator[tuple[str, str]]:
    if facts.legal_name and facts.legal_name != facts.name:
        yield "Legal name", facts.legal_name
    if facts.region or facts.country:
        yield "Region and country", " · ".join(filter(None, dict.fromkeys((facts.region, facts.country))))
    if facts.base_currency:
        yield "Base currency", facts.base_currency
    yield "Kind", "Demo company" if facts.is_demo else "Live organisation"
    yield from _access(scopes - {OFFLINE})


def _access(scopes: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Claim reading only where every granted scope says so itself."""
    if scopes and all(scope.endswith(".read") for scope in scopes):
        yield "Access", "Read-only: Ledgerkeep cannot change anything in it"
    elif scopes:
        yield (
            "Access",
            "Reading, and some writing that was allowed earlier; a backup only ever reads",
        )


_INSTALL_AGAIN = (
    "To install it, open the installation page again, in the same browser, and finish within ten minutes."
)
_NOT_GIVEN_IN_SLACK = Page(
    status=403,
    tone="bad",
    title="Not installed",
    paragraphs=("The permission was not given in Slack, so Ledgerkeep was not installed. Nothing changed.",),
    next_steps=(_INSTALL_AGAIN, "Some workspaces let only admins install apps: then ask one of them."),
)
_INSTALLED_TOO_LATE = Page(
    status=410,
    tone="bad",
    title="Not installed",
    paragraphs=("This installation took too long, was finished before, or began in another browser.",),
    next_steps=("Look in Slack: if Ledgerkeep has written to you, it is installed.", _INSTALL_AGAIN),
)


def not_installed(*, denied: bool) -> Page:
    """Draw the end of an installation in Slack that was refused, or came too late."""
    return _NOT_GIVEN_IN_SLACK if denied else _INSTALLED_TOO_LATE
