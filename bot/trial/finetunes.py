"""Which finetunes may be tried in a conversation, and what their base is."""

from bot.model.client import Model

_OPENAI = "ft:"


async def base_where_allowed(name: str, model: Model, allowed: tuple[str, ...]) -> str | None:
    """Return the base of a finetune that may be run, "" for the model that samples are run on; None where it may not.

    An operator's list stands over what the server lists: with one, nothing else is asked for. Raises ModelError.
    """
    named = dict(map(parts, allowed))
    if name not in (named or await model.list_models()):
        return None
    base = named.get(name) or base_in_name(name)
    if base == model.name:
        return ""
    # A model beside itself shows nothing.
    return base if base or name != model.name else None


def parts(allowed: str) -> tuple[str, str]:
    """Return the name and the base of an allowed finetune; the base is empty where none is given."""
    name, _, base = allowed.partition("=")
    return name.strip(), base.strip()


def base_in_name(name: str) -> str:
    """Return the base that OpenAI writes into the name of a finetune; empty for other names."""
    return name.split(":")[1] if name.startswith(_OPENAI) and name.count(":") > 1 else ""
