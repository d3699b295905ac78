"""What somebody on the tour uses beside Slack: a browser that keeps cookies, and the command line.

Knows addresses and commands only, nothing of the product.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from html import unescape
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import IO

_SECONDS = 20
_TAGS = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]+>", re.DOTALL)


class Browser:
    """A browser without a window; what it raises are OSError and LookupError."""

    def __init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies, _StopAtRedirect())

    def redirect_of(self, url: str) -> str:
        """Give the address that a link leads on to; raises LookupError when it leads nowhere."""
        try:
            self._opener.open(url, timeout=_SECONDS)
        except urllib.error.HTTPError as answer:
            with answer:
                target = answer.headers.get("Location", "")
            if answer.code in {302, 303} and target:
                return str(target)
        raise LookupError("the link did not lead to Xero")

    def page(self, url: str) -> str:
        """Give what can be read on a page, a refusal included, one line each."""
        try:
            found = self.file(url)
        except urllib.error.HTTPError as refused:
            with refused:
                found = refused.read()
        lines = (line.strip() for line in unescape(_TAGS.sub("\n", found.decode())).splitlines())
        return "\n".join(f"    | {line}" for line in lines if line)

    def file(self, url: str) -> bytes:
        """Fetch a file."""
        with self._opener.open(url, timeout=_SECONDS) as answer:
            return bytes(answer.read())


def run_beside(
    words: tuple[str, ...], environment: Mapping[str, str], *, seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run the command line beside the running bot, on the demo's own folder, where no .env file lies."""
    passed_on = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env={**passed_on, **environment, "LOG_LEVEL": "warning"},
        cwd=environment["DATA_DIR"],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


class _StopAtRedirect(urllib.request.HTTPRedirectHandler):
    """Leave redirects to the script: what lies behind is a page for people."""

    def redirect_request(  # noqa: PLR0917 - the standard library's signature
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nothing."""
