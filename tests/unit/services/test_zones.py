"""Which zone an organisation lives in: Xero's own word for it, else its country."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from xero_python.accounting import TimeZone

from bot.domain.organisation import OrganisationFacts
from bot.services.timing.zones import UTC_NAME, known, zone_of

OPENAPI = Path(__file__).parents[4] / "shared" / "xero-openapi" / "xero_accounting.yaml"


def zone(timezone: str = "", country: str = "") -> str:
    return zone_of(OrganisationFacts(name="n", timezone=timezone, country=country))


@pytest.mark.parametrize("named", [one.value for one in TimeZone])
def test_zone_when_xero_names_it_then_it_is_known(named: str) -> None:
    found = zone(named)
    assert str(ZoneInfo(found)) == found
    assert found != UTC_NAME or named == "UTC"


def test_zones_when_the_specification_is_there_then_none_of_its_values_is_unknown() -> None:
    if not OPENAPI.exists():
        pytest.skip("Xero's OpenAPI specification is not beside this checkout")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    schema = yaml.load(OPENAPI.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    values = schema["components"]["schemas"]["TimeZone"]["enum"]
    assert len(values) > 100
    assert [one for one in values if zone(one) == UTC_NAME and one != "UTC"] == []


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("NEWZEALANDSTANDARDTIME", "Pacific/Auckland"),
        ("GMTSTANDARDTIME", "Europe/London"),
        ("AUSEASTERNSTANDARDTIME", "Australia/Sydney"),
        ("LORDHOWESTANDARDTIME", "Australia/Lord_Howe"),
        ("EASTERNSTANDARDTIME", "America/New_York"),
        ("CENTRALSTANDARDTIME(MEXICO)", "America/Mexico_City"),
        ("UTC02", "Etc/GMT+2"),
        ("UTC-02", "Etc/GMT+2"),
        ("UTC+12", "Etc/GMT-12"),
    ],
)
def test_zone_when_named_as_windows_does_then_the_right_one(named: str, expected: str) -> None:
    assert zone(named) == expected


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("NZ", "Pacific/Auckland"),
        ("gb", "Europe/London"),
        ("US", "America/New_York"),
        ("ZA", "Africa/Johannesburg"),
        ("SG", "Asia/Singapore"),
        ("XX", UTC_NAME),
        ("", UTC_NAME),
    ],
)
def test_zone_when_xero_does_not_name_one_we_know_then_by_country(country: str, expected: str) -> None:
    assert zone("MARSSTANDARDTIME", country) == expected
    assert zone("", country) == expected


def test_zone_when_this_machine_does_not_know_it_then_utc() -> None:
    assert known("Europe/London") == "Europe/London"
    assert known("Mars/Olympus_Mons") == known("../etc/passwd") == known("") == UTC_NAME
