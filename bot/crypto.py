"""Keys and sealed boxes: the only module that imports `cryptography`.

It offers the key ring (which seals secret columns and data keys), derivation, counter-nonce boxes, signatures
and keyed hashes. It must not know what it protects: no file, table or network is touched here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import date

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.errors import Damaged, Misconfigured, WrongKey

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SIGNATURE_BYTES = 64
SEALED_VERSION = 1

_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_CHECK = b"ledgerkeep key check"


def random_bytes(count: int) -> bytes:
    """Return `count` bytes from the operating system's generator."""
    return secrets.token_bytes(count)


def same(left: bytes, right: bytes) -> bool:
    """Compare two byte strings in a time that tells nothing about where they differ."""
    return hmac.compare_digest(left, right)


def sha256(data: bytes | bytearray | memoryview) -> bytes:
    """Return the SHA-256 digest of `data`."""
    return hashlib.sha256(data).digest()


def keyed_hash(key: bytes, *parts: bytes, size: int = 32) -> bytes:
    """Return a keyed BLAKE2b digest in which no two different lists of parts collide.

    Every part but the last is preceded by its length, four bytes, big-endian.
    """
    digest = hashlib.blake2b(key=key, digest_size=size)
    for part in parts[:-1]:
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    digest.update(parts[-1])
    return digest.digest()


def derive(secret: bytes, *, info: str, salt: bytes = b"", length: int = KEY_BYTES) -> bytes:
    """Derive a key from `secret` with HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt or None, info=info.encode()).derive(secret)


def public_key(seed: bytes) -> bytes:
    """Return the Ed25519 public key, 32 bytes, that belongs to a 32-byte seed."""
    return (
        Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    )


def sign(seed: bytes, message: bytes) -> bytes:
    """Sign `message` with Ed25519; returns 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether `signature` over `message` was made with the key behind `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


class CounterBox:
    """AES-256-GCM under a key that is used for one object only, so nonces may simply count."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, number: int, plaintext: bytes, bound_to: bytes) -> bytes:
        """Encrypt box `number`; the caller never uses a number twice under one key."""
        return self._aead.encrypt(number.to_bytes(NONCE_BYTES, "big"), plaintext, bound_to)

    def open(self, number: int, sealed: bytes, bound_to: bytes) -> bytes:
        """Decrypt box `number`; raises Damaged when a bit of it or of what it is bound to differs."""
        try:
            return self._aead.decrypt(number.to_bytes(NONCE_BYTES, "big"), sealed, bound_to)
        except (InvalidTag, ValueError):
            raise Damaged("Encrypted data was altered or belongs elsewhere.") from None


@dataclass(frozen=True, slots=True, eq=False)
class KeyRing:
    """Keys that protect other keys and secret columns, newest first; the newest one seals."""

    ids: tuple[str, ...]
    _keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read `id:base64url(32 bytes)[,id:…]`, newest first; raises Misconfigured, never quoting a key."""
        keys: dict[str, bytes] = {}
        problems: list[str] = []
        for position, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
            key_id, key, problem = _parse_entry(position, entry)
            if not problem and key_id in keys:
                problem = f"key {position} has the id {key_id}, which another key already has"
            if problem:
                problems.append(problem)
            keys[key_id] = key
        if not keys:
            problems.append("it holds no key")
        if problems:
            hint = "make one with `ledgerkeep keys new`"
            raise Misconfigured(*(f"ENCRYPTION_KEYS: {problem}; {hint}." for problem in problems))
        return cls(tuple(keys), keys)

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        return self.ids[0]

    def seal(self, plaintext: bytes, *, bound_to: str) -> bytes:
        """Encrypt under the newest key: version, id length, id, nonce, AES-256-GCM box."""
        key_id = self.newest
        prefix = bytes([SEALED_VERSION, len(key_id)]) + key_id.encode()
        nonce = random_bytes(NONCE_BYTES)
        return prefix + nonce + AESGCM(self._keys[key_id]).encrypt(nonce, plaintext, _bound(prefix, bound_to))

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """Decrypt; raises WrongKey when the ring lacks the key, Damaged when bytes or binding differ."""
        key_id, start = _split(sealed)
        if key_id not in self._keys:
            raise WrongKey("The key ring lacks the key that this was encrypted with.")
        nonce, box = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            return AESGCM(self._keys[key_id]).decrypt(nonce, box, _bound(sealed[:start], bound_to))
        except InvalidTag:
            raise Damaged("A stored secret was altered, or belongs to another row.") from None

    def key_id_of(self, sealed: bytes) -> str:
        """Say which key sealed this; raises Damaged when it is no sealed value."""
        return _split(sealed)[0]

    def reseal(self, sealed: bytes, bound_to: str) -> bytes:
        """Return the same secret under the newest key; unchanged when it is already."""
        if self.key_id_of(sealed) == self.newest:
            self.open(sealed, bound_to=bound_to)
            return sealed
        return self.seal(self.open(sealed, bound_to=bound_to), bound_to=bound_to)

    def check_value(self) -> bytes:
        """Return a sealed constant, to be kept and handed to `matches` at the next start."""
        return self.seal(_CHECK, bound_to="key check")

    def matches(self, check: bytes) -> bool:
        """Say whether this ring opens a check value made earlier."""
        try:
            return same(self.open(check, bound_to="key check"), _CHECK)
        except Damaged:
            return False


def new_key(key_id: str | None = None, *, today: date | None = None) -> str:
    """Make a ring entry with a fresh key; the id tells the day unless one is given."""
    if key_id is None:
        key_id = f"k{today:%Y%m%d}{secrets.token_hex(2)}" if today else f"k{secrets.token_hex(5)}"
    if not _KEY_ID.fullmatch(key_id):
        raise Misconfigured("A key id is 1 to 32 letters, digits, - or _, and starts with a letter or digit.")
    return f"{key_id}:{base64.urlsafe_b64encode(random_bytes(KEY_BYTES)).decode().rstrip('=')}"


def _parse_entry(position: int, entry: str) -> tuple[str, bytes, str]:
    key_id, colon, encoded = entry.partition(":")
    if not colon or not _KEY_ID.fullmatch(key_id):
        return f"#{position}", b"", f"key {position} does not read id:key with a plain id"
    try:
        bare = encoded.rstrip("=")
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return key_id, b"", f"key {position} is not base64url of 32 bytes"
    if len(key) != KEY_BYTES:
        return key_id, b"", f"key {position} has {len(key)} bytes, not 32"
    return key_id, key, ""


def _bound(prefix: bytes, bound_to: str) -> bytes:
    return b"ledgerkeep sealed\0" + prefix + bound_to.encode()


def _split(sealed: bytes) -> tuple[str, int]:
    if len(sealed) < 2 or sealed[0] != SEALED_VERSION:
        raise Damaged("A stored secret has an unknown form.")
    start = 2 + sealed[1]
    key_id = sealed[2:start].decode("ascii", "replace")
    if not _KEY_ID.fullmatch(key_id) or len(sealed) < start + NONCE_BYTES + TAG_BYTES:
        raise Damaged("A stored secret is cut short.")
    return key_id, start
