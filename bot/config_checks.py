"""What is wrong with given settings, one sentence each: the setting's name, the fault, the remedy.

Pure: looks at values only, connects to nothing, and never repeats a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from bot.errors import Misconfigured

if TYPE_CHECKING:
    from bot.config import Settings

ADDRESSES = ("PUBLIC_URL", "SLACK_API_URL", "XERO_LOGIN_URL", "XERO_IDENTITY_URL", "XERO_API_URL")

_VAULT_SCHEMES = ("file", "s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "memory")
_DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")


def in_words(kind: str, name: str, context: Mapping[str, Any], default: object) -> str:
    """Say what pydantic found wrong (its error type and context) with the setting `name`."""
    like = f"; write for example {name}={str(default).lower()}." if default not in {None, ""} else "."
    if kind.startswith("int"):
        return f"{name}: is not a whole number{like}"
    if kind.startswith("float"):
        return f"{name}: is not a number{like}"
    if kind.startswith("bool"):
        return f"{name}: is neither true nor false{like}"
    if kind.startswith(("greater", "less")):
        bound = next(iter(context.values()), "")
        side = "too small; the least is" if kind.startswith("greater") else "too large; the most is"
        return f"{name}: is {side} {bound}{like}"
    if kind == "literal_error":
        return f"{name}: must be one of {context.get('expected', '')}{like}"
    return f"{name}: cannot be read{like}"


def malformed(settings: Settings) -> Iterator[str]:
    """Yield what is wrong with the values that are set."""
    for name in ADDRESSES:
        yield from _address(name, getattr(settings, name.lower()))
    if settings.given_redirect_uri:
        yield from _address("XERO_REDIRECT_URI", settings.given_redirect_uri)
    yield from _storage(settings)
    yield from _swapped(settings)
    if settings.encryption_keys:
        try:
            settings.key_ring()
        except Misconfigured as error:
            yield from error.problems


def _address(name: str, value: str) -> Iterator[str]:
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"{name}: is not a whole address; begin it with https:// or http:// and a host."
    elif parts.query or parts.fragment or parts.username:
        yield f"{name}: holds more than an address; leave out user names, ? and #."


def _storage(settings: Settings) -> Iterator[str]:
    if settings.database_url.partition("://")[0] not in _DATABASE_SCHEMES:
        yield "DATABASE_URL: is no SQLite or PostgreSQL address; write postgresql+psycopg://user:password@host/name."
    if settings.vault_url.partition("://")[0] not in _VAULT_SCHEMES:
        yield "VAULT_URL: is no known place for copies; write file:///folder, s3://bucket/prefix, gs:// or az://."


def _swapped(settings: Settings) -> Iterator[str]:
    if _text(settings.slack_bot_token).startswith("xapp-"):
        yield "SLACK_BOT_TOKEN: holds an app-level token; put the token that begins with xoxb- here."
    if _text(settings.slack_app_token).startswith(("xoxb-", "xoxp-")):
        yield "SLACK_APP_TOKEN: holds a bot or user token; put the token that begins with xapp- here."


def missing(settings: Settings) -> Iterator[str]:
    """Yield what a real start needs and does not have."""
    if not settings.xero_client_id:
        yield "XERO_CLIENT_ID: is missing; copy it from your app's page at developer.xero.com."
    if not settings.xero_client_secret:
        yield "XERO_CLIENT_SECRET: is missing; make one on your app's page at developer.xero.com."
    if not settings.encryption_keys:
        yield "ENCRYPTION_KEYS: is missing; print one with `ledgerkeep keys new` and keep a copy elsewhere."
    yield from _missing_for_slack(settings)
    yield from _redirect(settings)


def _missing_for_slack(settings: Settings) -> Iterator[str]:
    if not settings.slack_bot_token and not settings.slack_client_id:
        yield (
            "SLACK_BOT_TOKEN: is missing; set it, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many "
            "workspaces."
        )
    if settings.multi_workspace and not settings.slack_client_secret:
        yield "SLACK_CLIENT_SECRET: is missing; copy it from the app's Basic Information page."
    if settings.mode == "http" and not settings.slack_signing_secret:
        yield (
            "SLACK_SIGNING_SECRET: is missing; copy it from the app's Basic Information page, or set "
            "SLACK_APP_TOKEN to use Socket Mode."
        )


def _redirect(settings: Settings) -> Iterator[str]:
    """Xero registers only https addresses and http://localhost, never http://127.0.0.1."""
    parts = _split(settings.xero_redirect_uri)
    if parts is None or urlsplit(settings.xero_login_url).hostname != "login.xero.com":
        return
    if parts.scheme == "http" and parts.hostname != "localhost":
        name = "XERO_REDIRECT_URI" if settings.given_redirect_uri else "PUBLIC_URL"
        yield f"{name}: Xero refuses this redirect address; use https://, or http://localhost for tests."


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port  # a broken port shows only when it is read
    except ValueError:
        return None
    return parts


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
