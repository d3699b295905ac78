"""A place for whole restores under bad luck: a company with a copy, a new organisation, people who decide.

Everything goes over the wires of Slack and Xero, in the bot's own process or in one that may be killed.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.db.restore_tables import RestoreRow
from bot.domain.organisation import Organisation
from bot.domain.restore import Restore, RestoreState
from bot.domain.settings import Approvers, WorkspaceSettings
from bot.parts import Parts
from bot.sandbox.slack import Message
from bot.sandbox.slack.installed import Grant
from bot.sandbox.slack.people import OpenView
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.books import cash, documents, journal, settle
from bot.sandbox.xero.books.lines import Line
from bot.sandbox.xero.reports import Reporter
from bot.services.restoring.restores import Restores
from bot.services.settings import SettingsStore
from bot.views import ids
from bot.views.plain import as_text
from tests.faults.machine import API, company
from tests.scenario.office import ANA, FINANCE, LINK, PRIYA, Office, office

ENDED = frozenset({RestoreState.DONE, RestoreState.DIFFERENT, RestoreState.UNPROVEN})
OVER = frozenset(one for one in RestoreState if not (one.is_open or one.is_at_work))
WRITTEN = (
    "Accounts", "BankTransactions", "BankTransfers", "ContactGroups", "Contacts", "CreditNotes", "Invoices",
    "Items", "ManualJournals", "Payments", "PurchaseOrders", "Quotes", "RepeatingInvoices",
)  # fmt: skip
_further = itertools.count(2)


def trader(xero: PretendXero, name: str = "Pōhutukawa Traders") -> PretendOrganisation:
    """Add a small company with something of every common kind, also what takes several writes to copy."""
    org = company(xero, name)
    today = xero.now().date()
    (bank,) = [one.record_id for one in org.shelf("Accounts") if one.fields["Type"] == "BANK"]
    person = next(iter(org.shelf("Contacts"))).record_id
    documents.add_contact(org, "Gone Away Ltd", ContactStatus="ARCHIVED")
    for number in range(6):
        day = today - timedelta(days=40 - number)
        line = Line(description="Beans", unit=Decimal(20 + number // 2), account="310", tax="INPUT2")
        # Two by two alike in every field: only counting tells whether one was written twice.
        alike: dict[str, Any] = {
            "bank": bank,
            "on": today - timedelta(days=40),
            "contact": person,
            "reference": "Market",
        }
        cash.add_bank_transaction(org, cash.Movement(kind="SPEND", lines=[line], **alike))
        draft = documents.Draft(
            kind="ACCRECCREDIT", contact=person, on=day, lines=[line], number=f"CN-{number}"
        )
        credit = documents.add_credit_note(org, draft)
        if number % 2 == 0:
            _set_against(org, credit, person, day, number)
        lines = [
            journal.JournalLine(account="400", amount=Decimal(number + 1)),
            journal.JournalLine(account="310", amount=Decimal(-number - 1)),
        ]
        journal.add_manual_journal(org, f"Accrual {number}", day, lines)
    _papers(org, person, today)
    _files(org, person)
    return org


def _files(org: PretendOrganisation, person: str) -> None:
    """Hang files on a contact, an invoice and a quote, which does not tell of them."""
    invoice, quote = (next(iter(org.shelf(name))).record_id for name in ("Invoices", "Quotes"))
    org.attach("Contacts", person, "contract: signed?.pdf", b"%PDF contract")
    org.attach("Invoices", invoice, "scan.png", bytes(range(256)) * 300, online=True)
    org.attach("Invoices", invoice, "note.txt", b"paid in cash")
    org.attach("Quotes", quote, "drawing.svg", b"<svg/>")


def files(org: PretendOrganisation) -> Counter[bytes]:
    """Give the bytes of every attached file."""
    found = (one for held in org.files.values() for one in held.values())
    return Counter(b"".join(one.pieces()) for one in found)


def _set_against(org: PretendOrganisation, credit: Any, person: str, day: date, number: int) -> None:
    line = Line(description="Kettle", unit=Decimal(300), account="200", tax="OUTPUT2")
    draft = documents.Draft(kind="ACCREC", contact=person, on=day, lines=[line], number=f"KT-{number}")
    invoice = documents.add_invoice(org, draft)
    settle.allocate(org, "CreditNotes", credit, invoice, amount=Decimal("5.00"), on=day + timedelta(days=1))


def _papers(org: PretendOrganisation, person: str, today: date) -> None:
    line = Line(description="Grinder", unit=Decimal(90), account="200", tax="OUTPUT2")
    for number, status in enumerate(("DRAFT", "SENT", "ACCEPTED")):
        draft = documents.Draft(
            kind="", contact=person, on=today, lines=[line], number=f"QU-{number}", status=status
        )
        documents.add_quote(org, draft)
    for number, status in enumerate(("DRAFT", "AUTHORISED", "BILLED")):
        draft = documents.Draft(
            kind="", contact=person, on=today, lines=[line], number=f"PO-{number}", status=status
        )
        documents.add_purchase_order(org, draft)
    schedule = {"Period": 1, "Unit": "MONTHLY", "DueDate": 14, "DueDateType": "DAYSAFTERBILLDATE",
                "StartDate": today, "NextScheduledDate": today + timedelta(days=40)}  # fmt: skip
    draft = documents.Draft(kind="ACCREC", contact=person, on=today, lines=[line], status="AUTHORISED")
    documents.add_repeating_invoice(org, draft, schedule)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a restore left behind, to be held against another one."""

    state: RestoreState
    records: dict[str, int]
    balances: dict[str, int]
    steps: tuple[int, int, int]
    proof: dict[str, Any]


@dataclass
class Place:
    """Drives restores as people do; `parts` looks into the bot's database from outside."""

    office: Office
    parts: Parts
    original: PretendOrganisation
    source: Organisation = field(init=False)
    targets: dict[str, PretendOrganisation] = field(default_factory=dict)

    @property
    def restores(self) -> Restores:
        return Restores(self.parts.db, self.parts.ring, self.parts.now)

    def name_approver(self) -> None:
        """Let Priya approve."""
        named = WorkspaceSettings(approvers=Approvers(users=(PRIYA,), needed=1))
        store = SettingsStore(self.parts.db, audit=self.parts.audit, now=self.parts.now)
        store.change_workspace(self.office.actor(ANA, FINANCE), named)

    def open_target(self) -> Organisation:
        """Make a new organisation in the pretend Xero and link it, for reading."""
        org = self.office.xero.open_organisation(f"fresh-nz-{next(_further)}")
        found = self.link(org.key)
        self.targets[found.id] = org
        return found

    def link(self, key: str) -> Organisation:
        """Link an organisation and give it as stored."""
        before = {one.id for one in self.parts.organisations.linked()}
        status, _, page = self.office.consent(self.office.link_offered(), organisation=key)
        assert status == 200, page
        (new,) = [one for one in self.parts.organisations.linked() if one.id not in before]
        self.office.wait_for(FINANCE, "Connected: ", also=(new.name,))
        return new

    def ask(self, target: Organisation, *, source: Organisation | None = None) -> str:
        """Ask for a restore of the newest snapshot; gives its id."""
        source = source or self.source
        self.office.slack.workspace.set_modals(ANA, [])
        answer = self.office.slack.command(ANA, FINANCE, f"restore {source.name}")
        assert answer.ok, answer
        form = self.drawn(ANA)
        values: dict[str, dict[str, object]] = {
            ids.RESTORE_SOURCE: {ids.RESTORE_SOURCE: source.id},
            f"{ids.RESTORE_TARGET}.{source.id}": {ids.RESTORE_TARGET: target.id},
            ids.RESTORE_REASON: {ids.RESTORE_REASON: "Friday's import went wrong"},
        }
        before = {one.id for one in self.restores.in_states(set(RestoreState))}
        answer = self.office.slack.submit(ANA, form.id, values)
        assert answer.ok, answer
        (new,) = [one.id for one in self.restores.in_states(set(RestoreState)) if one.id not in before]
        return new

    def permit(self, restore_id: str, *, xero_user: str = "ana") -> None:
        """Follow the link that the request was answered with, and let us write to the target."""
        target = self.restores.get(restore_id).target_id
        found = LINK.search(json.dumps(self.drawn(ANA).view))
        assert found, self.drawn(ANA).view
        status, _, page = self.office.consent(
            found.group(), organisation=self.targets[target].key, xero_user=xero_user
        )
        assert status == 200, page

    def permit_also(self, organisation: Organisation) -> None:
        """Let us write to an organisation although no restore asks for that."""
        bot = self.office.bot
        assert bot is not None
        desk = bot.worker.desk(bot.connections, bot.access)
        link = desk.connections.offer(
            self.office.actor(ANA, FINANCE), organisation_id=organisation.id, writing=True
        )
        key = self.original.key if organisation.id == self.source.id else self.targets[organisation.id].key
        status, _, page = self.office.consent(link, organisation=key)
        assert status == 200, page

    def during(self, path: str, what: Callable[[], object], *, method: str = "PUT", nth: int = 1) -> None:
        """Do something while Xero takes a write, before it does it."""
        self.office.xero.faults.add("hook", path=API + path, method=method, nth=nth, hook=lambda: _do(what))

    def recover(self) -> None:
        """Let the clock look now, not at its next turn, for what is to go on."""
        assert self.office.bot is not None
        for again in self.office.bot.worker.clock._recover:
            again()

    def has_work(self, prefix: str) -> bool:
        """Say whether a job whose key begins so is not over."""
        assert self.office.bot is not None
        return self.office.bot.worker.reach.queue.has_work(prefix)

    def restart(self, **later: float) -> None:
        """Stop the bot, let time pass, and start it again."""
        self.office.stop_bot()
        self.office.pass_time(**later)
        self.office.start_bot()
        assert self.office.bot is not None
        self.office.only_by_hand()
        self.parts = self.office.bot.parts

    def permit_by(self, told: str, restore_id: str) -> None:
        """Follow the link in a private answer."""
        found = LINK.search(told.replace("]", " "))
        assert found, told
        key = self.targets[self.restores.get(restore_id).target_id].key
        status, _, page = self.office.consent(found.group(), organisation=key)
        assert status == 200, page

    def planned(self, target: Organisation) -> str:
        """Ask for a restore, permit it, and wait for its plan."""
        restore_id = self.ask(target)
        self.permit(restore_id)
        self.until(restore_id, {RestoreState.WAITING})
        return restore_id

    def begun(self, target: Organisation) -> str:
        """Ask for a restore and approve it."""
        restore_id = self.planned(target)
        self.approve(restore_id)
        return restore_id

    def approve(self, restore_id: str) -> None:
        """Review the plan as Priya and approve it."""
        self.says(restore_id, "[Review plan]")
        answer = self.try_to_approve(restore_id)
        assert self.restores.get(restore_id).state is not RestoreState.WAITING, answer

    def try_to_approve(self, restore_id: str, user: str = PRIYA) -> str:
        """Send the approval; gives what the modal says then. Nothing happens while the bot is not there."""
        message = self.message(restore_id)
        self.office.slack.workspace.set_modals(user, [])
        if message is None or not self.office.slack.click(user, FINANCE, message, ids.REVIEW_PLAN).ok:
            return ""
        modal = self.drawn(user, must=False)
        if modal is None or not modal.view.get("submit"):
            return ""
        values: dict[str, dict[str, object]] = {}
        for block in modal.view["blocks"]:
            if block["type"] == "input":
                action, ticks = block["element"]["action_id"], block["element"].get("options", [])
                typed = self.restores.get(restore_id).target_name
                values[block["block_id"]] = {action: [one["value"] for one in ticks] or typed}
        self.office.slack.submit(user, modal.id, values)
        shown = self.office.slack.workspace.modals(user)
        return as_text(shown[-1].view) if shown else ""

    def drawn(self, user: str, *, must: bool = True) -> OpenView:
        """Give the modal a person sees, once it is drawn."""
        modals = self.office.slack.workspace.modals
        found = self.office.slack.wait_until(
            lambda: bool(modals(user)) and "one moment" not in as_text(modals(user)[-1].view),
            10 if must else 3,
        )
        assert found or not must, [as_text(one.view) for one in modals(user)]
        return modals(user)[-1] if found else None  # type: ignore[return-value]

    def press(self, restore_id: str, action_id: str, user: str = ANA) -> str:
        """Click a button of a restore's message; gives the private answer."""
        message = self.message(restore_id)
        assert message is not None
        return self.office.press(user, FINANCE, message, action_id)

    def message(self, restore_id: str) -> Message | None:
        """Give the message of a restore as it stands."""
        place = self.restores.get(restore_id).message
        return self.office.slack.workspace.message(place.channel_id, place.ts) if place else None

    def shown(self, restore_id: str) -> str:
        """Give the text of its message."""
        message = self.message(restore_id)
        return self.office.text(message) if message else ""

    def state_of(self, restore_id: str) -> RestoreState:
        """Look at nothing but the state, which costs little: waiting asks often."""
        with self.parts.db.reading() as session:
            return RestoreState(session.scalars(select(RestoreRow.state).filter_by(id=restore_id)).one())

    def until(self, restore_id: str, states: Collection[RestoreState], *, seconds: float = 60) -> Restore:
        """Wait for a state; fails when it ends in another one."""
        self.wait(lambda: self.state_of(restore_id) in {*states, *OVER}, seconds)
        restore = self.restores.get(restore_id)
        assert restore.state in states, (restore.state, restore.ending, self.shown(restore_id))
        return restore

    def says(self, restore_id: str, words: str, *, seconds: float = 20) -> str:
        """Wait until its message says something, and give the whole of it."""
        self.wait(lambda: words in self.shown(restore_id), seconds)
        assert words in self.shown(restore_id), self.shown(restore_id)
        return self.shown(restore_id)

    def wait(self, what: Callable[[], bool], seconds: float = 30) -> bool:
        """Poll; says whether it came true."""
        end = time.monotonic() + seconds
        while not what():
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def ended(self, restore_id: str, *, seconds: float = 90) -> Restore:
        """Wait for the whole end: compared, told, and the report given."""
        restore = self.until(restore_id, ENDED, seconds=seconds)
        self.wait(lambda: "Restored" in self.shown(restore_id), 20)
        assert "Restored" in self.shown(restore_id), self.shown(restore_id)
        assert self.wait(lambda: all(self.files(user, restore_id) for user in (ANA, PRIYA)), 20)
        return restore

    def messages(self, restore_id: str) -> list[Message]:
        """Give every message of the channel about a restore, threads left out."""
        reference = self.restores.get(restore_id).reference
        found = [one for one in self.office.slack.messages(FINANCE) if one.thread_ts in {None, one.ts}]
        return [one for one in found if not one.only_for and reference in self.office.text(one)]

    def files(self, user: str, restore_id: str) -> list[str]:
        """Name the files about a restore that a person was given directly."""
        im = self.office.slack.workspace.direct(user, self.office.slack.app.user_id).id
        found = [file.name for one in self.office.slack.messages(im, user) for file in one.files]
        reference = self.restores.get(restore_id).reference
        return [one for one in found if reference in one]

    def outcome(self, restore_id: str) -> Outcome:
        """Say what it left behind."""
        restore = self.restores.get(restore_id)
        org, proof = self.targets[restore.target_id], restore.proof
        progress = restore.progress
        return Outcome(
            state=restore.state,
            records={name: len(list(org.shelf(name))) for name in WRITTEN} | {"files": files(org).total()},
            balances=balances(org),
            steps=(progress.steps_done, progress.steps_total, progress.refused),
            proof={} if proof is None else {
                "types": proof.types,
                "balances": (proof.balances_compared, proof.balances_equal),
                "contacts": (proof.contacts_compared, proof.contacts_equal),
                "found": (proof.as_predicted, proof.not_predicted, proof.not_verified),
            },
        )  # fmt: skip


def _do(what: Callable[[], object]) -> None:
    what()


def balances(org: PretendOrganisation) -> dict[str, int]:
    """Give the balance of every bank account by its name, as the pretend Xero adds it up from documents."""
    day = org.now().date()
    with org.lock:
        reports = Reporter(org)
        banks = [one.fields for one in org.shelf("Accounts") if one.fields["Type"] == "BANK"]
        return {one["Name"]: reports.standing(one, day) for one in banks}


def surplus(org: PretendOrganisation, source: PretendOrganisation) -> Counter[str]:
    """Count what the target has more of than its source, by collection."""
    found: Counter[str] = Counter()
    for name in set(WRITTEN) - {"Accounts"}:
        found[name] = max(0, len(list(org.shelf(name))) - len(list(source.shelf(name))))
    found["files"] = (files(org) - files(source)).total()
    return +found


@contextmanager
def open_place(office: Office, parts: Parts) -> Iterator[Place]:
    """Link a small company and back it up once; nothing comes by the clock."""
    office.slack.rate_limits = False
    grants, token = office.slack.app.grants, office.slack.bot_token
    grants[token] = Grant(token, grants[token].scopes | {"files:write"})
    org = trader(office.xero)
    made = Place(office, parts, org)
    made.source = made.link(org.key)
    made.name_approver()
    office.back_up(made.source.name)
    yield made


@contextmanager
def in_office(**more: Any) -> Iterator[Place]:
    """Open an office with a small company that was backed up; nothing comes by the clock."""
    with office(organisations=(), minute_seconds=0.5, **more) as one:
        one.only_by_hand()
        assert one.bot is not None
        with open_place(one, one.bot.parts) as made:
            yield made
