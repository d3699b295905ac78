"""Run one backup in durable steps, and tell its story in Slack. Decides no right and reads no Xero itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.backup import Run, Summary, Verdict
from bot.domain.organisation import LinkState, Organisation
from bot.errors import Damaged, DayLimitReached, Disconnected, LedgerkeepError, Transient, XeroUnavailable
from bot.services.looking.findings import Findings
from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.services.running.endings import Endings
from bot.services.running.execution import Execution
from bot.services.running.filling import Filling
from bot.services.running.runs import Runs
from bot.services.xero import XeroAccess
from bot.views import backup as views
from bot.views.message import Message
from bot.views.trouble import advice
from bot.xero.limits import Stopped
from jobs.engine import Steps
from jobs.losses import Losses


class BackupJob:
    """One backup from the first message to the summary."""

    def __init__(
        self,
        *,
        organisations: Organisations,
        runs: Runs,
        execution: Execution,
        endings: Endings,
        findings: Findings,
        posts: Posts,
        xero: XeroAccess,
        losses: Losses,
        filling: Filling,
    ) -> None:
        self._organisations, self._runs, self._execution = organisations, runs, execution
        self._filling = filling
        self._endings, self._posts, self._xero = endings, posts, xero
        self._losses, self._findings = losses, findings

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Do it; what ends a run early is told, never raised."""
        run_id = str(args["run"])
        if not steps.run("begin", lambda: self._begin(run_id)):
            return
        try:
            for name in steps.run("plan", lambda: self._planned(run_id)):
                steps.run(f"read {name}", self._reading(run_id, name))
            lost = self._fill(steps, run_id)
            steps.run("publish", lambda: self._execution.publish(run_id).id)
            steps.run("sum up", lambda: self._endings.complete(run_id).snapshot_id)
            if lost:  # told now, so that it does not say that there is no backup
                steps.run("tell of the loss", self._losses.tell)
            steps.run("look", lambda: len(self._findings.look(run_id)))
        except DayLimitReached as spent:
            resume_at = spent.resume_at
            self._filling.forget(run_id)
            steps.run("park", lambda: self._park(run_id, resume_at))
            return
        except Stopped:
            steps.run("stop", lambda: self._endings.stop(run_id).verdict.value)
        except LedgerkeepError as error:
            self._fail(steps, run_id, error)
        self._filling.forget(run_id)
        steps.run("tell", lambda: self._tell_end(run_id))

    def broken(self, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
        """End a run that our own defect cut short, so that it does not look alive for ever."""
        run = self._runs.get(str(args["run"]))
        if not run.state.is_final:
            self._failed(run.id, error or LedgerkeepError())
        self._tell_end(run.id)

    def show_progress(self, run: Run) -> None:
        """Draw the running message anew."""
        if run.message is not None:
            organisation = self._organisations.get(run.organisation_id)
            self._posts.show(self._address(run, organisation), views.running(run).payload)

    def _begin(self, run_id: str) -> bool:
        run = self._execution.begin(run_id)
        if run.state.is_final:
            return False
        if run.message is None:
            sent = self._send(run, "begin", views.running(run), matters=False)
            if sent is not None:
                self._runs.change(run_id, message_channel=sent[0], message_ts=sent[1])
        return True

    def _planned(self, run_id: str) -> list[str]:
        names = self._execution.stage_names(run_id)
        self._execution.require_sound(run_id)
        return names

    def _reading(self, run_id: str, name: str) -> Any:
        return lambda: self._execution.read_stage(run_id, name)

    def _fill(self, steps: Steps, run_id: str) -> bool:
        """Read what hangs on single records, portion by portion, as far as this run's calls reach.

        The books are read by then: whoever stops the run, or takes the connection back, ends only this part.
        Gives whether the connection was lost.
        """
        number, lost = 1, False
        try:
            while steps.run(f"fill {number}", self._portion(run_id, number)):
                number += 1
        except Stopped:
            if not self._runs.stop_requested(run_id):
                raise  # the process ends, and the run goes on with the next one
        except Disconnected:
            lost = steps.run("disconnect", lambda: self._note_loss(run_id))
        steps.run("remember", lambda: self._filling.remember(run_id))
        return lost

    def _portion(self, run_id: str, number: int) -> Any:
        return lambda: self._filling.portion(run_id, number)

    def _park(self, run_id: str, resume_at: datetime) -> str:
        run = self._endings.park(run_id, resume_at)
        self._send(run, f"parked:{resume_at:%Y%m%dT%H%M%S}", views.parked(run), matters=False)
        return run.state.value

    def _fail(self, steps: Steps, run_id: str, error: LedgerkeepError) -> None:
        if isinstance(error, Disconnected):
            steps.run("disconnect", lambda: self._lost(run_id))
        steps.run("fail", lambda: self._failed(run_id, error).verdict.value)

    def _failed(self, run_id: str, error: LedgerkeepError) -> Summary:
        told = advice(error)
        # Xero's own reason says more than the advice for all its troubles, e.g. that it is maintenance.
        why = str(error) if isinstance(error, XeroUnavailable) else told.what
        return self._endings.fail(
            run_id,
            why=why,
            next_step=told.do,
            in_doubt=isinstance(error, Damaged),
            passing=isinstance(error, Transient),
        )

    def _lost(self, run_id: str) -> int:
        """Mark the organisation and ask once, in its home, for somebody to reconnect it."""
        self._note_loss(run_id)
        return self._losses.tell()

    def _note_loss(self, run_id: str) -> bool:
        run = self._runs.get(run_id)
        self._xero.lost(run.organisation_id, begun_at=run.started_at)
        return True

    def _tell_end(self, run_id: str) -> bool:
        run = self._runs.get(run_id)
        summary = self._summary(run)
        if summary is None:
            return False
        link, findings = self._organisations.get(run.organisation_id).state, self._findings.of(run_id)
        message = views.finished(
            summary,
            findings,
            connection_lost=link is LinkState.DISCONNECTED,
            retry_at=self._endings.tried_again_at(run.organisation_id),
        )
        matters = summary.verdict is not Verdict.COMPLETE or bool(findings)
        return self._send(run, "end", message, matters=matters) is not None

    def _summary(self, run: Run) -> Summary | None:
        return next((one for one in self._runs.summaries(run.organisation_id) if one.run.id == run.id), None)

    def _send(self, run: Run, what: str, message: Message, *, matters: bool) -> tuple[str, str] | None:
        organisation = self._organisations.get(run.organisation_id)
        to = self._address(run, organisation, matters=matters)
        ref = self._posts.send(f"run:{run.id}:{what}", to, message.payload)
        return (ref.channel_id, ref.ts) if ref else None

    def _address(self, run: Run, organisation: Organisation, *, matters: bool = False) -> Address:
        """Say where a run is told of; without a usable home, what `matters` of the clock's goes to a person.

        Of a night's fifty backups nobody wants fifty direct messages that all is well: the digest says so.
        """
        return Address(
            workspace_id=organisation.workspace_id,
            channel_id=run.message.channel_id if run.message else organisation.home_channel,
            replaces_ts=run.message.ts if run.message else "",
            instead_user=run.requested_by or (organisation.linked_by if matters else ""),
        )
