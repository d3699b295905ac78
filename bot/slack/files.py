"""Hand files to people in Slack: reports, exports, pictures. Decides nothing about who may have them.

The three steps of an upload are Slack's (docs.slack.dev/messaging/working-with-files): ask for an address,
send the bytes there, share what arrived. Only the last one shows anything; a file whose sharing fails is seen
by nobody.
"""

from __future__ import annotations

import io
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.domain.names import WorkspaceId
from bot.errors import PostRefused, SlackUnavailable
from bot.slack.client import TIMEOUT_SECONDS, translate

SEND_SECONDS = 60  # that nothing moves; a large file may take longer as a whole
ALT_LIMIT = 1000
COMMENT_LIMIT = 4000


class Files:
    """Uploads to every workspace; `token_of` gives a workspace's bot token."""

    def __init__(self, token_of: Callable[[WorkspaceId], str], *, api_url: str) -> None:
        self._token_of, self._api_url = token_of, api_url

    def upload(
        self,
        workspace: WorkspaceId,
        *,
        channel: str,
        name: str,
        content: bytes | Path,
        title: str,
        comment: str = "",
        alt: str = "",
        thread_ts: str = "",
    ) -> None:
        """Share a file in a channel, or in a direct message by its own id (D…; a person's id will not do).

        A Path is sent as it is read; `alt` says in words what a picture shows. Repeating it after
        SlackUnavailable may show the file twice. Raises PostRefused (missing_scope, not_in_channel,
        file_too_large …), SlackUnavailable, SlackDisconnected.
        """
        file_id = self.send(workspace, name=name, content=content, alt=alt)
        self.share(workspace, file_id, channel=channel, title=title, comment=comment, thread_ts=thread_ts)

    def send(self, workspace: WorkspaceId, *, name: str, content: bytes | Path, alt: str = "") -> str:
        """Send a file that nobody sees until it is shared; gives its id. Raises as `upload` does."""
        length = len(content) if isinstance(content, bytes) else content.stat().st_size
        if not length:  # Slack takes no empty file (invalid_arguments)
            raise PostRefused("empty_file")
        client = self._client(workspace)
        with _translated():
            place = _asked(
                lambda: client.files_getUploadURLExternal(
                    filename=name, length=length, alt_txt=alt[:ALT_LIMIT] or None
                )
            )
            file_id, address = str(place["file_id"]), str(place["upload_url"])
            with _opened(content) as stream:
                _send(address, stream, length)
        return file_id

    def share(
        self,
        workspace: WorkspaceId,
        file_id: str,
        *,
        channel: str,
        title: str,
        comment: str = "",
        thread_ts: str = "",
    ) -> None:
        """Show a file that was sent; places and errors are those of `upload`."""
        client = self._client(workspace)
        with _translated():
            _asked(
                lambda: client.files_completeUploadExternal(
                    files=[{"id": file_id, "title": title}],
                    channel_id=channel,
                    initial_comment=comment[:COMMENT_LIMIT] or None,
                    thread_ts=thread_ts or None,
                )
            )

    def _client(self, workspace: WorkspaceId) -> WebClient:
        return WebClient(
            token=self._token_of(workspace),
            base_url=self._api_url,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],
        )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SlackClientError, OSError, HTTPException, ValueError, KeyError) as error:
        raise SlackUnavailable("Slack did not take the file.") from error


def _asked(call: Callable[[], SlackResponse]) -> dict[str, Any]:
    try:
        answer = call()
    except SlackApiError as error:
        raise translate(error) from None
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _opened(content: bytes | Path) -> AbstractContextManager[IO[bytes]]:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _send(address: str, stream: IO[bytes], length: int) -> None:
    """Send the bytes where Slack said; the address itself is the permission, so no token goes along."""
    if urlsplit(address).scheme not in {"https", "http"}:
        raise SlackUnavailable("Slack gave no address for the file.")
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
    request = urllib.request.Request(address, data=stream, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SEND_SECONDS) as answer:  # noqa: S310 - checked above
            answer.read()
    except HTTPError as error:
        with error:
            if error.code == 413:
                raise PostRefused("file_too_large") from None
            wait = str(error.headers.get("Retry-After") or "")
            raise SlackUnavailable(
                "Slack did not take the file.", float(wait) if wait.isdigit() else None
            ) from None
