"""The work nobody can avoid: receive the same answers, cut them up, compress, encrypt, write.

It repeats the calls that the bot made, one after the other, over the standard library's HTTP. It looks at
nothing, compares nothing, remembers nothing, and could not be read back: a mark to hold a backup against.
"""

from __future__ import annotations

import http.client
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.beside.child import run

LEVEL = 3


def receive(order: dict[str, Any]) -> dict[str, Any]:
    """Repeat the calls; gives calls, records and bytes."""
    target = Path(order["folder"]) / "floor"
    connection = http.client.HTTPConnection(urlsplit(order["api_url"]).netloc)
    headers = {
        "Authorization": f"Bearer {order['token']}",
        "xero-tenant-id": order["tenant_id"],
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
    }
    pack, cipher = zstandard.ZstdCompressor(level=LEVEL), AESGCM(bytes(32))
    records = received = 0
    with target.open("wb") as file:
        for number, path in enumerate(order["paths"]):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            wire = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
            received += len(wire)
            zipped = answer.headers.get("Content-Encoding") == "gzip"
            cut = split(zlib.decompress(wire, wbits=31) if zipped else wire)
            records += len(cut)
            file.write(cipher.encrypt(number.to_bytes(12), pack.compress(b"".join(cut)), b""))
    return {
        "calls": len(order["paths"]),
        "records": records,
        "received": received,
        "stored": target.stat().st_size,
    }


def split(body: bytes) -> list[msgspec.Raw]:
    """Cut an answer into the records of its longest array, without decoding them."""
    if body.lstrip()[:1] == b"[":
        return msgspec.json.decode(body, type=list[msgspec.Raw])
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    arrays = [one for one in fields.values() if memoryview(one)[:1] == b"["]
    if not arrays:
        return [msgspec.Raw(body)]
    return msgspec.json.decode(max(arrays, key=lambda one: memoryview(one).nbytes), type=list[msgspec.Raw])


if __name__ == "__main__":
    run(receive)
