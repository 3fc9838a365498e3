"""Settings, read from the environment once at start."""

import base64
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

KEY_BYTES = 32
STORES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster")
WEB, SOCKET = ("https", "http"), ("wss", "ws")
QUOTES = "\"'`“”„‘’«»"
INVISIBLE = "\ufeff\u200b\u200e\u2060"
"""What copying out of a page or a file brings along, and `str.strip` leaves."""


def default_home() -> Path:
    """Return the platform's folder for a program's data, on Linux ~/.local/share/finetune-advisor."""
    return platformdirs.user_data_path("finetune-advisor", appauthor=False)


class Settings(BaseSettings):
    """What the environment says. Names are fixed: people and tests use them.

    What stands under each is what docs/settings.md and .env.example say of it: `python -m tests.site` writes them.
    """

    # By alias and in capitals alone: SECRET_KEY, MODEL or HOME are other programs' names.
    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", case_sensitive=True)

    openai_api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    """Key of OpenAI, or of any server with the same interface. Without key and base URL `chat` and `trial` use the
    bundled model."""
    openai_base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")
    """Address of such a server, for example http://127.0.0.1:8000/v1; left out, OpenAI's own."""
    model: str | None = Field(default=None, alias="ADVISOR_MODEL")
    """Name of the model on that server."""
    local_model: Path | None = Field(default=None, alias="ADVISOR_LOCAL_MODEL")
    """Path of a GGUF file to run locally instead of the bundled one; with it `consult` and `serve` use a local model
    too."""
    redis_url: SecretStr | None = Field(default=None, alias="REDIS_URL")
    """A Redis or Valkey server, for example rediss://user:password@host:6380/0; left out, one of its own under
    ADVISOR_HOME."""
    home: Path = Field(default_factory=default_home, alias="ADVISOR_HOME")
    """Folder for local state; left out, the system's folder for data: on Linux ~/.local/share/finetune-advisor, or the
    same under XDG_DATA_HOME."""
    knowledge: Path | None = Field(default=None, alias="ADVISOR_KNOWLEDGE")
    """Folder of house rules that are laid over ours."""
    secret_key: SecretStr | None = Field(default=None, alias="ADVISOR_SECRET_KEY")
    """32 bytes in url-safe base64, several by comma for rotation (the first encrypts); OAuth and split roles need
    it."""
    http_host: str = Field(default="127.0.0.1", alias="ADVISOR_HTTP_HOST")
    """Address that the web server listens on."""
    http_port: int = Field(default=8080, ge=0, le=65535, alias="ADVISOR_HTTP_PORT")
    """Port that the web server listens on; 0 takes a free one."""
    retention_days: int = Field(default=30, ge=1, le=3650, alias="ADVISOR_RETENTION_DAYS")
    """Days after its last turn for which a consultation is kept."""
    public_url: str | None = Field(default=None, alias="ADVISOR_PUBLIC_URL")
    """Address at which the web pages and Slack's requests arrive from outside, for example https://advisor.example.com."""
    channels: Annotated[tuple[str, ...], NoDecode] = Field(default=(), alias="ADVISOR_CHANNELS")
    """Ids of the channels that are answered, by comma, where those who manage a workspace have not said otherwise; left
    out, all."""
    finetunes: Annotated[tuple[str, ...], NoDecode] = Field(default=(), alias="ADVISOR_FINETUNES")
    """Finetuned models that people may have compared with their base, by comma, as NAME or NAME=BASE; left out, those
    that the model server lists itself."""
    slack_bot_token: SecretStr | None = Field(default=None, alias="SLACK_BOT_TOKEN")
    """Token of the bot user, xoxb-..."""
    slack_app_token: SecretStr | None = Field(default=None, alias="SLACK_APP_TOKEN")
    """Token of the app, xapp-...: with it Slack runs in Socket Mode."""
    slack_signing_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGNING_SECRET")
    """Signing secret of the app: with it alone Slack runs over HTTP."""
    slack_client_id: str | None = Field(default=None, alias="SLACK_CLIENT_ID")
    """Client id of the app, for installation in many workspaces by OAuth."""
    slack_client_secret: SecretStr | None = Field(default=None, alias="SLACK_CLIENT_SECRET")
    """Client secret of the app, for the same."""
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    """Another address for Slack's Web API, for proxies and tests."""
    discord_bot_token: SecretStr | None = Field(default=None, alias="DISCORD_BOT_TOKEN")
    """Token of the bot."""
    discord_api_url: str | None = Field(default=None, alias="DISCORD_API_URL")
    """Another address for Discord's REST API, for proxies and tests."""
    discord_gateway_url: str | None = Field(default=None, alias="DISCORD_GATEWAY_URL")
    """Another address for Discord's gateway, for the same; it wins over what the API names."""
    discord_message_content: bool = Field(default=False, alias="DISCORD_MESSAGE_CONTENT")
    """1 where the message content intent is switched on in Discord's portal."""
    discord_shards: str | None = Field(default=None, alias="DISCORD_SHARDS")
    """Shards of this process and how many there are, for example `0-3/8`; left out, all that Discord wants."""
    answers: bool = Field(default=True, alias="ADVISOR_ANSWERS")
    """0: advice is assembled from steps and passages, and no model words it."""
    daily_calls: int = Field(default=1000, ge=0, alias="ADVISOR_DAILY_CALLS")
    """Model calls that one person may cause in a day of UTC, in trials and consultations."""
    daily_usd: float = Field(default=2.0, ge=0, alias="ADVISOR_DAILY_USD")
    """What they may cost in that day, in USD."""
    workspace_daily_calls: int = Field(default=5000, ge=0, alias="ADVISOR_WORKSPACE_DAILY_CALLS")
    """Model calls that a whole workspace may cause in a day of UTC."""
    workspace_daily_usd: float = Field(default=10.0, ge=0, alias="ADVISOR_WORKSPACE_DAILY_USD")
    """What they may cost in that day, in USD."""
    log: Literal["text", "json"] = Field(default="text", alias="ADVISOR_LOG")
    """Form of the service's log on standard error: text, or json for one object a line."""
    traces: bool = Field(default=False, alias="ADVISOR_TRACES")
    """1: traces of turns and model calls go to the OpenTelemetry collector that OTEL_EXPORTER_OTLP_ENDPOINT names; it
    needs the extra otel."""
    messages_a_minute: int = Field(default=20, ge=1, alias="ADVISOR_MESSAGES_A_MINUTE")
    """Messages of one person that are answered in a minute; a channel has 10 times, a workspace 100 times that."""
    drain_seconds: float = Field(default=25.0, ge=0, le=3600, alias="ADVISOR_DRAIN_SECONDS")
    """Seconds that a process which is told to end has to finish what runs or hand it back."""

    @property
    def slack(self) -> bool:
        """True where somebody means to use Slack: any of its tokens is set."""
        tokens = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        return any((*tokens, self.slack_client_id, self.slack_client_secret))

    @model_validator(mode="before")
    @classmethod
    def _trimmed(cls, given: dict[str, object]) -> dict[str, object]:
        """Take off what came along in copying; what is nothing but that counts as left out."""
        trimmed = {name: _trim(value) if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in trimmed.items() if value != ""}

    @field_validator(
        "openai_api_key",
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_client_id",
        "slack_client_secret",
        "discord_bot_token",
        "http_host",
        mode="before",
    )
    @classmethod
    def _is_one_word(cls, given: object) -> object:
        if isinstance(given, str):
            given = given.strip(QUOTES + INVISIBLE).strip()
            if not (given.isascii() and given.isprintable()) or " " in given:
                raise ValueError("holds a blank, a line break or a sign that does not belong there; copy it again")
        return given

    @field_validator("openai_base_url", "public_url", "slack_api_url", "discord_api_url", mode="after")
    @classmethod
    def _is_address(cls, given: str | None) -> str | None:
        return _address(given, WEB)

    @field_validator("discord_gateway_url", mode="after")
    @classmethod
    def _is_socket(cls, given: str | None) -> str | None:
        return _address(given, SOCKET)

    @field_validator("redis_url", mode="before")
    @classmethod
    def _is_store(cls, given: object) -> object:
        if isinstance(given, str):
            scheme, mark, _ = given.partition("://")
            if scheme not in STORES or not mark:
                raise ValueError(f"must begin with one of {', '.join(f'{each}://' for each in STORES)}")
            if not given.isprintable() or (" " in given and scheme != "unix"):
                raise ValueError("holds a blank or a line break; write %20 for a blank that belongs there")
        return given

    @field_validator("channels", "finetunes", mode="before")
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


def _trim(value: str) -> str:
    value = value.strip(INVISIBLE).strip()
    while len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES:
        value = value[1:-1].strip()
    return "" if value in QUOTES else value


def _address(given: str | None, schemes: tuple[str, ...]) -> str | None:
    if given is None:
        return None
    if not given.isprintable() or " " in given:
        raise ValueError("holds a blank or a line break; copy it again")
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError:
        raise ValueError("is no address that can be read; look at its host and port") from None
    if parts.scheme not in schemes or "://" not in given:
        raise ValueError(f"must begin with {' or '.join(f'{each}://' for each in schemes)}")
    if not parts.hostname:
        raise ValueError("names no host")
    return given


class SettingsError(Exception):
    """Say which environment variable is wrong, without its value."""


def read_settings() -> Settings:
    """Read the environment; SettingsError names what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [_fault(each) for each in error.errors(include_url=False, include_input=False)]
        raise SettingsError(f"Correct the environment: {'; '.join(faults)}.") from None


def _fault(error: ErrorDetails) -> str:
    name, message = str(error["loc"][0]), error["msg"].removeprefix("Value error, ")
    if error["type"] != "value_error":
        message = f"{message[:1].lower()}{message[1:]}".replace("input should be", "must be")
    return f"{name} {message}"
