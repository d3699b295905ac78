"""The outer form of every encrypted object: a clear header, then AES-256-GCM boxes.

Header, 46 bytes: "LKVT", format version, kind, mark of the data key (8), salt (32). Each object has its own
key (HKDF over the data key with the salt), so box numbers serve as nonces. Every box is bound to the header,
the format, the workspace, the organisation, the object's kind and name, the box number and the box's kind.
Compression is here too, with a cap on what may come out.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

import msgspec
import zstandard

from bot.crypto import CounterBox, derive
from bot.errors import Damaged, UnknownFormat, VaultDamaged, WrongKey
from bot.vault.keys import MARK_BYTES, BookKeys

T = TypeVar("T")

FORMAT = 1
MAGIC = b"LKVT"
SALT_BYTES = 32
HEADER_BYTES = len(MAGIC) + 2 + MARK_BYTES + SALT_BYTES
LEVEL = 3
MAX_PLAIN_BYTES = 256 * 1024 * 1024


class Kind(Enum):
    """What an object is; the byte stands in its header."""

    PACK = b"P"
    MANIFEST = b"M"
    HEAD = b"H"
    DRAFT = b"D"


class Sealer:
    """Seals and opens the numbered boxes of one object."""

    __slots__ = ("_box", "_context", "header")

    def __init__(self, keys: BookKeys, kind: Kind, name: str, salt: bytes) -> None:
        place = keys.place
        self.header = MAGIC + bytes([FORMAT]) + kind.value + keys.mark + salt
        context = f"ledgerkeep/{FORMAT}|{place.workspace}|{place.organisation}|{kind.name.lower()}|{name}|"
        self._context = self.header + context.encode()
        self._box = CounterBox(derive(keys.data_key, salt=salt, info="ledgerkeep/1/object"))

    def seal(self, number: int, box_kind: str, plaintext: bytes) -> bytes:
        """Encrypt box `number`."""
        return self._box.seal(number, plaintext, self._context + f"{number}|{box_kind}".encode())

    def open(self, number: int, box_kind: str, sealed: bytes) -> bytes:
        """Decrypt box `number`; raises VaultDamaged."""
        try:
            return self._box.open(number, sealed, self._context + f"{number}|{box_kind}".encode())
        except Damaged:
            raise VaultDamaged("A file of the vault was altered, or lies in another's place.") from None


def check_header(keys: BookKeys, kind: Kind, data: bytes) -> bytes:
    """Return the salt; raises VaultDamaged, UnknownFormat or WrongKey before anything is decrypted."""
    if len(data) < HEADER_BYTES or data[:4] != MAGIC:
        raise VaultDamaged("A file of the vault is cut short or is no file of a vault.")
    if data[4] != FORMAT:
        raise UnknownFormat("The vault was written by a newer version of Ledgerkeep.")
    if data[5:6] != kind.value:
        raise VaultDamaged("A file of the vault lies in another's place.")
    if data[6 : 6 + MARK_BYTES] != keys.mark:
        raise WrongKey("This key does not open this vault.")
    return data[HEADER_BYTES - SALT_BYTES : HEADER_BYTES]


def seal_object(keys: BookKeys, kind: Kind, name: str, plaintext: bytes, salt: bytes) -> bytes:
    """Seal a small object that is one box, compressed."""
    sealer = Sealer(keys, kind, name, salt)
    return sealer.header + sealer.seal(0, "all", squeeze(plaintext))


def open_object(keys: BookKeys, kind: Kind, name: str, data: bytes) -> bytes:
    """Open what `seal_object` made."""
    sealer = Sealer(keys, kind, name, check_header(keys, kind, data))
    return expand(sealer.open(0, "all", data[HEADER_BYTES:]))


def squeeze(plain: bytes) -> bytes:
    """Compress with zstd, content size in the frame header."""
    return squeezer()(plain)


def squeezer() -> Callable[[bytes], bytes]:
    """Give what compresses one piece after the other as `squeeze` does, in one thread at a time.

    It keeps its working memory, 1.3 MB; getting that anew for each MiB of records is a seventh of the time.
    """
    return zstandard.ZstdCompressor(level=LEVEL).compress


def expand(squeezed: bytes, expected: int | None = None) -> bytes:
    """Decompress; the announced size is checked before memory is taken. Raises VaultDamaged."""
    try:
        size = zstandard.frame_content_size(squeezed)
        if not 0 <= size <= MAX_PLAIN_BYTES or expected not in {None, size}:
            raise VaultDamaged("A file of the vault announces a size it must not have.")
        plain = zstandard.ZstdDecompressor().decompress(squeezed, allow_extra_data=False)
    except zstandard.ZstdError:
        raise VaultDamaged("A file of the vault does not unpack.") from None
    if len(plain) != size:
        raise VaultDamaged("A file of the vault does not unpack.")
    return plain


def decoded(plain: bytes, form: type[T]) -> T:
    """Read JSON of a known shape; raises VaultDamaged."""
    try:
        return msgspec.json.decode(plain, type=form)
    except msgspec.DecodeError:
        raise VaultDamaged("A file of the vault does not hold what it must hold.") from None
