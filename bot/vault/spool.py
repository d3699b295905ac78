"""A file of ciphertext on its way into the store: written piece by piece, never held in memory.

Only what is encrypted already is written here. It does not know what it holds or where it goes.
"""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from bot.crypto import random_bytes
from bot.errors import LedgerkeepError

Meaning = Callable[[OSError], LedgerkeepError]


class Spool:
    """An append-only file; its name is kept only where the store can take the file over by name.

    `meaning` says what an error of the disk means. Without a name nothing is left when the process dies.
    """

    def __init__(self, folder: Path, meaning: Meaning, *, named: bool) -> None:
        self.size = 0
        self.path = folder / random_bytes(12).hex()
        self._meaning, self._digest = meaning, hashlib.sha256()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            if not named:
                self.path.unlink()
        except OSError as error:
            raise meaning(error) from error
        self.close = weakref.finalize(self, _discard, self._handle, self.path)

    @property
    def sha256(self) -> str:
        """The hash, in hex, of what was written so far."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Append; raises what `meaning` says."""
        self._digest.update(data)
        self.size += len(data)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        except OSError as error:
            raise self._meaning(error) from error

    def sync(self) -> None:
        """Bring what was written onto the platter."""
        os.fsync(self._handle)

    def opened(self) -> IO[bytes]:
        """Open the whole content for reading, from its start."""
        reader = os.fdopen(os.dup(self._handle), "rb")
        reader.seek(0)
        return reader


def _discard(handle: int, path: Path) -> None:
    os.close(handle)
    with suppress(OSError):
        path.unlink(missing_ok=True)
