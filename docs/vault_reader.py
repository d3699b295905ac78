"""Read a Ledgerkeep vault without Ledgerkeep: `python vault_reader.py VAULT_DIR KEYRING OUT_DIR [SNAPSHOT]`.

Needs `cryptography` and `zstandard`; KEYRING is ENCRYPTION_KEYS. Newest snapshots (or SNAPSHOT, by the start
of its id) are checked and written as JSON Lines: {"id", "version", "record"}, else "base64", or "file".
"""

# ruff: noqa: D101, D102, D103, B905, INP001, PLR0917

import base64
import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HEADER, LIMIT, MARKER = 46, 256 * 1024 * 1024, b'{"format":"ledgerkeep-vault","version":1}\n'


def demand(condition, sentence):
    return condition or sys.exit(f"Stopped: {sentence}")


def derive(secret, info, salt=None, length=32):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info.encode()).derive(secret)


def expand(squeezed):
    demand(0 <= zstandard.frame_content_size(squeezed) <= LIMIT, "something unpacks to an impossible size")
    return zstandard.ZstdDecompressor().decompress(squeezed)


def unwrap_data_key(folder, keyring, workspace):
    ring = dict(entry.strip().split(":", 1) for entry in keyring.split(",") if entry.strip())
    for path in sorted(folder.iterdir()):
        sealed = path.read_bytes()
        demand(sealed[0] == 1, f"{path} has an unknown form")
        start = 2 + sealed[1]
        key_id = sealed[2:start].decode()
        if key_id in ring:
            key = base64.urlsafe_b64decode(ring[key_id].rstrip("=") + "=")
            bound = b"ledgerkeep sealed\0" + sealed[:start] + f"ledgerkeep/1/data key|{workspace}".encode()
            return AESGCM(key).decrypt(sealed[start : start + 12], sealed[start + 12 :], bound)
    sys.exit(f"Stopped: the key ring opens no key of workspace {workspace}")


class Books:
    def __init__(self, root, workspace, organisation, data_key):
        self.root = root / "w" / workspace / "o" / organisation
        self.data_key, self.where = data_key, f"{workspace}|{organisation}"
        self.mark = derive(data_key, "ledgerkeep/1/mark", length=8)
        self.id_key = derive(data_key, f"ledgerkeep/1/id|{self.where}")
        seed = derive(data_key, f"ledgerkeep/1/sign|{workspace}")
        self.public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
        self.packs, self.state = {}, defaultdict(dict)

    def box(self, data, kind, name, number, box_kind, sealed):
        header = data[:HEADER]
        demand(header[:6] == b"LKVT\1" + kind[:1].upper().encode(), f"{kind} {name} has an unknown format")
        demand(header[6:14] == self.mark, f"{kind} {name} was sealed with another key")
        key = derive(self.data_key, "ledgerkeep/1/object", salt=header[14:])
        bound = header + f"ledgerkeep/1|{self.where}|{kind}|{name}|{number}|{box_kind}".encode()
        return AESGCM(key).decrypt(number.to_bytes(12, "big"), sealed, bound)

    def read(self, *names):
        return self.root.joinpath(*names).read_bytes()

    def sealed(self, kind, name, data):
        return expand(self.box(data, kind, name, 0, "all", data[HEADER:])), hashlib.sha256(data).hexdigest()

    def manifest(self, head):
        name = head["snapshot"]
        plain, digest = self.sealed("manifest", name, self.read("manifests", name))
        demand(digest == head["manifest"], f"manifest {name} is not the published one")
        self.public.verify(plain[:64], f"ledgerkeep/1/manifest|{self.where}|{name}|".encode() + plain[64:])
        return json.loads(plain[64:])

    def pack(self, ref):
        if ref["id"] not in self.packs:
            data = self.read("packs", ref["id"])
            demand(hashlib.sha256(data).hexdigest() == ref["sha256"], f"pack {ref['id']} was altered")
            box = data[-4 - int.from_bytes(data[-4:], "big") : -4]
            footer = self.box(data, "pack", ref["id"], 0xFFFFFFFF, "footer", box)
            self.packs[ref["id"]] = json.loads(expand(footer))
        return self.packs[ref["id"]]

    def chunk(self, data, pack_id, number):
        kind, start, stored, _ = self.packs[pack_id]["chunks"][number]
        body = self.box(data, "pack", pack_id, number, kind, data[start : start + stored])
        return body if kind == "blob" else expand(body)

    def apply(self, packs, places, whole):
        footers = [(ref["id"], self.pack(ref)) for ref in packs]
        tables = [json.loads(self.chunk(self.read("packs", pack), pack, number)) for pack, number in places]
        skip = {(pack, row) for t in tables for pack, rows in t.get("skip", {}).items() for row in rows}
        for pack_id, footer in [] if whole else footers:
            for number, (resource, record_id, version, *spot) in enumerate(footer["rows"]):
                if (pack_id, number) not in skip:
                    self.state[footer["resources"][resource]][record_id] = (version, [pack_id, *spot])
        for table in tables:
            others = [(ref["id"], self.pack(ref))[0] for ref in table.get("packs", [])]
            for resource, record_id, version, pack, *spot in table.get("refs", []):
                self.state[resource][record_id] = (version, [others[pack], *spot])
            for resource, record_id in [(r, one) for r, ids in table.get("gone", {}).items() for one in ids]:
                del self.state[resource][record_id]

    def root_of(self, resource):
        level = []
        for name, version in sorted((key.encode(), row[0]) for key, row in self.state[resource].items()):
            leaf = b"\0" + len(name).to_bytes(4, "big") + name + bytes.fromhex(version)
            level.append(hashlib.sha256(leaf).digest())
        while len(level) > 1:
            odd = level[-1:] if len(level) % 2 else []
            level = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2])] + odd
        return (level[0] if level else hashlib.sha256(b"").digest()).hex()

    def play(self, wanted):
        names = sorted(path.name for path in (self.root / "heads").iterdir())
        heads = [self.sealed("head", str(int(name)), self.read("heads", name)) for name in names]
        chain = [(digest, json.loads(plain), self.manifest(json.loads(plain))) for plain, digest in heads]
        thinned, previous, found = chain[-1][1].get("thinned", 0), None, None
        thinning = next((m["thinning"] for _, _, m in chain if m["number"] == thinned), {})
        dropped, needed = dict(thinning.get("dropped", [])), {ref["id"] for ref in thinning.get("packs", [])}
        rewritten = {one["number"]: one for one in thinning.get("rewritten", [])}
        for digest, head, manifest in chain:
            number, meant = manifest["number"], wanted and manifest["id"].startswith(wanted)
            demand(previous in {None, (head["previous"], manifest["parent"])}, "a snapshot is missing")
            whole, previous = previous is None and number > max(1, thinned), (digest, head["manifest"])
            demand(not (meant and number in dropped), f"dropped by retention on {dropped.get(number)}")
            if number not in dropped and "thinning" not in manifest:
                demand(not whole or manifest["full"], "the oldest snapshots are missing")
                own = [ref for ref in manifest["packs"] if number > thinned or ref["id"] in needed]
                own = {"packs": own, "changes": manifest["full" if whole else "changes"]}
                self.apply(*(rewritten.get(number, own)[key] for key in ("packs", "changes")), whole)
                for resource, entry in manifest["resources"].items():
                    demand(self.root_of(resource) == entry["root"], f"{resource} is not what was published")
                found = manifest
                if meant:
                    break
        demand(not wanted or found["id"].startswith(wanted), f"there is no snapshot {wanted}")
        return found

    def records(self, resource):
        rows = sorted(self.state[resource].items(), key=lambda item: item[1][1])
        loaded, chunks, data = None, {}, b""
        for record_id, (version, (pack_id, first, offset, length)) in rows:
            if loaded != pack_id:
                data, chunks, loaded = self.read("packs", pack_id), {}, pack_id
            number, raw = first, b""
            while number == first or len(raw) < offset + length:
                chunks = chunks if number in chunks else {number: self.chunk(data, pack_id, number)}
                raw, number = raw + chunks[number], number + 1
            raw = raw[offset : offset + length]
            parts = [len(part).to_bytes(4, "big") + part for part in (resource.encode(), record_id.encode())]
            digest = hashlib.blake2b(b"".join(parts) + raw, key=self.id_key, digest_size=32)
            demand(digest.hexdigest() == version, f"record {record_id} was altered")
            yield record_id, version, self.packs[pack_id]["chunks"][first][0], raw


def as_line(record_id, version, kind, raw, folder):
    start = f'{{"id": {json.dumps(record_id)}, "version": "{version}", '
    if kind == "blob":
        folder.mkdir(parents=True, exist_ok=True)
        (folder / version).write_bytes(raw)
        return f'{start}"file": {json.dumps(f"{folder.name}/{version}")}}}\n'
    try:
        json.loads(b"" if b"\n" in raw or b"\r" in raw else raw)
        return f'{start}"record": {raw.decode()}}}\n'
    except ValueError:
        return f'{start}"base64": "{base64.b64encode(raw).decode()}"}}\n'


def main(vault, keyring, out, wanted=""):
    root = Path(vault)
    demand((root / "ledgerkeep.json").read_bytes() == MARKER, "this is no vault of a known version")
    for workspace in sorted((root / "w").iterdir()):
        data_key = unwrap_data_key(workspace / "keys", keyring, workspace.name)
        for place in sorted((workspace / "o").iterdir()):
            books = Books(root, workspace.name, place.name, data_key)
            manifest = books.play(wanted)
            folder = Path(out) / workspace.name / place.name / manifest["id"]
            folder.mkdir(parents=True)
            (folder / "snapshot.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
            for resource in manifest["resources"]:
                name = quote(resource, safe="")
                with (folder / f"{name}.jsonl").open("w", encoding="utf-8", newline="") as lines:
                    for record in books.records(resource):
                        lines.write(as_line(*record, folder / name))


if __name__ == "__main__":
    demand(len(sys.argv) in {4, 5}, "usage: vault_reader.py VAULT_DIR KEYRING OUT_DIR [SNAPSHOT]")
    main(*sys.argv[1:])
