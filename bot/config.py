"""Settings: the one place that reads the environment.

Values come from the environment, then from a `.env` file; a secret may instead stand in a file that
`NAME_FILE` names. Everything else gets its values as arguments. Nothing here connects or writes, and no
message repeats a value, because a value in the wrong place may be a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.config_checks import ADDRESSES, in_words, malformed, missing
from bot.crypto import KeyRing, new_key
from bot.errors import Misconfigured

_SECRETS = (
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"),
    *("XERO_CLIENT_SECRET", "ENCRYPTION_KEYS", "DATABASE_URL"),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *(
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_SAS_KEY",
        "AZURE_CLIENT_SECRET",
        "GOOGLE_SERVICE_ACCOUNT_KEY",
    ),
)
_VAULT_OPTION = re.compile(r"(AWS|GOOGLE|AZURE)_[A-Z0-9_]+")


class Settings(BaseSettings):
    """Every setting, checked; field `x_y` is the setting `X_Y`."""

    model_config = SettingsConfigDict(
        alias_generator=str.upper,
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str = ""
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"

    xero_client_id: str = ""
    xero_client_secret: SecretStr | None = None
    given_redirect_uri: str = Field("", alias="XERO_REDIRECT_URI")
    xero_login_url: str = "https://login.xero.com"
    xero_identity_url: str = "https://identity.xero.com"
    xero_api_url: str = "https://api.xero.com"
    xero_extra_scopes: str = ""
    xero_calls_per_minute: int = Field(60, ge=1)
    xero_calls_per_day: int = Field(5000, ge=1)
    xero_concurrency: int = Field(5, ge=1, le=100)
    xero_fill_calls: int | None = Field(None, ge=0)
    xero_minute_seconds: float = Field(60.0, gt=0, le=3600)

    public_url: str = "http://localhost:3000"
    host: str = "127.0.0.1"
    port: int = Field(3000, ge=0, le=65535)

    data_dir: Path = Path("data")
    given_database_url: SecretStr | None = Field(None, alias="DATABASE_URL")
    given_vault_url: str = Field("", alias="VAULT_URL")
    vault_options: Mapping[str, SecretStr] = Field(default_factory=dict)
    encryption_keys: SecretStr | None = None

    allow_self_approval: bool = False
    log_format: Literal["console", "json"] | None = None  # None: console on a terminal, else json
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what `load_settings` gathered, so that a test may pass an environment of its own."""
        return (init_settings,)

    @property
    def mode(self) -> Literal["http", "socket"]:
        """How Slack reaches the bot."""
        return "socket" if self.slack_app_token else "http"

    @property
    def multi_workspace(self) -> bool:
        """Say whether workspaces install the app by OAuth."""
        return self.slack_bot_token is None and bool(self.slack_client_id)

    @property
    def xero_redirect_uri(self) -> str:
        """The address Xero sends people back to, as registered with Xero."""
        return self.given_redirect_uri or f"{self.public_url}/xero/callback"

    @property
    def database_url(self) -> str:
        """The address of the database; may hold a password, so it is never logged."""
        return _shown(self.given_database_url) or f"sqlite:///{self.data_dir.resolve() / 'app.db'}"

    @property
    def jobs_url(self) -> str:
        """The address of the job engine's database: its own file, or the same PostgreSQL."""
        if self.on_one_machine:
            return f"sqlite:///{self.data_dir.resolve() / 'jobs.db'}"
        return self.database_url

    @property
    def vault_url(self) -> str:
        """The address of the place where copies are kept."""
        return self.given_vault_url or (self.data_dir.resolve() / "vault").as_uri()

    @property
    def on_one_machine(self) -> bool:
        """Say whether the state is in files that one process holds."""
        return self.database_url.startswith("sqlite")

    def vault_credentials(self) -> dict[str, str]:
        """Give AWS_*, GOOGLE_* and AZURE_* as they stand in the environment, for the object store library."""
        return {name: value.get_secret_value() for name, value in self.vault_options.items()}

    def key_ring(self) -> KeyRing:
        """Read the key ring; raises Misconfigured when there is none."""
        return KeyRing.parse(_shown(self.encryption_keys))


def load_settings(
    env: Mapping[str, str] | None = None,
    *,
    for_demo: bool = False,
    overrides: Mapping[str, str] | None = None,
    env_file: Path | None = Path(".env"),
) -> Settings:
    """Read and check every setting; raises Misconfigured with one line per problem.

    Without `env` the process environment and `env_file` are read. `for_demo` asks for no account and makes a
    throw-away key; `overrides` (by setting name) win over everything.
    """
    problems: list[str] = []
    given = _gather(env, env_file)
    given.update(overrides or {})
    given |= dict(_from_files(given, problems))
    if for_demo:
        given.setdefault("ENCRYPTION_KEYS", new_key("demo"))
    settings = _build(_tidied(given), problems)
    problems += malformed(settings)
    problems += () if for_demo else missing(settings)
    if problems:
        raise Misconfigured(*dict.fromkeys(problems))
    return settings


def _gather(env: Mapping[str, str] | None, env_file: Path | None) -> dict[str, str]:
    """Merge the environment over the file; an empty value counts as not set, as compose files pass it."""
    beside: Mapping[str, str | None] = {}
    if env is None and env_file is not None:
        beside = DotEnvSettingsSource(Settings, env_file=env_file, case_sensitive=True).env_vars
    merged = {**beside, **(os.environ if env is None else env)}
    return {name: value.strip() for name, value in merged.items() if value and value.strip()}


def _from_files(given: Mapping[str, str], problems: list[str]) -> Iterator[tuple[str, str]]:
    for name in _SECRETS:
        path = given.get(f"{name}_FILE")
        if not path:
            continue
        if name in given:
            problems.append(f"{name}: set together with {name}_FILE; keep one of the two.")
            continue
        try:
            yield name, Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            problems.append(
                f"{name}_FILE: the file cannot be read; check its path, rights and that it is text."
            )


def _tidied(given: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = dict(given)
    for name in ADDRESSES:
        if name in values:
            values[name] = values[name].rstrip("/")
    if "SLACK_API_URL" in values:
        values["SLACK_API_URL"] += "/"  # slack_sdk joins method names to it
    for name in ("LOG_FORMAT", "LOG_LEVEL"):
        if name in values:
            values[name] = values[name].lower()
    values["VAULT_OPTIONS"] = {name: value for name, value in given.items() if _VAULT_OPTION.fullmatch(name)}
    return values


def _build(values: dict[str, Any], problems: list[str]) -> Settings:
    """Build; note each value that does not fit and go on with its default, so that all problems are told."""
    try:
        return Settings(**values)
    except ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][0])
            default = Settings.model_fields[name.lower()].default
            problems.append(in_words(one["type"], name, one.get("ctx", {}), default))
            values.pop(name)
        return Settings(**values)


def _shown(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
