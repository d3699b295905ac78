"""The doors of the other APIs: who may ask, whether it can be asked at all, and which API answers.

Token, tenant, limits and bad days were looked at before. What can be written to the register and to projects
is in `writing.py`; the file library takes nothing yet, and answers as for a verb that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Response, g, request

from bot.sandbox.xero import answers
from bot.sandbox.xero.beside import assets, files, projects
from bot.sandbox.xero.beside.asking import BadQuestion, Question
from bot.sandbox.xero.beside.state import beside_of
from bot.sandbox.xero.beside.writing import write
from bot.sandbox.xero.data_api import DataApi
from bot.sandbox.xero.oauth import Access
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.payroll.door import PayrollDoor
from bot.sandbox.xero.scopes import OTHER_APIS, opens_reading
from bot.sandbox.xero.writing.idempotency import Keys

_PROJECTS, _PAYROLL = "projects.xro", "payroll.xro"
_DOORS: dict[str, tuple[Callable[[Question], Response], Callable[[BadQuestion], Response]]] = {
    "files.xro": (files.answer, files.refused),
    "assets.xro": (assets.answer, assets.refused),
    _PROJECTS: (projects.answer, projects.refused),
}


class Doors(DataApi):
    """The accounting API with its neighbours."""

    def __init__(
        self,
        *,
        app_name: str,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        organisations: Mapping[str, PretendOrganisation],
    ) -> None:
        super().__init__(app_name=app_name, now=now, new_id=new_id)
        self.organisations = organisations
        self.keys = Keys(now)
        self.payroll = PayrollDoor(app_name=app_name, now=now, new_id=new_id)

    def other_api(self, access: Access, api: str) -> Response:
        """Answer one call below the root of another API, such as `/files.xro/1.0/`."""
        if api == _PAYROLL:
            return self.payroll.answer(self.organisations[request.headers["xero-tenant-id"].lower()], access)
        scope, reading = OTHER_APIS[api], request.method == "GET"
        if not (opens_reading(access.scopes, scope) if reading else scope in access.scopes):
            return answers.scope_missing(self.new_id())
        org = self.organisations[request.headers["xero-tenant-id"].lower()]
        # A lever of tests, which an organisation has only once it was pulled.
        if api == _PROJECTS and not getattr(org, "projects_plan", True):
            return self._without_plan(org)
        if reading:
            return _ask(org, api)
        with org.lock:
            return self.keys.answer(org.tenant_id, lambda: write(org, api))

    def _without_plan(self, org: PretendOrganisation) -> Response:
        if beside_of(org).projects.refusal == 401:
            return answers.scope_missing(self.new_id())
        return answers.forbidden(self.new_id())


def _ask(org: PretendOrganisation, api: str) -> Response:
    path = str((request.view_args or {}).get("path", ""))
    parts = tuple(part for part in path.split("/") if part)
    if not parts:
        return answers.not_found()
    answer, refused = _DOORS[api]
    with org.lock:
        try:
            return answer(
                Question(org=org, parts=parts, query=request.args.to_dict(), empty=bool(g.get("empty")))
            )
        except BadQuestion as bad:
            return refused(bad)
