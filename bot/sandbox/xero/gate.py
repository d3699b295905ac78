"""The front door of the pretend Xero: every call passes here.

Token, tenant, limits, bad days, gzip, the log of calls.

Order of checks: bad days, token, tenant, limits, organisation offline; then the API itself checks scopes.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Response, g, request

from bot.sandbox.xero import answers
from bot.sandbox.xero.calls import Call
from bot.sandbox.xero.data_api import DataApi
from bot.sandbox.xero.faults import Fault, Faults, Kind
from bot.sandbox.xero.identity import bearer
from bot.sandbox.xero.limits import Limits
from bot.sandbox.xero.oauth import Authority, TokenRefused
from bot.sandbox.xero.organisation import PretendOrganisation

OTHER_APIS = (
    "files.xro/1.0",
    "assets.xro/1.0",
    "projects.xro/2.0",
    "payroll.xro/1.0",
    "payroll.xro/2.0",
)
BREAKING = frozenset({Kind.SLOW, Kind.LATE, Kind.CUT, Kind.BAD_GZIP, Kind.LOST, Kind.REQUEST_LOST})
GZIP_FROM = 200
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(slots=True, kw_only=True)
class Gate:
    """Hooks and data routes of the Flask app."""

    authority: Authority
    limits: Limits
    faults: Faults
    data: DataApi
    organisations: dict[str, PretendOrganisation]
    now: Callable[[], datetime]
    calls: list[Call]
    log_calls: bool
    latency_seconds: float

    def mount(self, app: Flask) -> None:
        """Add hooks and data routes."""
        app.before_request(self.before)
        app.after_request(self.after)
        app.add_url_rule("/api.xro/2.0/<path:path>", view_func=self.accounting, methods=METHODS)
        for api in OTHER_APIS:
            app.add_url_rule(
                f"/{api}/<path:path>",
                view_func=self.other_api,
                methods=METHODS,
                endpoint=api,
                defaults={"api": api.split("/")[0]},
            )
        app.register_error_handler(404, lambda _: answers.not_found())
        app.register_error_handler(405, lambda _: answers.not_implemented())

    def before(self) -> Response | None:
        """Let bad days strike before the call is looked at."""
        if self.latency_seconds:
            time.sleep(self.latency_seconds)
        tenant = request.headers.get("xero-tenant-id", "").lower()
        g.faults = self.faults.strike(request.method, request.path, tenant)
        g.empty = False
        for fault in g.faults:
            if (answer := self._strike(fault, tenant)) is not None:
                return answer
        return None

    def _strike(self, fault: Fault, tenant: str) -> Response | None:
        if fault.hook is not None:
            fault.hook()
        if fault.kind is Kind.EMPTY:
            g.empty = True
        elif fault.kind is Kind.REVOKED:
            self._end_consent()
        elif fault.kind is Kind.DISCONNECTED:
            self.authority.disconnect(tenant)
        return self._outage(fault)

    def _outage(self, fault: Fault) -> Response | None:
        if fault.kind is Kind.EXPIRED:
            moment = f"{self.now():%m/%d/%Y %H:%M:%S}"
            return answers.unauthorised(f"TokenExpired: token expired at {moment}", self.authority.guid())
        if fault.kind in {Kind.MINUTE_429, Kind.DAY_429}:
            return answers.too_many(fault.kind.removeprefix("429_"), fault.retry_after)
        if fault.kind is Kind.CONCURRENT_429:
            return answers.too_many("concurrent", None)
        if fault.kind is Kind.REQUEST_LOST:
            return answers.plain(503, "")  # nobody sees it: the connection ends
        outage = answers.OUTAGES.get(fault.kind)
        return None if outage is None else Response(outage[2], outage[0], content_type=outage[1])

    def _end_consent(self) -> None:
        try:
            self.authority.end_consent(self.authority.check(bearer()).user_id)
        except TokenRefused:
            for person in list(self.authority.granted):
                self.authority.end_consent(person)

    def accounting(self, path: str) -> Response:
        """Answer the accounting API."""
        return self._data_call(path, "")

    def other_api(self, path: str, api: str) -> Response:
        """Answer the files, assets, projects and payroll APIs."""
        return self._data_call(path, api)

    def _data_call(self, path: str, api: str) -> Response:
        try:
            access = self.authority.check(bearer())
        except TokenRefused as refusal:
            return answers.unauthorised(str(refusal), self.authority.guid())
        tenant = request.headers.get("xero-tenant-id", "").lower()
        connected = {one.tenant_id for one in self.authority.of_user(access.user_id)}
        org = self.organisations.get(tenant) if tenant in connected else None
        if org is None:
            return answers.forbidden(self.authority.guid())
        verdict = self.limits.enter(tenant)
        if verdict.problem:
            return answers.too_many(verdict.problem, verdict.retry_after)
        g.entered = tenant
        if org.offline:
            return answers.plain(503, answers.OFFLINE)
        if api:
            return self.data.other_api(access, api)
        return self.data.answer(org, access, path, advanced=self.authority.tier == "advanced", empty=g.empty)

    def after(self, answer: Response) -> Response:
        """Add the headers of every answer, pack it, break it if the script says so, and log the call."""
        answer = self._too_late(answer)
        answer.headers["Xero-Correlation-Id"] = self.authority.guid()
        tenant = request.headers.get("xero-tenant-id", "").lower()
        if tenant in self.organisations:
            answer.headers.update(self.limits.headers(tenant))
        if answer.is_streamed:
            size = answer.content_length or 0
        else:
            _pack(answer)
            size = len(answer.get_data())
        for fault in g.get("faults", ()):
            if fault.kind in BREAKING:
                _break(answer, fault)
        if entered := g.get("entered"):
            answer.call_on_close(lambda: self.limits.leave(entered))
        self._note(answer.status_code, tenant, size)
        return answer

    def _too_late(self, answer: Response) -> Response:
        """Replace the answer by an outage although the work was done, if the script says so."""
        for fault in g.get("faults", ()):
            if fault.kind in answers.LATE_OUTAGES and answer.status_code < 400:
                outage = answers.OUTAGES[answers.LATE_OUTAGES[fault.kind]]
                return Response(outage[2], outage[0], content_type=outage[1])
        return answer

    def _note(self, status: int, tenant: str, size: int) -> None:
        query = request.query_string.decode()
        call = Call(self.now(), request.method, request.path, query, status, tenant, size)
        if self.log_calls:
            self.calls.append(call)
        if call.is_write and tenant in self.organisations:
            self.organisations[tenant].writes.append(call)


def _pack(answer: Response) -> None:
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(answer.get_data()) >= GZIP_FROM:
        answer.set_data(gzip.compress(answer.get_data(), 1, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"


def _break(answer: Response, fault: Fault) -> None:
    whole = answer.get_data()
    if fault.kind is Kind.BAD_GZIP:
        if answer.headers.get("Content-Encoding") != "gzip":
            whole = gzip.compress(whole, 1, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
        answer.set_data(whole[: len(whole) // 2])
        return
    if fault.kind in {Kind.SLOW, Kind.LATE}:
        answer.response = _dribble(whole, fault.seconds, 10 if fault.kind is Kind.SLOW else 1)
    else:
        # Fewer bytes than announced: the server then closes the connection in the middle of the body.
        answer.response = [whole[: len(whole) // 2]] if fault.kind is Kind.CUT else [b""]
    answer.headers["Content-Length"] = str(len(whole) or 1)


def _dribble(whole: bytes, seconds: float, pieces: int = 10) -> Iterator[bytes]:
    step = max(1, -(-len(whole) // pieces))
    for start in range(0, len(whole), step):
        time.sleep(seconds / pieces)
        yield whole[start : start + step]
