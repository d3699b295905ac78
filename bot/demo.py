"""The bot against its sandbox: a pretend Slack and a pretend Xero on this computer, and nothing to set up.

Everything lives in a folder that is removed at the end; no account, no network beyond loopback.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from markupsafe import Markup

from bot.config import load_settings
from bot.crypto import new_key
from bot.domain.names import WorkspaceId
from bot.errors import Transient
from bot.log import get_logger
from bot.parts import open_parts
from bot.process import Bot
from bot.sandbox.slack import Lever, PretendSlack
from bot.sandbox.slack.installed import DEFAULT_SCOPES
from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.demo.charts import add_tax_rate
from bot.sandbox.xero.demo.fresh import is_fresh
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.pdf import pages
from bot.services.workspaces import workspace_id_of

log = get_logger(__name__)

SHORT_MINUTE = 1.2  # a pretend minute: nobody should wait sixty seconds for a demonstration
TOUR_MINUTE = 0.3  # the tour takes more backups than people do
# What a backup spends beside the books: all files of the lively organisation are there after the first one,
# its history after some more nights, and each of them takes a moment.
FILL_CALLS = 230
# Older apps may still read expense claims and receipts; the pretend one can.
EXTRA_SCOPES = "accounting.classicexpenses.read"
# One that people restore from, a new and empty one of its region to restore into, one of another region.
ORGANISATIONS = ("lively", "fresh-uk", "nz", "empty")
SLACK_SCOPES = frozenset((*DEFAULT_SCOPES, "files:write"))
FIRST_STEPS = Markup(
    "Type <kbd>/backup connect</kbd> in #finance to link a pretend Xero organisation, "
    "then <kbd>/backup now</kbd>. Let a night pass to see the daily digest."
)
NIGHT = "Let a night pass"
QUIET_NIGHT = "Let a quiet night pass"
BY_HAND = "Add the special tax rate"
# Xero lets no app create a rate of this report type; people can, under any name.
SPECIAL_RATE = ("Reverse charge 0%", "REVERSECHARGES")
READABLE = 40  # letters of a supplier's name; some are there to be awkward
PATIENCE_SECONDS = 240.0  # for what is due at one moment of the night
# What somebody does in the night with the invoice that people are invited to look for.
NOTED, NOTE, DELIVERY = "INV-0042", ", delivered", "Delivery note INV-0042.pdf"
SUGGESTIONS = (
    "/backup connect",
    "/backup now",
    "/backup status",
    "/backup diff",
    f"/backup find {NOTED}",
    "/backup restore",
    "/backup settings",
    "@ledgerkeep is history backed up?",
)


class Demo:
    """A sandbox and a bot, started together; `environment` lets the command line work beside them."""

    def __init__(
        self,
        *,
        page_port: int = 0,
        minute_seconds: float = SHORT_MINUTE,
        settings: Mapping[str, str] | None = None,
        organisations: Sequence[str] = ORGANISATIONS,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ledgerkeep-demo-"))
        self._page_port, self._minute_seconds, self._more = page_port, minute_seconds, dict(settings or {})
        self.xero = PretendXero(minute_seconds=minute_seconds, organisations=organisations)
        self.slack = PretendSlack()
        self.bot: Bot | None = None
        self.environment: dict[str, str] = {}
        self._ahead = timedelta()
        self._one_night = threading.Lock()

    def start(self) -> str:
        """Start all three; give the address of the workspace page."""
        xero_url = self.xero.start()
        page = self.slack.start(self._page_port)
        self.slack.app.install(SLACK_SCOPES, token=self.slack.bot_token)
        port = _free_port()
        public_url = f"http://localhost:{port}"
        self.xero.redirect_uris.add(f"{public_url}/xero/callback")
        more = {"ENCRYPTION_KEYS": new_key("demo"), "XERO_FILL_CALLS": str(FILL_CALLS)}
        self.environment = more | self._settings(xero_url, public_url, port)
        settings = load_settings({}, for_demo=True, overrides=self.environment, env_file=None)
        self.bot = Bot(open_parts(settings, now=self.now, may_migrate=True))
        url = self.bot.start()
        self.slack.workspace.follow(self.now)
        self.slack.page_note, self.slack.suggestions = FIRST_STEPS, SUGGESTIONS
        self.slack.levers = self.levers
        self.slack.events_url = f"{url}/slack/events"
        return page

    def stop(self) -> None:
        """Stop all three and remove what they wrote."""
        if self.bot is not None:
            self.bot.stop()
            self.bot.parts.close()
        self.slack.stop()
        self.xero.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def levers(self) -> tuple[Lever, ...]:
        """Give what people can press beside the workspace's page."""
        return (
            Lever("night", NIGHT, self.begin_a_night),
            Lever("quiet-night", QUIET_NIGHT, lambda: self.begin_a_night(quiet=True)),
            Lever("by-hand", BY_HAND, self.do_by_hand),
        )

    def now(self) -> datetime:
        """Give the time by the bot's clock, which the workspace's page follows; Xero's stays real."""
        return datetime.now(UTC) + self._ahead

    def pass_time(self, **parts: float) -> None:
        """Move the bot's clock forward by days=, hours=, minutes= or seconds=."""
        self._ahead += timedelta(**parts)

    def let_a_night_pass(self, *, quiet: bool = False) -> None:
        """Move on, from one planned moment to the next, to the digest that follows the next backup.

        Unless it is quiet, people work in the pretend Xero meanwhile: some records change, a file is
        attached, a supplier has a new bank account.
        """
        if self.bot is None or not self._one_night.acquire(blocking=False):
            return
        try:
            if not quiet:
                self._work_in_xero()
            # Whatever the hour is now, a night has its backup: the morning before it is only passed through.
            was_night = not self._nights()
            while (ahead := self._next_moment()) is not None:
                moment, is_morning = ahead
                self._ahead += max(moment - self.now(), timedelta()) + timedelta(seconds=30)
                self._await_quiet(moment)
                if is_morning and was_night:
                    return
                was_night = was_night or not is_morning
        finally:
            self._one_night.release()

    def begin_a_night(self, *, quiet: bool = False) -> None:
        """Let a night pass in the background: the page does not wait for it."""
        one = threading.Thread(
            target=self.let_a_night_pass, kwargs={"quiet": quiet}, name="night", daemon=True
        )
        one.start()

    def do_by_hand(self) -> None:
        """Do in each new organisation what Xero lets people do and no app: enter the special tax rate."""
        name, report = SPECIAL_RATE
        for organisation in self.xero.organisations.values():
            with organisation.lock:
                rates = organisation.shelf("TaxRates")
                if is_fresh(organisation.key) and not rates.having("Name", name):
                    add_tax_rate(
                        organisation, "TAX001", name, report, at=self.xero.now(), rate="0", applies="YYYYN"
                    )

    def _next_moment(self) -> tuple[datetime, bool] | None:
        """Give the next moment at which a backup or the digest is due, and whether it is the digest."""
        morning = self._bot.worker.services.schedules.next_digest(self._workspace)
        if morning is None:
            return None
        first = min([morning, *self._nights()])
        return first, first == morning

    def _nights(self) -> list[datetime]:
        """Give when the next backup of each organisation is due."""
        linked = self._bot.parts.organisations.linked(self._workspace)
        standings = self._bot.worker.services.standings.of(linked)
        return [one.next_run_at for one in standings if one.next_run_at is not None]

    def _await_quiet(self, moment: datetime) -> None:
        """Wait until everything that was due by then has been asked for and has ended.

        The clock asks for work before it moves a row on, and a slot for its backup before it ends: between
        a moment and the end of all it brings there is always a row that is due, or work in the queue.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                if self._is_quiet_after(moment):
                    return
            except Transient:  # the list of work is busy: the next look finds it
                log.info("night_looks_again")
            time.sleep(0.2)

    def _is_quiet_after(self, moment: datetime) -> bool:
        """Let the clock look now, not at its next turn, and say whether all of a moment's work has ended."""
        worker = self._bot.worker
        worker.clock.tick()
        if worker.reach.queue.has_work(""):
            return False
        ahead = self._next_moment()
        return ahead is None or (ahead[0] > moment and not worker.reach.queue.has_work(""))

    def _work_in_xero(self) -> None:
        for organisation in self.xero.organisations.values():
            if is_fresh(organisation.key):
                continue  # nobody works there yet; what a restore wrote is as it was compared
            with organisation.lock:
                changed = organisation.change_share(0.01)
                _keep_batch_references(organisation, changed.get("Payments", []))
                _deliver(organisation)
                contacts = organisation.shelf("Contacts")
                paid = (one for one in contacts if one.fields.get("BankAccountDetails"))
                supplier = next((one for one in paid if len(one.fields["Name"]) < READABLE), None)
                if supplier is not None:
                    digits = f"{organisation.random.randrange(10**8):08d}"
                    organisation.change("Contacts", supplier.record_id, BankAccountDetails=f"123456{digits}")

    @property
    def _bot(self) -> Bot:
        if self.bot is None:
            raise RuntimeError("the demo has not begun")
        return self.bot

    @property
    def _workspace(self) -> WorkspaceId:
        return workspace_id_of(self.slack.workspace.team_id)

    def _settings(self, xero_url: str, public_url: str, port: int) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "XERO_CLIENT_ID": self.xero.client_id,
            "XERO_CLIENT_SECRET": self.xero.client_secret,
            "XERO_LOGIN_URL": xero_url,
            "XERO_IDENTITY_URL": xero_url,
            "XERO_API_URL": xero_url,
            "XERO_MINUTE_SECONDS": str(self._minute_seconds),
            "PUBLIC_URL": public_url,
            "PORT": str(port),
            "XERO_EXTRA_SCOPES": EXTRA_SCOPES,
            "DATA_DIR": str(self._folder),
            **self._more,
        }


def _keep_batch_references(organisation: PretendOrganisation, payments: Sequence[str]) -> None:
    """Let changed payments of a batch bear its reference again: in Xero nobody edits one of them alone."""
    for payment_id in payments:
        batch_id = organisation.shelf("Payments").records[payment_id].fields.get("BatchPaymentID")
        if batch_id:
            batch = organisation.shelf("BatchPayments").records[batch_id]
            organisation.change("Payments", payment_id, Reference=batch.fields["Reference"])


def _deliver(organisation: PretendOrganisation) -> None:
    """Note on an invoice, once, that its goods have arrived, and attach the paper that says so."""
    invoice = next(iter(organisation.shelf("Invoices").having("InvoiceNumber", NOTED)), None)
    if invoice is None or invoice.record_id in organisation.files:
        return
    reference = f"{invoice.fields.get('Reference', '')}{NOTE}"
    organisation.change("Invoices", invoice.record_id, Reference=reference)
    paper = pages([f"Delivery note for {NOTED}", organisation.name, "Received in full."])
    organisation.attach("Invoices", invoice.record_id, DELIVERY, paper, "application/pdf", by="Ana Silva")


def _free_port() -> int:
    """Find a port for the bot before it listens: the redirect address registered with Xero holds it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
