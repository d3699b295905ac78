"""How each problem of a consent at Xero is told: a headline, what it means, what to do. Words only.

The sentence of the error itself says what happened and stands above these.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import LinkProblem

_AGAIN = "go back to Slack and enter “/backup connect” to get a new link."
NEW_LINK = f"G{_AGAIN[1:]}"
TELL_OPERATOR = (
    "If it happens again, tell whoever runs Ledgerkeep for you, and give them the reference below."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One problem's page; `retry_after` is in seconds, `referenced` asks for a reference id."""

    status: int
    title: str
    means: str
    next_steps: tuple[str, ...]
    referenced: bool = False
    tone: str = "bad"
    retry_after: int | None = None


REFUSALS = {
    LinkProblem.DENIED: Refusal(
        status=403,
        title="Permission was not given",
        means="Nothing was read. Your books, and copies made before, are as they were.",
        next_steps=(
            f"If you did not mean to cancel, {_AGAIN}",
            (
                "Xero lets only some roles connect an app. Adviser is the right one; "
                "if you do not have it, ask somebody who does."
            ),
        ),
    ),
    LinkProblem.EXPIRED: Refusal(
        status=410,
        title="This link is too old",
        means="Links are short-lived, so that a forgotten one is of no use to anybody. Nothing was linked.",
        next_steps=(NEW_LINK,),
    ),
    LinkProblem.USED: Refusal(
        status=410,
        title="This link has been used",
        means="If you finished in another tab, the organisation may already be linked.",
        next_steps=("Look in the Slack channel for the summary.", f"If there is none, {_AGAIN}"),
    ),
    LinkProblem.WRONG_PERSON: Refusal(
        status=403,
        title="Another browser began this",
        means="A link is opened and finished in one browser, so that nobody can link books in your name. "
        "Nothing was linked.",
        next_steps=(
            NEW_LINK,
            "Open it, and sign in to Xero, in one and the same browser window.",
            "If you did not ask for a link, close this page and tell an admin of your Slack workspace.",
        ),
    ),
    LinkProblem.ALREADY_LINKED: Refusal(
        status=409,
        title="Already linked",
        means="A second link would only copy the same books twice. Its backups go on as before.",
        next_steps=(
            "To see which organisations are linked, enter “/backup status” in Slack.",
            "To move it to another channel, enter “/backup settings” in Slack; admins and keepers may.",
            "If you meant another organisation, choose that one on Xero's page the next time.",
        ),
        tone="plain",
    ),
    LinkProblem.OTHER_WORKSPACE: Refusal(
        status=409,
        title="Linked in another Slack workspace",
        means="An organisation is kept by one workspace at a time. Nothing changed there, and nothing was "
        "linked here.",
        next_steps=(
            "If it should move here, a keeper of the other workspace disconnects it there first.",
            (
                "If you know of no other workspace, tell whoever runs Ledgerkeep for you, and give them the "
                "reference below."
            ),
        ),
        referenced=True,
    ),
    LinkProblem.APP_LIMIT: Refusal(
        status=409,
        title="Xero allows no more organisations",
        means="Xero limits how many organisations an app may be connected to, and how many uncertified apps "
        "one organisation may have.",
        next_steps=(
            "In Xero, look under Settings, Connected apps, for an app that is no longer needed.",
            (
                "Or tell whoever runs Ledgerkeep for you that the Xero app may be at its limit, and give "
                "them the reference below."
            ),
        ),
        referenced=True,
    ),
    LinkProblem.NO_ORGANISATION: Refusal(
        status=409,
        title="No organisation was chosen",
        means="Without an organisation there is nothing to back up.",
        next_steps=(
            NEW_LINK,
            "On Xero's page, choose the organisation from the list before you allow access.",
            "If the list is empty, ask for the role Adviser in the organisation first.",
        ),
    ),
    LinkProblem.SCOPES: Refusal(
        status=403,
        title="Permissions are missing",
        means="Without them a backup would leave things out, so none is begun.",
        next_steps=(
            (
                "Tell whoever runs Ledgerkeep for you: the Xero app must be allowed every reading scope that "
                "Ledgerkeep asks for. Give them the reference below."
            ),
            f"Then {_AGAIN}",
        ),
        referenced=True,
    ),
    LinkProblem.UNAVAILABLE: Refusal(
        status=503,
        title="Xero did not answer",
        means="Your books, and copies made before, are as they were.",
        next_steps=(f"Wait a few minutes. {NEW_LINK}", TELL_OPERATOR),
        referenced=True,
        retry_after=120,
    ),
}
