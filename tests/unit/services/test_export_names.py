"""Whatever a file was called, its name in an export is safe on every system and nobody else's."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.looking.export_names import MOST_BYTES, Names, safe_name

DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
anything = st.text(st.characters(), max_size=400) | st.text(
    st.sampled_from("\x00\r\n/\\:*?\"<>|. ~$()'-_aAéßſıİ\u0301\u202e\u2066\u200b\u2028\ufeff\ud83d😀𐍈"),
    max_size=60,
)
devices = st.builds(
    "{}{}{}".format,
    st.sampled_from([*sorted(DEVICES)]),
    st.sampled_from(["", " ", ".", ". ", "\u202e"]),
    anything,
)


def must_be_safe(name: str) -> None:
    assert 0 < len(name.encode()) <= MOST_BYTES
    assert not re.search(r'[<>:"/\\|?*]', name)
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert name == name.strip()
    assert not name.startswith(".")
    assert not name.endswith(".")
    assert name.partition(".")[0].strip().casefold() not in DEVICES


@given(anything | devices)
def test_name_when_made_of_anything_then_is_safe(name: str) -> None:
    must_be_safe(safe_name(name))


@given(
    st.lists(
        anything | devices | st.sampled_from(["a.pdf", "A.PDF", "a (2).pdf", "é", "e\u0301"]), max_size=30
    )
)
def test_names_when_given_in_one_folder_then_are_safe_and_none_is_anothers(names: list[str]) -> None:
    given_names = Names("index.jsonl")
    found = [given_names.give(name) for name in names]
    for one in found:
        must_be_safe(one)
    folded = [unicodedata.normalize("NFD", one).casefold() for one in found]
    assert len({*folded, "index.jsonl"}) == len(names) + 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("receipt.pdf", "receipt.pdf"),
        ("Überweisung März.pdf", "Überweisung März.pdf"),
        ("領収書 2026.pdf", "領収書 2026.pdf"),
        ("../../etc/passwd", "_.._._etc_passwd"),
        ("C:\\boot.ini", "C__boot.ini"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Nul .txt", "_Nul.txt"),
        ("COM¹.pdf", "_COM¹.pdf"),
        ("console.pdf", "console.pdf"),
        ("bill. . ", "bill"),
        (".bashrc", "_.bashrc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\nc", "abc"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("\ud800", "unnamed"),
        ("x" * 300 + ".pdf", "x" * (MOST_BYTES - 4) + ".pdf"),
        ("😀" * 100 + ".pdf", "😀" * ((MOST_BYTES - 4) // 4) + ".pdf"),
        ("a." + "x" * 300, "a." + "x" * (MOST_BYTES - 2)),
    ],
)
def test_name_when_known_to_be_trouble_then_stays_readable(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_when_ten_are_called_alike_then_are_numbered_before_their_ending() -> None:
    names = Names()
    found = [names.give(name) for name in ["scan.pdf", "Scan.PDF", "scan (3).pdf", *["scan.pdf"] * 3]]
    numbered = ["scan (3).pdf", "scan (4).pdf", "scan (5).pdf", "scan (6).pdf"]
    assert found == ["scan.pdf", "Scan (2).PDF", *numbered]
    long = "y" * 300 + ".jpeg"
    assert [names.give(long)[-9:], names.give(long)[-9:]] == ["yyyy.jpeg", " (2).jpeg"]
