"""Components as a person meets them: found by their words, chosen from, filled in."""

from collections.abc import Collection, Sequence
from typing import Any, cast

from tests.fakes.discord.limits import (
    BUTTON,
    CHECKBOX,
    CHECKBOXES,
    IN_FORMS,
    LABEL,
    MENU,
    MENUS,
    RADIO,
    TEXT,
    TEXT_INPUT,
    UPLOAD,
    walk,
)
from tests.fakes.discord.options import Resolved
from tests.fakes.discord.world import Channel, Impossible, Json, Message, Role, Upload, User, items, part

_POINTS: dict[int, tuple[type, ...]] = {5: (User,), 6: (Role,), 7: (User, Role), 8: (Channel,)}


def find(components: Sequence[Json], name: str, kinds: Collection[int]) -> Json | None:
    """Return the one component of these kinds with this custom_id, label or placeholder."""
    of_kind = [each for _, each in walk(components) if each.get("type") in kinds]
    for key in ("custom_id", "label", "placeholder"):
        found = [each for each in of_kind if each.get(key) == name]
        if len(found) > 1:
            raise Impossible(f"several components are called {name!r}: use the custom_id")
        if found:
            return found[0]
    return None


def shown_as(components: Sequence[Json]) -> list[str]:
    """Return what each button and select is called, in order; a disabled one in brackets."""
    made: list[str] = []
    for _, each in walk(components):
        if each.get("type") in (BUTTON, *MENUS):
            emoji = part(each, "emoji").get("name")
            name = str(each.get("label") or each.get("placeholder") or emoji or each.get("custom_id"))
            made.append(f"[{name}]" if each.get("disabled") else name)
    return made


def controls_of(message: Message) -> list[str]:
    """Return the labels of the buttons and the placeholders of the selects, in order; a disabled one in brackets."""
    return shown_as(message.components)


def text_of(message: Message) -> str:
    """Return all the words of a message in reading order: content, embeds, text displays of its components."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.get("title"), embed.get("description")]
        parts += [f"{field['name']}\n{field['value']}" for field in items(embed, "fields")]
        parts += [part(embed, "footer").get("text")]
    parts += [each.get("content") for _, each in walk(message.components) if each.get("type") == TEXT]
    return "\n".join(part for part in parts if part)


def menu_values(menu: Json, values: Sequence[Any], resolved: Resolved) -> list[str]:
    """Return a select's values as sent; options may be named by label or value."""
    least = menu.get("min_values")
    least, most = 1 if least is None else least, menu.get("max_values") or 1
    if not least <= len(values) <= most:
        raise Impossible(f"choose between {least} and {most}, not {len(values)}")
    if menu["type"] != MENU:
        for value in values:
            if not isinstance(value, _POINTS[menu["type"]]):
                raise Impossible(f"a select of type {menu['type']} offers no {type(value).__name__}")
        return [resolved.add(value) for value in values]
    return [_option(menu, value) for value in values]


def _option(menu: Json, value: Any) -> str:
    for option in menu["options"]:
        if value in (option["value"], option["label"]):
            return option["value"]
    raise Impossible(f"{value!r} is not offered, only {[option['label'] for option in menu['options']]}")


def submitted(
    components: Sequence[Json], values: dict[str, Any], files: dict[str, Collection[Upload]], resolved: Resolved
) -> list[Json]:
    """Return a form as it is sent; what Discord's client would not send raises Impossible."""
    made: list[Json] = []
    for number, component in enumerate(components, 1):
        sent: Json = {"type": component["type"], "id": component.get("id") or number}
        if component["type"] == LABEL:
            sent["component"] = _filled(component["component"], component["label"], values, files, resolved)
        elif component["type"] != TEXT:
            inner = component["components"]
            sent["components"] = [_filled(each, each.get("label") or "", values, files, resolved) for each in inner]
        made.append(sent)
    if left := [*values, *files]:
        raise Impossible(f"the form has no {left}, only {labels_of(components)}")
    return made


def labels_of(components: Sequence[Json]) -> list[str]:
    """Return what a form asks, in order."""
    return [str(each["label"]) for _, each in walk(components) if each.get("label") and each["type"] != BUTTON]


def _filled(
    field: Json, label: str, values: dict[str, Any], files: dict[str, Collection[Upload]], resolved: Resolved
) -> Json:
    assert field["type"] in IN_FORMS
    kind, name = field["type"], field["custom_id"]
    required = field.get("required") is not False
    key = next((key for key in (name, label) if key in values or key in files), None)
    sent: Json = {"type": kind, "id": field.get("id") or 1, "custom_id": name}
    if kind == UPLOAD:
        sent["values"] = [resolved.add(file) for file in (files.pop(key) if key in files else ())]
        _enough(label, sent["values"], field, required=required)
        return sent
    given = values.pop(key) if key in values else None
    if kind == TEXT_INPUT:
        sent["value"] = _typed(field, label, given, required=required)
    elif kind == CHECKBOX:
        sent["value"] = bool(field.get("default")) if given is None else bool(given)
    elif kind == RADIO:
        before = [option["value"] for option in field["options"] if option.get("default")]
        sent["value"] = _option(field, given) if given is not None else before[0] if before else None
        if required and sent["value"] is None:
            raise Impossible(f"{label!r} is required")
    else:
        if given is None:
            before: list[Any] = [option["value"] for option in items(field, "options") if option.get("default")]
            chosen = before
        else:
            chosen = list(cast(Sequence[Any], given)) if isinstance(given, list | tuple) else [given]
        if kind == CHECKBOXES:
            sent["values"] = [_option(field, value) for value in chosen]
            _enough(label, sent["values"], field, required=required)
        elif not chosen and not required:
            sent["values"] = []
        else:
            sent["values"] = menu_values(field, chosen, resolved)
    return sent


def _typed(field: Json, label: str, given: Any, *, required: bool) -> str:
    text = str(field.get("value") or "") if given is None else str(given)
    least, most = field.get("min_length") or (1 if required else 0), field.get("max_length") or 4000
    if (text or required) and not least <= len(text) <= most:
        raise Impossible(f"{label!r} takes between {least} and {most} characters, got {len(text)}")
    return text


def _enough(label: str, chosen: list[str], field: Json, *, required: bool) -> None:
    least, most = field.get("min_values"), field.get("max_values") or (1 if field["type"] == UPLOAD else 25)
    least = (1 if required else 0) if least is None else least
    if not (least <= len(chosen) <= most or (not chosen and not required)):
        raise Impossible(f"{label!r} takes between {least} and {most}, got {len(chosen)}")
