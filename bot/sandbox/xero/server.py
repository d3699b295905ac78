"""The pretend Xero as one HTTP server on loopback: login, identity and API together.

It puts the parts together; it decides nothing about tokens, records or reports itself.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from bot.sandbox.xero.beside.door import Doors
from bot.sandbox.xero.calls import Call
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.faults import Faults
from bot.sandbox.xero.gate import Gate
from bot.sandbox.xero.identity import Identity
from bot.sandbox.xero.limits import Limits
from bot.sandbox.xero.oauth import Authority
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.people import PEOPLE
from bot.sandbox.xero.projection import View, render, whole_list_view

APP_NAME = "Ledgerkeep"
TEMPLATES = Path(__file__).with_name("templates")


class ConsentRefused(Exception):
    """Xero showed an error page instead of going back to the app; `str()` is what the page says."""


def utcnow() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


class PretendXero:
    """A pretend Xero; see the package's docstring for what it enforces."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = utcnow,
        minute_seconds: float = 60,
        calls_per_minute: int = 60,
        calls_per_day: int = 5000,
        seed: int = 7,
        organisations: Sequence[str] = ("lively", "empty", "nz"),
        latency_seconds: float = 0.0,
        log_calls: bool = True,
    ) -> None:
        self.now = now
        self.client_id = "4C5E1D9A0B7F4E2A9D3C6B8A7F0E1D2C"
        self.client_secret = "pretend-secret-that-opens-nothing-real"  # noqa: S105 - of a sandbox
        self.redirect_uris = {"http://localhost:3000/xero/callback"}
        self.calls: list[Call] = []
        self.faults = Faults()
        self.authority = Authority(
            self.client_id, self.client_secret, now, random.Random(f"{seed}:authority")
        )
        self.limits = Limits(now, minute_seconds, calls_per_minute, calls_per_day)
        self.organisations: dict[str, PretendOrganisation] = {}
        self._seed = seed
        for key in organisations:
            self.add_organisation(build_organisation(key, seed=seed, now=now))
        self._app = self._make_app(log_calls=log_calls, latency_seconds=latency_seconds)
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def _make_app(self, *, log_calls: bool, latency_seconds: float) -> Flask:
        app = Flask("pretend_xero", static_folder=None, template_folder=str(TEMPLATES))
        identity = Identity(
            self.authority,
            redirect_uris=self.redirect_uris,
            app_name=APP_NAME,
            organisations=self.organisations,
        )
        identity.mount(app)
        gate = Gate(
            authority=self.authority,
            limits=self.limits,
            faults=self.faults,
            data=Doors(
                app_name=APP_NAME,
                now=self.now,
                new_id=self.authority.guid,
                organisations=self.organisations,
            ),
            organisations=self.organisations,
            now=self.now,
            calls=self.calls,
            log_calls=log_calls,
            latency_seconds=latency_seconds,
        )
        gate.mount(app)
        return app

    def add_organisation(self, org: PretendOrganisation) -> None:
        """Add an organisation, also while the server runs."""
        self.organisations[org.tenant_id] = org
        self.limits.add(org.tenant_id)

    def open_organisation(self, key: str, /, **wishes: Any) -> PretendOrganisation:
        """Make a further organisation (`fresh-uk`, `fresh-uk-2`, …) and add it, also while the server runs.

        `wishes` are those of `demo.fresh.Wishes`; raises KeyError for a key that does not exist.
        """
        org = build_organisation(key, seed=self._seed, now=self.now, **wishes)
        self.add_organisation(org)
        return org

    @property
    def writes(self) -> list[Call]:
        """Give every write any organisation was asked for, refused ones too, in the order of their time."""
        return sorted(
            (call for org in self.organisations.values() for call in org.writes), key=lambda call: call.at
        )

    def organisation(self, key: str) -> PretendOrganisation:
        """Give an organisation by its key (`lively`, `nz`, …); raises KeyError."""
        for org in self.organisations.values():
            if org.key == key:
                return org
        raise KeyError(key)

    def start(self, port: int = 0) -> str:
        """Serve on loopback; give the base url."""
        self._server = create_server(self._app, host="127.0.0.1", port=port, threads=12)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._serve, name="pretend-xero", daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.effective_port}"

    def _serve(self) -> None:
        server = self._server
        while not self._stopping.is_set():
            server.asyncore.loop(timeout=1, map=server._map, count=1)  # noqa: SLF001 - waitress has no clean stop
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        wasyncore.close_all(server._map, ignore_all=True)  # noqa: SLF001

    def stop(self) -> None:
        """Stop serving and close every connection."""
        if self._thread is None:
            return
        # In the server's own thread: it must not have closed its trigger before it is pulled.
        self._server.trigger.pull_trigger(self._stopping.set)
        self._thread.join(timeout=10)
        self._thread = None

    def consent(
        self, authorize_url: str, organisation: str = "lively", user: str = "ana", *, deny: bool = False
    ) -> str:
        """Answer the consent page as a person would; give the address the browser is sent to.

        Raises ConsentRefused where Xero shows an error page of its own.
        """
        target = re.sub(r"^https?://[^/]+", "", authorize_url)
        form = {"organisation": organisation, "user": user, "decision": "cancel" if deny else "allow"}
        answer = self._app.test_client().post(target, data=form)
        location = answer.headers.get("Location")
        if location is None:
            text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<body>")[2])
            raise ConsentRefused(unescape(" ".join(text.split())))
        return location

    def served(self, tenant_id: str, collection: str, *, single: bool = False) -> dict[str, bytes]:
        """Give, per record id, the exact bytes of each record in the fullest list, or as answered by id."""
        org = self.organisations[tenant_id]
        shelf = org.shelf(collection)
        view = whole_list_view(shelf.collection)
        if single:
            view = View(single=True, four_decimals=shelf.collection.unitdp, revealed=True)
        with org.lock:
            return {record.record_id: render(org, shelf.collection, record, view) for record in shelf}

    def disconnect(self, tenant_id: str) -> None:
        """Let somebody disconnect the organisation inside Xero."""
        self.authority.disconnect(tenant_id)

    def revoke_consent(self, user: str = "ana") -> None:
        """Let a person take their consent back inside Xero."""
        self.authority.end_consent(PEOPLE[user].user_id)

    def expire_access_tokens(self) -> None:
        """Let every access token given so far be expired; refresh tokens live on."""
        self.authority.expire_all()
