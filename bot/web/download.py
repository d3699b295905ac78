"""The address that fetches an export: the file, once, or a page that says why not. Decides nothing else.

The address holds the secret, so it is never logged and no error may carry it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.wsgi import wrap_file

from bot.domain.export import Download, Unavailable
from bot.web.pages import Page
from bot.web.show import show

if TYPE_CHECKING:
    from bot.services.looking.fetching import Fetching

    Files = Fetching
else:
    Files = object

_AGAIN = "Go back to Slack and enter “/backup export” for a new one."
_PAGES = {
    Unavailable.UNKNOWN: Page(
        status=404,
        title="This link does not work",
        paragraphs=("It is incomplete, was replaced by a newer one, or is long gone.",),
        next_steps=("Look for the newest message about the export in Slack.", _AGAIN),
    ),
    Unavailable.EXPIRED: Page(
        status=410,
        title="This link is too old",
        paragraphs=("Links to an export live for 24 hours. The file behind it was deleted.",),
        next_steps=(_AGAIN,),
    ),
    Unavailable.USED: Page(
        status=410,
        title="This link has been used",
        paragraphs=("The export was fetched with it, and then deleted here. Each link works once.",),
        next_steps=(
            "Look in the downloads of your browser.",
            "If it was not you who fetched it, tell a workspace admin: the link was in other hands.",
            _AGAIN,
        ),
    ),
    Unavailable.BUSY: Page(
        status=409,
        title="The export is being fetched",
        paragraphs=("Somebody is fetching it with this link at this moment.",),
        next_steps=("Wait for that download to end. If it breaks off, open the link again.",),
    ),
    Unavailable.UNSURE: Page(
        status=503,
        title="Slack did not answer",
        paragraphs=(
            "Before I hand the file out, I ask Slack whether the person who asked for it may still export.",
            "Slack did not say. The link was not used up.",
        ),
        next_steps=("Open the link again in a minute.", "status.slack.com says whether Slack has trouble."),
        retry_after=60,
    ),
    Unavailable.REFUSED: Page(
        status=403,
        title="This export is not handed out",
        paragraphs=(
            "The person who asked for it may no longer export copies. Only workspace admins and keepers may.",
            "This is written down in the audit log.",
        ),
        next_steps=("Ask a workspace admin, or a keeper they named, to export the copies.",),
    ),
    Unavailable.UNLINKED: Page(
        status=410,
        title="The export is not here any more",
        paragraphs=("Its organisation is no longer linked, so nothing of it is handed out.",),
        next_steps=("Connect the organisation again with “/backup connect”.",),
    ),
    Unavailable.GONE: Page(
        status=410,
        title="There is no file for this link",
        paragraphs=("It is not on this machine, and there is no copy to make it from again.",),
        next_steps=(_AGAIN,),
    ),
}


def blueprint(exports: Files) -> Blueprint:
    """Give the route."""
    routes = Blueprint("export", __name__)

    def fetch(ticket: str) -> Response:
        # A look ahead (HEAD, a browser's prefetch, Slack's link preview) must not use up the single-use link.
        if _looks_ahead():
            return Response(status=204)
        found = exports.open(ticket)
        return _sent(found) if isinstance(found, Download) else show(_PAGES[found])

    routes.add_url_rule("/export/<ticket>", "fetch", fetch)
    return routes


def _sent(download: Download) -> Response:
    try:
        file = _Watched(download.path, download.ended)
    except OSError:  # swept away a moment ago
        download.ended(False)
        return show(_PAGES[Unavailable.GONE])
    answer = Response(
        wrap_file(request.environ, file),
        mimetype="application/zip",
        direct_passthrough=True,
    )
    answer.content_length = download.path.stat().st_size
    answer.headers["Content-Disposition"] = f'attachment; filename="{download.name}"'
    return answer


class _Watched(io.FileIO):
    """A file that says, when it is closed, whether all of it was taken.

    The server moves on in the file as the network takes its bytes (waitress, buffers.py), so a download that
    broke off leaves it before its end.
    """

    def __init__(self, path: Path, ended: Callable[[bool], None]) -> None:
        super().__init__(path, "rb")
        self._ended, self._size = ended, path.stat().st_size

    def close(self) -> None:
        """Close, and tell."""
        if self.closed:
            return
        whole = self.tell() >= self._size
        super().close()
        # The server closes in the thread that serves every connection; the database may keep one waiting.
        threading.Thread(target=self._ended, args=(whole,), name="export-fetched").start()


def _looks_ahead() -> bool:
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    preview = request.headers.get("User-Agent", "").startswith("Slackbot")
    return request.method == "HEAD" or "prefetch" in purpose or preview
