"""What doctor finds outside: Slack's token, Xero's credentials, the clock, the address that browsers use.

Asks each side once, with a short wait. Tokens travel only to where the settings say they belong; no redirect
is followed, because one could carry a token elsewhere.
"""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bot.cli.checks import Finding, Word

if TYPE_CHECKING:
    from bot.config import Settings

PATIENCE_SECONDS = 10.0
CLOCK_OFF = timedelta(minutes=2)
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer; `status` 0 means that there was none."""

    status: int
    headers: Mapping[str, str]
    json: Mapping[str, Any]
    at: datetime

    @property
    def clock_off(self) -> timedelta | None:
        """Say how far the other side's clock is ahead of ours; None when it did not say its time."""
        try:
            theirs = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return None
        return theirs.astimezone(UTC) - self.at


def outside(settings: Settings) -> Iterator[Finding]:
    """Look at Slack, Xero, the clock and the public address."""
    slack, xero = _ask_slack(settings), _ask_xero(settings)
    yield slack_token(settings, slack)
    if settings.mode == "socket":
        yield socket_mode(settings)
    yield xero_app(xero)
    yield clock({"Slack": slack, "Xero": xero})
    yield public_address(settings)


def slack_token(settings: Settings, heard: Heard) -> Finding:
    """Judge auth.test: does the token work, and does it hold every scope that is needed."""
    from handlers.slack_install import BOT_SCOPES

    if heard.status == 0:
        do = "Check SLACK_API_URL, the network and the proxy."
        return Finding(Word.PROBLEM, "Slack", f"{_host(settings.slack_api_url)} does not answer.", do)
    if settings.multi_workspace:
        sentence = "Slack answers; each workspace has its own token, made when the app is installed."
        return Finding(Word.OK, "Slack", sentence)
    if not heard.json.get("ok"):
        sentence = f"Slack refuses the token ({_code(heard)})."
        return Finding(
            Word.PROBLEM, "Slack", sentence, "Copy the bot token (xoxb-…) from OAuth & Permissions."
        )
    granted = {one.strip() for one in heard.headers.get("x-oauth-scopes", "").split(",")} - {""}
    lacking = [one for one in BOT_SCOPES if granted and one not in granted]
    if lacking:
        sentence = f"The token lacks the permissions {', '.join(lacking)}."
        return Finding(
            Word.PROBLEM, "Slack", sentence, "Add them as in manifest.yml and install the app again."
        )
    return Finding(Word.OK, "Slack", f"The token works in the workspace {heard.json.get('team', '?')}.")


def socket_mode(settings: Settings) -> Finding:
    """Try whether the app-level token opens a Socket Mode connection; the connection is not used."""
    heard = _slack(settings, "apps.connections.open", settings.slack_app_token)
    if heard.json.get("ok"):
        return Finding(Word.OK, "Socket Mode", "The app-level token opens connections.")
    do = "Make an app-level token (xapp-…) with connections:write, and turn Socket Mode on."
    return Finding(Word.PROBLEM, "Socket Mode", f"Slack refuses it ({_code(heard)}).", do)


def xero_app(heard: Heard) -> Finding:
    """Judge a refresh with a token that cannot exist: who is told so has the right credentials.

    Xero answers invalid_grant for the token, or invalid_client for the app (RFC 6749, section 5.2).
    """
    word = str(heard.json.get("error", ""))
    if heard.status == 0:
        return Finding(Word.PROBLEM, "Xero", "Xero does not answer.", "Check the network and the proxy.")
    if word == "invalid_grant":
        return Finding(Word.OK, "Xero", "Xero knows this app's id and secret.")
    if word in {"invalid_client", "unauthorized_client"}:
        do = "Copy XERO_CLIENT_ID and XERO_CLIENT_SECRET from the app's page at developer.xero.com."
        return Finding(Word.PROBLEM, "Xero", f"Xero does not know this app ({word}).", do)
    sentence = f"Xero's sign-in service answered with {heard.status}, which says nothing about the app."
    return Finding(Word.PROBLEM, "Xero", sentence, "Try again in a few minutes; look at status.xero.com.")


def clock(heard: Mapping[str, Heard]) -> Finding:
    """Compare our clock with the others' (signatures, tokens and Xero's limits depend on it)."""
    found = {name: one.clock_off for name, one in heard.items()}
    told = {name: off for name, off in found.items() if off is not None}
    if not told:
        return Finding(Word.NOTE, "clock", "Nobody told the time, so it was not compared.")
    wrong = {name: off for name, off in told.items() if abs(off) > CLOCK_OFF}
    if wrong:
        name, off = max(wrong.items(), key=lambda one: abs(one[1]))
        way = "behind" if off > timedelta(0) else "ahead of"
        sentence = f"This machine's clock is {abs(off).total_seconds():.0f} seconds {way} {name}'s."
        return Finding(
            Word.PROBLEM, "clock", sentence, "Let the machine take its time from the network (NTP)."
        )
    return Finding(Word.OK, "clock", f"It agrees with {' and '.join(told)}.")


def public_address(settings: Settings) -> Finding:
    """Say where browsers go, and whether a bot answers there now."""
    redirect = settings.xero_redirect_uri
    register = f"Xero must have exactly this redirect address: {redirect}"
    answer = _hear(f"{settings.public_url}/healthz")
    if answer.status == 200:
        return Finding(Word.OK, "address", f"A bot answers at {settings.public_url}.", register)
    sentence = f"No bot answers at {settings.public_url} at the moment."
    return Finding(Word.NOTE, "address", sentence, f"Start it with `ledgerkeep run`. {register}")


def _ask_slack(settings: Settings) -> Heard:
    if settings.multi_workspace:
        return _slack(settings, "api.test", None)
    return _slack(settings, "auth.test", settings.slack_bot_token)


def _slack(settings: Settings, method: str, token: Any) -> Heard:
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    return _hear(f"{settings.slack_api_url}{method}", form={}, headers=headers)


def _ask_xero(settings: Settings) -> Heard:
    secret = settings.xero_client_secret.get_secret_value() if settings.xero_client_secret else ""
    pair = base64.b64encode(f"{settings.xero_client_id}:{secret}".encode()).decode()
    form = {"grant_type": "refresh_token", "refresh_token": "ledgerkeep-doctor-no-such-token"}
    address = f"{settings.xero_identity_url}/connect/token"
    return _hear(address, form=form, headers={"Authorization": f"Basic {pair}"})


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing."""


def _hear(
    url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Heard:
    """Ask one address; whatever goes wrong on the way is an answer with status 0."""
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data=data, headers=dict(headers or {}))  # noqa: S310 - from settings
    try:
        with urllib.request.build_opener(_NoRedirect()).open(request, timeout=PATIENCE_SECONDS) as answer:
            return _heard(answer.status, answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return _heard(refused.code, refused)
    except (OSError, ValueError):
        return Heard(0, {}, {}, datetime.now(UTC))


def _heard(status: int, answer: Any) -> Heard:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    try:
        found = json.loads(answer.read(_MOST_BYTES))
    except (OSError, ValueError):
        found = {}
    return Heard(status, headers, found if isinstance(found, dict) else {}, datetime.now(UTC))


def _code(heard: Heard) -> str:
    code = str(heard.json.get("error", ""))
    return code if code.replace("_", "").isalnum() else f"answer {heard.status}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
