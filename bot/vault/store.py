"""Where objects live: a folder, S3, Google Cloud Storage, Azure, or memory, behind six verbs.

The only module that imports obstore; its exceptions end here. It knows names and bytes, never meanings.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import unquote, urlsplit

import obstore
from obstore import exceptions as vendor
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from bot.errors import LedgerkeepError, Misconfigured, StoreUnavailable, VaultDamaged
from bot.vault import disk
from bot.vault.spool import Spool

T = TypeVar("T")

PIECE_BYTES = 4 * 1024 * 1024
# Up to here an object is sent in one request, which alone can ask that nothing be overwritten; a larger one,
# a pack with a large file, goes up in parts, so that it is never whole in memory.
SINGLE_BYTES = 20 * 1024 * 1024
PART_BYTES = 8 * 1024 * 1024

_CONFIGURATION = (vendor.UnknownConfigurationKeyError, vendor.InvalidPathError, vendor.NotSupportedError)
_MISSING = (FileNotFoundError, vendor.NotFoundError)
_REFUSED = (vendor.PermissionDeniedError, vendor.UnauthenticatedError)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL_WORDS = ("no space left", "storagefull", "quota exceeded", "quotaexceeded", "os error 28")
_RANGE_WORDS = ("range", "starttoolarge")
_OPTION_PREFIXES = {"s3": "AWS_", "s3a": "AWS_", "gs": "GOOGLE_"} | dict.fromkeys(
    ("az", "azure", "abfs", "abfss"), "AZURE_"
)
# Settings of Amazon's own tools and platforms; a misspelt setting of ours is still refused.
_AMBIENT = re.compile(
    r"aws_(pager|execution_env|config_file|default_output|cli_.*|sdk_.*|lambda_.*|max_attempts)"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One object in a listing; `size` in bytes."""

    name: str
    size: int
    modified_at: datetime


class Store:
    """Objects by name; written once, except the few that `put` overwrites."""

    def __init__(self, backend: ObjectStore, folder: Path | None = None) -> None:
        self._backend, self._folder = backend, folder

    @classmethod
    def open(
        cls, url: str, options: Mapping[str, str], *, patience: timedelta = timedelta(seconds=60)
    ) -> Store:
        """Open the store behind `url`; `patience` bounds a request with its retries. Raises Misconfigured."""
        parts = urlsplit(url)
        if parts.scheme == "file" and parts.netloc not in {"", "localhost"}:
            raise Misconfigured("VAULT_URL: a folder is written file:///path, with three slashes.")
        if parts.scheme == "file":
            return cls._open_folder(Path(unquote(parts.path)))
        if parts.scheme == "memory":
            return cls(MemoryStore())
        return cls(_open_remote(url, parts.scheme, options, patience))

    @classmethod
    def _open_folder(cls, folder: Path) -> Store:
        try:
            disk.prepare(folder)
            return cls(LocalStore(prefix=folder), folder)
        except OSError as error:
            raise translate(error, "opened") from error

    def get(self, name: str) -> bytes:
        """Return a whole object; raises VaultDamaged when it is missing."""
        return _asked(lambda: bytes(obstore.get(self._backend, name).bytes()), "read")

    def get_range(self, name: str, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`; raises VaultDamaged when the object is shorter or missing."""
        return self.get_ranges(name, [(start, length)])[0]

    def get_ranges(self, name: str, spans: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return several (start, length) spans of one object, near ones in one request."""
        starts, lengths = [start for start, _ in spans], [length for _, length in spans]
        found = _asked(
            lambda: [
                bytes(part)
                for part in obstore.get_ranges(self._backend, name, starts=starts, lengths=lengths)
            ],
            "read",
        )
        if [len(part) for part in found] != lengths:
            raise VaultDamaged("A file of the vault is shorter than it must be.")
        return found

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a whole object in pieces of 4 MiB; raises VaultDamaged when it is missing."""
        size = int(_asked(lambda: obstore.head(self._backend, name), "read")["size"])
        for start in range(0, size, PIECE_BYTES):
            yield self.get_range(name, start, min(PIECE_BYTES, size - start))

    def spool(self, scratch: Path) -> Spool:
        """Begin a file for `put_new`: in the store's own folder, or else in `scratch`."""
        folder = self._folder / disk.TEMPORARY if self._folder else scratch
        return Spool(folder, lambda error: translate(error, "written"), named=self._folder is not None)

    def put_new(self, name: str, data: bytes | bytearray | Spool) -> bool:
        """Write an object that must not exist yet; False when it does. Durable when it returns."""
        if isinstance(data, Spool):
            return self._put_spool(name, data)
        if self._folder:
            return self._write(self._folder, name, data, create=True)
        return self._create(name, bytes(data))

    def put(self, name: str, data: bytes) -> None:
        """Write or replace an object; for key objects and drafts only."""
        if self._folder:
            self._write(self._folder, name, data, create=False)
        else:
            _asked(lambda: obstore.put(self._backend, name, data, use_multipart=False), "written")

    def list(self, prefix: str) -> Iterator[Listed]:
        """List the objects below a folder name, in no promised order."""
        pages = iter(obstore.list(self._backend, prefix=prefix.rstrip("/")))
        while (page := _asked(lambda: next(pages, None), "read")) is not None:
            for meta in page:
                yield Listed(meta["path"], meta["size"], meta["last_modified"])

    def size(self, name: str) -> int | None:
        """Return an object's size in bytes, or None when it is missing."""
        try:
            return int(_asked(lambda: obstore.head(self._backend, name), "read")["size"])
        except VaultDamaged:
            return None

    def delete(self, name: str) -> None:
        """Remove an object; one that is gone already is no error."""
        try:
            _asked(lambda: obstore.delete(self._backend, name), "deleted")
        except VaultDamaged:
            return

    def _put_spool(self, name: str, spool: Spool) -> bool:
        if self._folder:
            return self._take_over(self._folder, name, spool)
        with spool.opened() as file:
            if spool.size <= SINGLE_BYTES:
                return self._create(name, file)
            if self.size(name) is not None:  # parts cannot ask for it; a pack's name is 32 random bytes
                return False
            parts: Any = {"use_multipart": True, "chunk_size": PART_BYTES, "max_concurrency": 2}
            _asked(lambda: obstore.put(self._backend, name, file, **parts), "written")
        return True

    def _create(self, name: str, data: bytes | IO[bytes]) -> bool:
        try:
            _asked(
                lambda: obstore.put(self._backend, name, data, mode="create", use_multipart=False), "written"
            )
        except _AlreadyThereError:
            return False
        return True

    @staticmethod
    def _take_over(folder: Path, name: str, spool: Spool) -> bool:
        try:
            spool.sync()
            return disk.publish(folder, spool.path, name)
        except OSError as error:
            raise translate(error, "written") from error

    @staticmethod
    def _write(folder: Path, name: str, data: bytes | bytearray, *, create: bool) -> bool:
        try:
            return disk.write_durably(folder, name, data, create=create)
        except OSError as error:
            raise translate(error, "written") from error


class _AlreadyThereError(LedgerkeepError):
    pass


def translate(error: Exception, done: str) -> LedgerkeepError:
    """Say in our words what an exception of obstore or of the disk means; `done` is the sentence's verb."""
    if isinstance(error, vendor.AlreadyExistsError):
        return _AlreadyThereError("That is stored already.")
    if isinstance(error, _MISSING) and done != "written":
        return VaultDamaged("A file of the vault is missing.")
    if isinstance(error, _CONFIGURATION):
        return Misconfigured(f"VAULT_URL or its settings: {_first_line(error)}")
    return _unavailable(error, done)


def _unavailable(error: Exception, done: str) -> LedgerkeepError:
    place = "The place where backups are kept"
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or any(word in text for word in _FULL_WORDS):
        return StoreUnavailable(
            f"{place} is full, so nothing more can be saved until there is room.", full=True
        )
    if number in _READ_ONLY or isinstance(error, _REFUSED):
        return StoreUnavailable(f"{place} does not allow its files to be {done}.", read_only=True)
    if "generic" in text and any(word in text for word in _RANGE_WORDS):
        return VaultDamaged("A file of the vault is shorter than it must be.")
    return StoreUnavailable(f"{place} cannot be {done} just now.")


def _asked(ask: Callable[[], T], done: str) -> T:
    try:
        return ask()
    except (vendor.BaseError, OSError) as error:
        raise translate(error, done) from error


def _open_remote(url: str, scheme: str, options: Mapping[str, str], patience: timedelta) -> ObjectStore:
    wanted = _OPTION_PREFIXES.get(scheme)
    if wanted is None:
        raise Misconfigured(f"VAULT_URL: I know no store for {scheme or 'an address without a scheme'}://.")
    ours = {key.lower(): value for key, value in options.items() if key.upper().startswith(wanted)}
    config: Any = {key: value for key, value in ours.items() if not _AMBIENT.fullmatch(key)}
    plain = any(value.startswith("http://") for key, value in config.items() if "endpoint" in key)
    client: Any = {"allow_http": plain, "connect_timeout": timedelta(seconds=5), "timeout": patience}
    try:
        made: ObjectStore = from_url(
            url,
            config=config,
            client_options=client,
            retry_config={"max_retries": 4, "retry_timeout": patience},
        )
    except (vendor.BaseError, ValueError) as error:
        raise Misconfigured(f"VAULT_URL or its settings: {_first_line(error)}") from error
    return made


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
