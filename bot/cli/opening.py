"""Read settings, set up logging, open database and vault for a command. Starts no thread."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.parts import Parts


def settings_for(overrides: Mapping[str, str] | None = None) -> Settings:
    """Read every setting and begin to log as they say; raises Misconfigured."""
    from bot.config import load_settings
    from bot.log import setup_logging

    settings = load_settings(overrides=overrides)
    setup_logging(settings.log_format, settings.log_level)
    return settings


def settings_on_port(port: int | None) -> Settings:
    """Read settings with another port; the default public address, and Xero's redirect, move with it."""
    if port is None:
        return settings_for()
    chosen = port or free_port()
    settings = settings_for({"PORT": str(chosen)})
    if "public_url" in settings.model_fields_set:
        return settings
    return settings_for({"PORT": str(chosen), "PUBLIC_URL": f"http://localhost:{chosen}"})


@contextmanager
def parts_for(settings: Settings, *, may_migrate: bool = False) -> Iterator[Parts]:
    """Open database and vault and let go of them at the end."""
    from bot.parts import open_parts

    parts = open_parts(settings, may_migrate=may_migrate)
    try:
        yield parts
    finally:
        parts.close()


def free_port() -> int:
    """Find a free port on loopback: it must be known before listening, because addresses hold it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
