"""Settings, read from the environment once at start."""

import base64
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    drain_seconds: float = Field(default=25.0, ge=0, le=3600, alias="ADVISOR_DRAIN_SECONDS")

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
