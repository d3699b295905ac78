"""Linking with a consent to fewer permissions than were asked for, as far as the books do not need them."""

from __future__ import annotations

from tests.scenario.office import office
from tests.scenario.test_connect import consented_without


def test_consent_when_only_what_is_beside_the_books_was_left_out_then_is_linked_and_says_what_lacks() -> None:
    with office(organisations=("nz",)) as one:
        beside = ("files", "assets", "projects", "taxreports", "tenninetynine")
        status, page = consented_without(one, *beside, user="ana")
        assert (status, "Connected" in page) == (200, True)
        told = one.text(one.back_up())
        assert "Complete with gaps" in told
        assert "/backup connect" in told
        assert all(found.status == 200 for found in one.xero.calls if found.path.startswith("/api.xro"))
