"""Which model this process uses, said in one line."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.model import local
from bot.model.address import HERE, OPENAI, host
from bot.model.errors import ModelError
from bot.model.local import installed, not_installed
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.model.client import Model

OPENAI_URL = f"https://{OPENAI}/v1"
DEFAULT = "gpt-6-luna"
"""OpenAI's current small model, and the successor it names for gpt-4.1-mini (stops 2027-01-14; checked 2026-11-22)."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen, before anything is started."""

    kind: Literal["named", "local", "none"]
    announcement: str
    name: str | None = None
    """None where the server is asked for the first one it has."""
    base_url: str = ""
    key: str = ""
    gguf: Path | None = None
    folder: Path | None = None
    """Where what is learnt about servers is kept."""
    fault: str | None = None
    """What is wrong with the settings or missing, where it goes on all the same; the announcement says it too."""

    def __repr__(self) -> str:
        # A key must not reach a log by way of a printed value.
        return f"Chosen({self.kind}, {self.announcement!r})"


def choose(settings: Settings, *, no_model: bool, local: bool) -> Chosen:
    """Choose between the model that the settings name, the local one and none.

    `local` is true for commands that may start the bundled model when nothing else is named.
    """
    if no_model:
        return Chosen("none", "No model: rules and choices only")
    fault = _fault(settings.local_model)
    if settings.openai_api_key or settings.openai_base_url:
        base_url = settings.openai_base_url or OPENAI_URL
        where = host(base_url)
        name = settings.model or (DEFAULT if where == OPENAI else None)
        said = f"{name} at {where}" if name else f"the first one at {where} (set ADVISOR_MODEL to choose)"
        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
        return Chosen("named", _said(f"Model: {said}", fault), name, base_url, key, folder=settings.home, fault=fault)
    if local and not settings.local_model and not installed():
        return Chosen("none", f"No model: rules and choices only. {not_installed()}", fault=not_installed())
    if local or settings.local_model:
        return _local(settings.local_model, fault)
    return Chosen("none", "No model: rules and choices only (set OPENAI_API_KEY for one)")


def _fault(gguf: Path | None) -> str | None:
    missing = gguf is not None and not gguf.is_file()
    return f"ADVISOR_LOCAL_MODEL names {gguf}, and there is no such file" if missing else None


def _said(announcement: str, fault: str | None) -> str:
    return f"{announcement} ({fault})" if fault else announcement


def _local(gguf: Path | None, fault: str | None) -> Chosen:
    name = local.name_of(gguf)
    note = " (a demonstration; set OPENAI_API_KEY for a real one)" if local.is_bundled(gguf) else ""
    return Chosen("local", _said(f"Model: {name} on {HERE}{note}", fault), name, gguf=gguf, fault=fault)


async def open_model(chosen: Chosen) -> "Model":
    """Make the chosen model ready: start the local server, or ask a server what it has. Raises ModelError."""
    from bot.model.client import Model
    from bot.model.response import chats

    if chosen.kind == "none":
        raise ModelError("model", chosen.fault or "There is no model. Set OPENAI_API_KEY, or leave out --no-model.")
    if chosen.kind == "local":
        server = await local.start(chosen.gguf)
        return Model(
            server.name,
            server.base_url,
            server.key,
            where=HERE,
            demonstration=local.is_bundled(chosen.gguf),
            slots=local.SLOTS,
            on_close=server.aclose,
        )
    model = Model(chosen.name or "", chosen.base_url, chosen.key, folder=chosen.folder)
    if chosen.name is None:
        try:
            offered = await model.list_models()
        except ModelError:
            await model.aclose()
            raise
        name = next(filter(chats, offered), None)
        if name is None:
            await model.aclose()
            what = "only models that do not chat" if offered else "no model"
            raise ModelError("model", f"{model.where} offers {what}. Set ADVISOR_MODEL to the one to use.")
        model.name = name
    return model
