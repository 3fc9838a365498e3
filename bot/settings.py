"""Settings, read from the environment once at start."""

import base64
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

KEY_BYTES = 32


def default_home() -> Path:
    """Return the folder for local state: ~/.local/share/finetune-advisor."""
    return Path.home() / ".local" / "share" / "finetune-advisor"


class Settings(BaseSettings):
    """What the environment says. Names are fixed: people and tests use them."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", populate_by_name=True)

    openai_api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")
    model: str | None = Field(default=None, alias="ADVISOR_MODEL")
    local_model: Path | None = Field(default=None, alias="ADVISOR_LOCAL_MODEL")
    redis_url: SecretStr | None = Field(default=None, alias="REDIS_URL")
    home: Path = Field(default_factory=default_home, alias="ADVISOR_HOME")
    knowledge: Path | None = Field(default=None, alias="ADVISOR_KNOWLEDGE")
    secret_key: SecretStr | None = Field(default=None, alias="ADVISOR_SECRET_KEY")
    """Several by comma: the first encrypts."""
    http_host: str = Field(default="127.0.0.1", alias="ADVISOR_HTTP_HOST")
    http_port: int = Field(default=8080, ge=0, le=65535, alias="ADVISOR_HTTP_PORT")
    """0 takes a free one."""
    retention_days: int = Field(default=30, ge=1, le=3650, alias="ADVISOR_RETENTION_DAYS")
    public_url: str | None = Field(default=None, alias="ADVISOR_PUBLIC_URL")
    channels: Annotated[tuple[str, ...], NoDecode] = Field(default=(), alias="ADVISOR_CHANNELS")
    """Ids of the channels that are answered where the workspace has not said otherwise; none for all."""
    slack_bot_token: SecretStr | None = Field(default=None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGNING_SECRET")
    slack_client_id: str | None = Field(default=None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(default=None, alias="SLACK_CLIENT_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    discord_bot_token: SecretStr | None = Field(default=None, alias="DISCORD_BOT_TOKEN")
    discord_api_url: str | None = Field(default=None, alias="DISCORD_API_URL")
    discord_gateway_url: str | None = Field(default=None, alias="DISCORD_GATEWAY_URL")
    discord_message_content: bool = Field(default=False, alias="DISCORD_MESSAGE_CONTENT")
    discord_shards: str | None = Field(default=None, alias="DISCORD_SHARDS")
    """The shards of this process and how many there are, such as `0-3/8`; none for all that Discord wants."""
    daily_calls: int = Field(default=1000, ge=0, alias="ADVISOR_DAILY_CALLS")
    """Model calls that the trials of one person may take in a day of UTC, and what they may cost."""
    daily_usd: float = Field(default=2.0, ge=0, alias="ADVISOR_DAILY_USD")
    workspace_daily_calls: int = Field(default=5000, ge=0, alias="ADVISOR_WORKSPACE_DAILY_CALLS")
    """The same for everybody of a workspace together."""
    workspace_daily_usd: float = Field(default=10.0, ge=0, alias="ADVISOR_WORKSPACE_DAILY_USD")
    drain_seconds: float = Field(default=25.0, ge=0, le=3600, alias="ADVISOR_DRAIN_SECONDS")

    @property
    def slack(self) -> bool:
        """True where somebody means to use Slack: any of its tokens is set."""
        tokens = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        return any((*tokens, self.slack_client_id, self.slack_client_secret))

    @field_validator("channels", mode="before")
    @classmethod
    def _by_comma(cls, given: object) -> object:
        return tuple(filter(None, (each.strip() for each in given.split(",")))) if isinstance(given, str) else given

    @field_validator("secret_key")
    @classmethod
    def _are_keys(cls, given: SecretStr | None) -> SecretStr | None:
        for key in map(str.strip, given.get_secret_value().split(",") if given else ()):
            try:
                size = len(base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True))
            except ValueError:
                size = 0
            if size != KEY_BYTES:
                raise ValueError("wants 32 bytes in url-safe base64, several by comma")
        return given


class SettingsError(Exception):
    """Say which environment variable is wrong, without its value."""


def read_settings() -> Settings:
    """Read the environment; SettingsError names what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"{e['loc'][0]}: {e['msg']}" for e in error.errors(include_url=False, include_input=False)]
        raise SettingsError(f"Correct the environment: {'; '.join(faults)}.") from None
