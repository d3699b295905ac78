"""Settings: what is read from where, and what each problem says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Settings, load_settings
from bot.crypto import new_key
from bot.errors import Misconfigured

KEY = new_key("k1")
GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "signing",
    "XERO_CLIENT_ID": "id",
    "XERO_CLIENT_SECRET": "secret",
    "ENCRYPTION_KEYS": KEY,
}


def _problems(env: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(Misconfigured) as caught:
        load_settings(env)
    return caught.value.problems


def test_settings_when_nothing_optional_is_set_have_the_defaults_of_the_contract() -> None:
    found = load_settings(GOOD)
    assert found.slack_api_url == "https://slack.com/api/"
    assert found.xero_login_url == "https://login.xero.com"
    assert found.xero_identity_url == "https://identity.xero.com"
    assert found.xero_api_url == "https://api.xero.com"
    limits = (found.xero_calls_per_minute, found.xero_calls_per_day, found.xero_concurrency)
    assert limits == (60, 5000, 5)
    assert found.xero_minute_seconds == 60
    assert (found.public_url, found.host, found.port) == ("http://localhost:3000", "127.0.0.1", 3000)
    assert found.xero_redirect_uri == "http://localhost:3000/xero/callback"
    assert found.allow_self_approval is False
    assert (found.log_format, found.log_level) == (None, "info")


def test_settings_when_on_one_machine_keep_everything_in_the_data_folder(tmp_path: Path) -> None:
    found = load_settings({**GOOD, "DATA_DIR": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path}/app.db"
    assert found.jobs_url == f"sqlite:///{tmp_path}/jobs.db"
    assert found.vault_url == f"file://{tmp_path}/vault"
    assert found.on_one_machine


def test_settings_when_postgresql_is_set_share_it_with_the_jobs() -> None:
    url = "postgresql+psycopg://u:p@h/d"
    found = load_settings({**GOOD, "DATABASE_URL": url})
    assert (found.database_url, found.jobs_url, found.on_one_machine) == (url, url, False)


@pytest.mark.parametrize(
    ("change", "mode", "many"),
    [
        ({}, "http", False),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "socket", False),
        ({"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, "http", True),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, "http", False),
    ],
)
def test_slack_mode_when_tokens_differ_follows_them(change: dict[str, str], mode: str, many: bool) -> None:
    found = load_settings({**GOOD, **change})
    assert (found.mode, found.multi_workspace) == (mode, many)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_settings_when_a_needed_one_is_missing_name_it(name: str) -> None:
    problems = _problems({key: value for key, value in GOOD.items() if key != name})
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: is missing; ")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "three", "is not a whole number; write for example PORT=3000."),
        ("PORT", "70000", "is too large; the most is 65535"),
        ("XERO_CONCURRENCY", "0", "is too small; the least is 1"),
        ("XERO_MINUTE_SECONDS", "soon", "is not a number; write for example XERO_MINUTE_SECONDS=60.0."),
        ("ALLOW_SELF_APPROVAL", "perhaps", "is neither true nor false"),
        ("LOG_LEVEL", "loud", "must be one of 'debug', 'info', 'warning' or 'error'"),
        ("LOG_FORMAT", "xml", "must be one of 'console' or 'json'"),
        ("PUBLIC_URL", "bot.example.com", "is not a whole address; begin it with https://"),
        ("PUBLIC_URL", "https://bot.example.com:port", "is not a whole address"),
        ("XERO_API_URL", "https://api.example.com?x=1", "holds more than an address"),
        ("XERO_REDIRECT_URI", "/xero/callback", "is not a whole address"),
        ("XERO_REDIRECT_URI", "http://127.0.0.1:3000/xero/callback", "Xero refuses this redirect address"),
        ("XERO_REDIRECT_URI", "http://bot.example.com/xero/callback", "Xero refuses this redirect address"),
        ("PUBLIC_URL", "http://127.0.0.1:3000", "Xero refuses this redirect address"),
        ("DATABASE_URL", "mysql://u:p@h/d", "is no SQLite or PostgreSQL address"),
        ("VAULT_URL", "ftp://h/d", "is no known place for copies"),
        ("ENCRYPTION_KEYS", "k1:short", "key 1 is not base64url of 32 bytes"),
        ("SLACK_BOT_TOKEN", "xapp-1", "holds an app-level token"),
        ("SLACK_APP_TOKEN", "xoxb-1", "holds a bot or user token"),
    ],
)
def test_settings_when_a_value_is_wrong_say_what_and_how_to_mend_it(name: str, value: str, says: str) -> None:
    problems = _problems({**GOOD, name: value})
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: ")
    assert says in problems[0]


def test_redirect_on_127_0_0_1_when_the_login_is_not_xeros_is_fine() -> None:
    local = {"PUBLIC_URL": "http://127.0.0.1:3000", "XERO_LOGIN_URL": "http://127.0.0.1:4000"}
    assert load_settings({**GOOD, **local}).xero_redirect_uri == "http://127.0.0.1:3000/xero/callback"


def test_settings_when_several_are_wrong_tell_all_at_once() -> None:
    problems = _problems({"PORT": "x", "LOG_LEVEL": "y", "PUBLIC_URL": "z"})
    named = {one.partition(":")[0] for one in problems}
    assert named == {
        *("PORT", "LOG_LEVEL", "PUBLIC_URL", "XERO_CLIENT_ID", "XERO_CLIENT_SECRET", "ENCRYPTION_KEYS"),
        *("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
    }


@given(
    st.dictionaries(
        st.sampled_from(sorted({*GOOD, "PORT", "PUBLIC_URL", "DATABASE_URL", "VAULT_URL"})), st.text()
    )
)
@settings(max_examples=80)
def test_settings_when_fed_anything_never_repeat_a_value(env: dict[str, str]) -> None:
    marked = {name: f"Zq9{value}" for name, value in env.items()}
    said = ""
    try:
        load_settings(marked)
    except Misconfigured as error:
        said = str(error)
    assert "Zq9" not in said


@pytest.mark.parametrize("name", ["ENCRYPTION_KEYS", "XERO_CLIENT_SECRET", "SLACK_SIGNING_SECRET"])
def test_secret_when_named_by_a_file_is_read_from_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{GOOD[name]}\n", encoding="utf-8")
    env = {key: value for key, value in GOOD.items() if key != name}
    found = load_settings({**env, f"{name}_FILE": str(path)})
    assert getattr(found, name.lower()).get_secret_value() == GOOD[name]


def test_secret_when_its_file_is_missing_is_a_problem(tmp_path: Path) -> None:
    problems = _problems({**GOOD, "SLACK_APP_TOKEN_FILE": str(tmp_path / "none")})
    assert problems[0].startswith("SLACK_APP_TOKEN_FILE: the file cannot be read")


def test_secret_when_given_twice_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("x", encoding="utf-8")
    problems = _problems({**GOOD, "XERO_CLIENT_SECRET_FILE": str(path)})
    assert problems == (
        "XERO_CLIENT_SECRET: set together with XERO_CLIENT_SECRET_FILE; keep one of the two.",
    )


def test_settings_when_shown_hide_every_secret() -> None:
    env = {
        **{
            name: f"hide-{name}"
            for name in ("XERO_CLIENT_SECRET", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
        },
        "SLACK_BOT_TOKEN": "xoxb-hide",
        "SLACK_APP_TOKEN": "xapp-hide",
        "AWS_SECRET_ACCESS_KEY": "hide-aws",
        "XERO_CLIENT_ID": "id",
        "ENCRYPTION_KEYS": KEY,
        "DATABASE_URL": "postgresql://u:hide@h/d",
    }
    found = load_settings(env)
    shown = repr(found) + str(found) + str(found.model_dump())
    assert "hide" not in shown
    assert KEY.partition(":")[2] not in shown


def test_vault_options_when_set_are_passed_through() -> None:
    options = {
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://s3",
        "GOOGLE_BUCKET": "b",
        "AZURE_X": "y",
    }
    assert load_settings({**GOOD, **options}).vault_credentials() == options


def test_settings_when_read_from_the_process_take_the_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{name}={value}" for name, value in {**GOOD, "PORT": "4001", "HOST": "0.0.0.0"}.items()]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "4002")
    found = load_settings()
    assert (found.port, found.host, found.xero_client_id) == (4002, "0.0.0.0", "id")


def test_settings_when_given_an_environment_do_not_read_the_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=4001", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOST", "10.0.0.1")
    found = load_settings(GOOD)
    assert (found.port, found.host) == (3000, "127.0.0.1")


def test_settings_when_overridden_take_the_override() -> None:
    assert load_settings({**GOOD, "PORT": "4001"}, overrides={"PORT": "4002"}).port == 4002


def test_settings_for_the_demo_need_nothing_and_make_a_key() -> None:
    first, second = load_settings({}, for_demo=True), load_settings({}, for_demo=True)
    assert first.key_ring().ids == ("demo",)
    assert first.encryption_keys != second.encryption_keys


def test_settings_for_the_demo_still_refuse_what_is_malformed() -> None:
    with pytest.raises(Misconfigured, match="PORT: is not a whole number"):
        load_settings({"PORT": "x"}, for_demo=True)


def test_every_setting_of_the_example_file_is_known() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    if not example.exists():
        pytest.skip("this copy of the project has no .env.example")
    known = {str(field.alias or name.upper()) for name, field in Settings.model_fields.items()}
    lines = [line.lstrip("# ") for line in example.read_text(encoding="utf-8").splitlines() if "=" in line]
    names = {line.partition("=")[0] for line in lines if line.partition("=")[0].isupper()}
    assert {name for name in names if not name.startswith(("AWS_", "GOOGLE_", "AZURE_"))} <= known
