"""Keys, sealed columns, boxes and signatures."""

from __future__ import annotations

import base64
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto import (
    CounterBox,
    KeyRing,
    derive,
    keyed_hash,
    new_key,
    public_key,
    random_bytes,
    same,
    sign,
    verify_signature,
)
from bot.errors import Damaged, Misconfigured, WrongKey

OLD, NEW = new_key("old"), new_key("new")
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


def test_parse_with_several_keys_puts_the_newest_first() -> None:
    ring = KeyRing.parse(f" {NEW} , {OLD}")
    assert ring.newest == "new"
    assert ring.ids == ("new", "old")


def test_repr_of_a_ring_shows_no_key() -> None:
    ring = KeyRing.parse(f"a:{KEY}")
    assert KEY.rstrip("=") not in repr(ring)
    assert "kkkk" not in repr(ring)
    assert "a" in repr(ring)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no key"),
        (" , ", "no key"),
        (KEY, "plain id"),
        (f":{KEY}", "plain id"),
        (f"a b:{KEY}", "plain id"),
        (f"{'x' * 33}:{KEY}", "plain id"),
        ("a:AAAA", "3 bytes, not 32"),
        (f"a:{KEY[:-1]}AAA", "bytes, not 32"),
        ("a:not base64!", "not base64url"),
        (f"a:{KEY},a:{KEY}", "already has"),
    ],
)
def test_parse_with_a_bad_ring_refuses_in_one_line_without_the_key(text: str, word: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        KeyRing.parse(text)
    assert len(caught.value.problems) == 1
    assert word in caught.value.problems[0]
    assert KEY[:20] not in str(caught.value)
    assert "\n" not in caught.value.problems[0]


def test_parse_with_two_bad_keys_names_both() -> None:
    with pytest.raises(Misconfigured) as caught:
        KeyRing.parse(f"a:AAAA,b:AAAA,c:{KEY}")
    assert [problem.split(" has")[0] for problem in caught.value.problems] == [
        "ENCRYPTION_KEYS: key 1",
        "ENCRYPTION_KEYS: key 2",
    ]


def test_new_key_names_the_day_and_parses() -> None:
    entry = new_key(today=date(2026, 11, 22))
    assert entry.startswith("k20261122")
    assert KeyRing.parse(entry).newest == entry.split(":")[0]
    assert new_key("mine").startswith("mine:")
    assert new_key() != new_key()


def test_new_key_with_a_bad_id_refuses() -> None:
    with pytest.raises(Misconfigured):
        new_key("a:b")


@given(st.binary(max_size=200), st.text(st.characters(codec="utf-8"), max_size=30))
def test_open_after_seal_returns_the_secret(secret: bytes, bound_to: str) -> None:
    ring = KeyRing.parse(NEW)
    assert ring.open(ring.seal(secret, bound_to=bound_to), bound_to=bound_to) == secret


def test_seal_twice_gives_different_bytes_that_hide_the_secret() -> None:
    ring = KeyRing.parse(NEW)
    one, two = (ring.seal(b"refresh token", bound_to="row 1") for _ in range(2))
    assert one != two
    assert b"refresh" not in one


def test_open_for_another_row_is_damaged() -> None:
    ring = KeyRing.parse(NEW)
    sealed = ring.seal(b"secret", bound_to="consents.refresh_token|1")
    with pytest.raises(Damaged):
        ring.open(sealed, bound_to="consents.refresh_token|2")


def test_open_with_any_bit_flipped_or_cut_raises() -> None:
    ring = KeyRing.parse(NEW)
    sealed = ring.seal(b"secret", bound_to="row")
    for at in range(len(sealed)):
        for bit in range(8):
            flipped = bytearray(sealed)
            flipped[at] ^= 1 << bit
            with pytest.raises(Damaged):
                ring.open(bytes(flipped), bound_to="row")
        with pytest.raises(Damaged):
            ring.open(sealed[:at], bound_to="row")


def test_open_with_a_ring_that_lacks_the_key_is_wrong_key() -> None:
    sealed = KeyRing.parse(OLD).seal(b"secret", bound_to="row")
    with pytest.raises(WrongKey):
        KeyRing.parse(NEW).open(sealed, bound_to="row")


def test_open_with_the_same_id_but_another_key_is_damaged() -> None:
    sealed = KeyRing.parse(new_key("same")).seal(b"secret", bound_to="row")
    with pytest.raises(Damaged):
        KeyRing.parse(new_key("same")).open(sealed, bound_to="row")


def test_reseal_after_rotation_moves_the_secret_to_the_newest_key() -> None:
    sealed = KeyRing.parse(OLD).seal(b"secret", bound_to="row")
    both = KeyRing.parse(f"{NEW},{OLD}")
    moved = both.reseal(sealed, "row")
    assert (both.key_id_of(sealed), both.key_id_of(moved)) == ("old", "new")
    assert KeyRing.parse(NEW).open(moved, bound_to="row") == b"secret"
    assert both.reseal(moved, "row") == moved


def test_reseal_of_a_damaged_secret_raises_even_under_the_newest_key() -> None:
    ring = KeyRing.parse(NEW)
    sealed = bytearray(ring.seal(b"secret", bound_to="row"))
    sealed[-1] ^= 1
    with pytest.raises(Damaged):
        ring.reseal(bytes(sealed), "row")


def test_matches_says_whether_the_ring_is_the_right_one() -> None:
    check = KeyRing.parse(OLD).check_value()
    assert KeyRing.parse(f"{NEW},{OLD}").matches(check)
    assert not KeyRing.parse(NEW).matches(check)
    assert not KeyRing.parse(new_key("old")).matches(check)
    assert not KeyRing.parse(OLD).matches(b"")


def test_derive_gives_the_vector_of_rfc_5869_test_case_3() -> None:
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    assert derive(bytes([0x0B]) * 22, info="", length=42).hex() == expected


def test_derive_with_other_info_or_salt_gives_another_key() -> None:
    secret = random_bytes(32)
    keys = {derive(secret, info="a"), derive(secret, info="b"), derive(secret, info="a", salt=b"s")}
    assert len(keys) == 3


def test_counter_box_opens_only_its_number_key_and_binding() -> None:
    key = random_bytes(32)
    sealed = CounterBox(key).seal(7, b"data", b"here")
    assert CounterBox(key).open(7, sealed, b"here") == b"data"
    for box, number, bound in [
        (CounterBox(key), 8, b"here"),
        (CounterBox(key), 7, b"there"),
        (CounterBox(random_bytes(32)), 7, b"here"),
    ]:
        with pytest.raises(Damaged):
            box.open(number, sealed, bound)
    with pytest.raises(Damaged):
        CounterBox(key).open(7, b"", b"here")


def test_signature_holds_for_its_message_and_key_only() -> None:
    seed = random_bytes(32)
    signature = sign(seed, b"message")
    assert verify_signature(public_key(seed), b"message", signature)
    assert not verify_signature(public_key(seed), b"another", signature)
    assert not verify_signature(public_key(random_bytes(32)), b"message", signature)
    assert not verify_signature(public_key(seed), b"message", signature[:-1])


def test_keyed_hash_tells_lists_of_parts_apart() -> None:
    key = random_bytes(32)
    assert keyed_hash(key, b"ab", b"c", b"d") != keyed_hash(key, b"a", b"bc", b"d")
    assert keyed_hash(key, b"a", b"b", b"") != keyed_hash(key, b"a", b"", b"b")
    assert keyed_hash(key, b"a", b"b") != keyed_hash(random_bytes(32), b"a", b"b")
    assert len(keyed_hash(key, b"x", size=16)) == 16


def test_same_compares_whole_values() -> None:
    assert same(b"a", b"a")
    assert not same(b"a", b"ab")
