"""The people of the pretend Xero who can be asked for consent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a Xero login; without `reports`, reports and manual journals answer 403 (June 2026)."""

    key: str
    name: str
    email: str
    user_id: str
    role: str
    reports: bool = True


PEOPLE: dict[str, Person] = {
    person.key: person
    for person in (
        Person(
            key="ana",
            name="Ana Adviser",
            email="ana@example.com",
            user_id="0a1b2c3d-0000-4000-a000-0000000000a1",
            role="Adviser",
        ),
        Person(
            key="sam",
            name="Sam Standard",
            email="sam@example.com",
            user_id="0a1b2c3d-0000-4000-a000-0000000000a2",
            role="Standard",
            reports=False,
        ),
        Person(
            key="bea",
            name="Bea Bookkeeper",
            email="bea@example.com",
            user_id="0a1b2c3d-0000-4000-a000-0000000000a3",
            role="Standard + reports",
        ),
    )
}
