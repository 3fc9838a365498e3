"""The documented limits of messages, components, forms and commands that a schema alone does not hold."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.fakes.discord.refusal import Refusal
from tests.fakes.discord.world import IS_COMPONENTS_V2, Json, items, part

ROW, BUTTON, MENU, TEXT_INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE = 1, 2, 3, 4, 9, 10, 11, 12, 13
SEPARATOR, CONTAINER, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 14, 17, 18, 19, 21, 22, 23
MENUS = (3, 5, 6, 7, 8)
IN_FORMS = (TEXT_INPUT, *MENUS, UPLOAD, RADIO, CHECKBOXES, CHECKBOX)

MESSAGE, EMBEDS, V2, FORMS, COMMANDS = (
    "docs/platforms.md#discord-messages",
    "docs/platforms.md#discord-messages: embeds",
    "docs/platforms.md#discord-components",
    "docs/platforms.md#discord-forms",
    "docs/platforms.md#discord-commands",
)
COMPONENTS = "https://discord.com/developers/docs/components/reference"


def walk(components: Sequence[Json], where: str = "components") -> Iterator[tuple[str, Json]]:
    """Yield every component, nested ones too, each with its place in the body."""
    for number, component in enumerate(components):
        here = f"{where}.{number}"
        yield here, component
        yield from walk(items(component, "components"), f"{here}.components")
        for name in ("accessory", "component"):
            if component.get(name):
                yield f"{here}.{name}", component[name]


def _at_most(value: Any, most: int, where: str, cite: str, least: int = 0) -> None:
    size = len(value or ())
    if not least <= size <= most:
        what = f"must be between {least} and {most} in length" if least else f"must be {most} or fewer in length"
        raise Refusal(50035, f"{what}, is {size}", where, cite=cite)


def check_message(body: Json, files: Sequence[str], *, had: int = 0, content: str = "") -> None:
    """Refuse a message body that breaks a limit.

    `files` are the names of what is uploaded with it; `had` and `content` are the flags and text of the message edited.
    """
    _at_most(body.get("content"), 2000, "content", MESSAGE)
    _at_most(body.get("embeds"), 10, "embeds", EMBEDS)
    _at_most(files, 10, "attachments", MESSAGE)
    _at_most(str(body.get("nonce") or ""), 25, "nonce", MESSAGE)
    _check_embeds(items(body, "embeds"))
    _check_mentions(part(body, "allowed_mentions"))
    components: list[Json] = items(body, "components")
    v2 = bool((had | (body.get("flags") or 0)) & IS_COMPONENTS_V2)
    if v2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(name) or (name == "content" and "content" not in body and content):
                raise Refusal(50035, "cannot be used with IS_COMPONENTS_V2", name, cite=V2)
        every = list(walk(components))
        if len(every) > 40:
            raise Refusal(50035, f"at most 40 components in total, are {len(every)}", "components", cite=V2)
        shown = sum(len(component.get("content") or "") for _, component in every if component.get("type") == TEXT)
        if shown > 4000:
            raise Refusal(50035, f"at most 4000 displayed characters, are {shown}", "components", cite=V2)
    else:
        _at_most(components, 5, "components", V2)
        for number, component in enumerate(components):
            if component.get("type") != ROW:
                raise Refusal(50035, "needs the flag IS_COMPONENTS_V2", f"components.{number}.type", cite=V2)
    check_components(components, files)


def check_components(components: Sequence[Json], files: Sequence[str]) -> None:
    """Refuse components of a message that break a limit or the rules of their place."""
    seen: set[str] = set()
    numbered: set[int] = set()
    for where, component in walk(components):
        kind = component.get("type")
        if component.get("id"):
            if component["id"] in numbered:
                raise Refusal(50035, "component id is used twice", f"{where}.id", cite=COMPONENTS)
            numbered.add(component["id"])
        custom_id = component.get("custom_id")
        if custom_id is not None:
            _at_most(custom_id, 100, f"{where}.custom_id", V2, 1)
            if custom_id in seen:
                raise Refusal(50035, "custom_id is used twice", f"{where}.custom_id", cite=COMPONENTS)
            seen.add(custom_id)
        if kind == BUTTON:
            _check_button(component, where)
        elif kind in MENUS:
            _check_menu(component, where)
        elif kind == ROW:
            kinds = [child.get("type") for child in items(component, "components")]
            if not 1 <= len(kinds) <= 5 or (any(kind in MENUS for kind in kinds) and len(kinds) > 1):
                raise Refusal(50035, "a row holds one to five buttons or one select", where, cite=COMPONENTS)
        elif kind in (FILE, THUMBNAIL, GALLERY):
            _check_media(component, where, files)


def _check_button(button: Json, where: str) -> None:
    _at_most(button.get("label"), 80, f"{where}.label", V2)
    _at_most(button.get("url"), 512, f"{where}.url", V2)
    if button.get("style") == 6:
        return
    if not button.get("label") and not button.get("emoji"):
        raise Refusal(50035, "a button needs a label or an emoji", where, cite=COMPONENTS)
    link = button.get("style") == 5
    if link != bool(button.get("url")) or link == bool(button.get("custom_id")):
        raise Refusal(50035, "a link button has a url, every other a custom_id", where, cite=COMPONENTS)


def _check_menu(menu: Json, where: str) -> None:
    _at_most(menu.get("placeholder"), 150, f"{where}.placeholder", COMPONENTS)
    if not menu.get("custom_id"):
        raise Refusal(50035, "a select needs a custom_id", where, cite=COMPONENTS)
    if menu.get("type") == MENU:
        _check_options(items(menu, "options"), f"{where}.options", 25)
        if (menu.get("max_values") or 1) > len(items(menu, "options")):
            raise Refusal(50035, "max_values is more than there are options", where, cite=COMPONENTS)
    least = menu.get("min_values")
    if (1 if least is None else least) > (menu.get("max_values") or 1):
        raise Refusal(50035, "min_values is more than max_values", where, cite=COMPONENTS)


def _check_options(options: list[Json], where: str, most: int, least: int = 1) -> None:
    _at_most(options, most, where, V2, least)
    for number, option in enumerate(options):
        for name in ("label", "value", "description"):
            _at_most(option.get(name), 100, f"{where}.{number}.{name}", V2, 0 if name == "description" else 1)
    if len({option["value"] for option in options}) < len(options):
        raise Refusal(50035, "option value is used twice", where, cite=COMPONENTS)


def media_of(component: Json) -> list[Json]:
    """Return the media references of a file, thumbnail or gallery."""
    kind = component.get("type")
    if kind == GALLERY:
        return [part(item, "media") for item in items(component, "items")]
    return [part(component, "file" if kind == FILE else "media")]


def _check_media(component: Json, where: str, files: Sequence[str]) -> None:
    media = media_of(component)
    if component.get("type") == GALLERY:
        _at_most(media, 10, f"{where}.items", COMPONENTS, 1)
    for item in media:
        url = str(item.get("url") or "")
        if url.startswith("attachment://"):
            if url.removeprefix("attachment://") not in files:
                raise Refusal(50035, f"{url} is not among the attachments", where, cite=COMPONENTS)
        elif component.get("type") == FILE or not url.startswith(("http://", "https://")):
            raise Refusal(
                50035, "the address must be attachment:// or, but for a file, http(s)", where, cite=COMPONENTS
            )


def _check_embeds(embeds: list[Json]) -> None:
    total = 0
    for number, embed in enumerate(embeds):
        where = f"embeds.{number}"
        footer, author, fields = part(embed, "footer"), part(embed, "author"), items(embed, "fields")
        _at_most(fields, 25, f"{where}.fields", EMBEDS)
        texts: list[tuple[str | None, int]] = [
            (embed.get("title"), 256),
            (embed.get("description"), 4096),
            (footer.get("text"), 2048),
            (author.get("name"), 256),
        ]
        for field in fields:
            texts += [(field.get("name"), 256), (field.get("value"), 1024)]
        for text, most in texts:
            _at_most(text, most, where, EMBEDS)
            total += len(text or "")
    if total > 6000:
        raise Refusal(50035, f"embeds have at most 6000 characters in total, have {total}", "embeds", cite=EMBEDS)


def _check_mentions(allowed: Json) -> None:
    source = "https://discord.com/developers/docs/resources/message#allowed-mentions-object"
    for name in ("users", "roles"):
        if name in (allowed.get("parse") or ()) and allowed.get(name):
            what = f"parse names {name} and so does the list of {name}: they exclude each other"
            raise Refusal(50035, what, f"allowed_mentions.{name}", cite=source)


def check_modal(data: Json) -> None:
    """Refuse a form that breaks a limit."""
    _at_most(data.get("title"), 45, "data.title", FORMS, 1)
    _at_most(data.get("custom_id"), 100, "data.custom_id", FORMS, 1)
    components: list[Json] = items(data, "components")
    _at_most(components, 5, "data.components", FORMS, 1)
    seen: set[str] = set()
    for where, component in walk(components, "data.components"):
        kind = component.get("type")
        nested = where.count(".") > 2
        if nested != (kind in IN_FORMS):
            raise Refusal(50035, "a form holds labels, rows and texts, and those the fields", where, cite=FORMS)
        if kind not in (*IN_FORMS, LABEL, ROW, TEXT):
            raise Refusal(50035, f"component type {kind} is not for forms", where, cite=FORMS)
        if kind == LABEL:
            _at_most(component.get("label"), 45, f"{where}.label", FORMS, 1)
            _at_most(component.get("description"), 100, f"{where}.description", FORMS)
        if kind not in IN_FORMS:
            continue
        custom_id = component.get("custom_id") or ""
        _at_most(custom_id, 100, f"{where}.custom_id", FORMS, 1)
        if custom_id in seen:
            raise Refusal(50035, "custom_id is used twice", f"{where}.custom_id", cite=COMPONENTS)
        seen.add(custom_id)
        _check_field(component, where)


def _check_field(component: Json, where: str) -> None:
    kind = component.get("type")
    if kind == TEXT_INPUT:
        _at_most(component.get("label"), 45, f"{where}.label", FORMS)
        _at_most(component.get("placeholder"), 100, f"{where}.placeholder", FORMS)
        most = component.get("max_length") or 4000
        _at_most(component.get("value"), min(most, 4000), f"{where}.value", FORMS)
        if most > 4000 or (component.get("min_length") or 0) > most:
            raise Refusal(50035, "min_length and max_length must be in order and at most 4000", where, cite=FORMS)
    elif kind in MENUS:
        _check_menu(component, where)
    elif kind == RADIO:
        _check_options(items(component, "options"), f"{where}.options", 10, 2)
    elif kind == CHECKBOXES:
        _check_options(items(component, "options"), f"{where}.options", 10, 1)
    elif kind == UPLOAD and not (component.get("min_values") or 0) <= (component.get("max_values") or 1) <= 10:
        raise Refusal(50035, "a file upload takes up to 10 files", where, cite=FORMS)


_NAME = re.compile(r"[-_'\w]{1,32}")
LOCALES = frozenset({
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu",
    "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi",
    "zh-CN", "zh-TW",
})  # fmt: skip


def check_commands(commands: Sequence[Json]) -> None:
    """Refuse a set of application commands that breaks a limit."""
    of_kind: dict[int, list[str]] = {1: [], 2: [], 3: []}
    for number, command in enumerate(commands):
        kind, name, where = command.get("type") or 1, str(command.get("name") or ""), str(number)
        of_kind.setdefault(kind, []).append(name)
        if kind != 1:
            for said in (name, *_localized(command, "name", where)):
                _at_most(said, 32, f"{where}.name", COMMANDS, 1)
            if command.get("description") or command.get("options"):
                raise Refusal(50035, "a context menu has no description and no options", where, cite=COMMANDS)
            continue
        _check_named(command, where)
        _check_command_options(items(command, "options"), where)
        if (size := _characters(command)) > 8000:
            raise Refusal(50035, f"a command has at most 8000 characters, has {size}", where, cite=COMMANDS)
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        names = of_kind[kind]
        if len(names) > most:
            raise Refusal(50035, f"at most {most} commands of type {kind}", cite=COMMANDS)
        if len(set(names)) < len(names):
            raise Refusal(50035, f"a name of type {kind} is used twice", cite=COMMANDS)


def _check_named(thing: Json, where: str) -> None:
    for name in (str(thing.get("name") or ""), *_localized(thing, "name", where)):
        if not _NAME.fullmatch(name) or name != name.lower():
            why = "a name has 1 to 32 lower-case letters, digits, - and _"
            raise Refusal(50035, why, f"{where}.name", cite=COMMANDS)
    for description in (thing.get("description"), *_localized(thing, "description", where)):
        _at_most(description, 100, f"{where}.description", COMMANDS, 1)


def _localized(thing: Json, field: str, where: str) -> list[str]:
    """Return what stands in the place of a field in other languages."""
    said: dict[str, str] = thing.get(f"{field}_localizations") or {}
    if unknown := set(said) - LOCALES:
        why = f"{sorted(unknown)} are no locales of Discord"
        raise Refusal(50035, why, f"{where}.{field}_localizations", cite=COMMANDS)
    return [*said.values()]


def _check_command_options(options: list[Json], where: str) -> None:
    _at_most(options, 25, f"{where}.options", COMMANDS)
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        raise Refusal(50035, "an option's name is used twice", f"{where}.options", cite=COMMANDS)
    optional = False
    for number, option in enumerate(options):
        here = f"{where}.options.{number}"
        _check_named(option, here)
        _check_command_options(items(option, "options"), here)
        if option.get("required") and optional:
            raise Refusal(50035, "required options come before optional ones", here, cite=COMMANDS)
        optional = optional or not option.get("required")
        choices: list[Json] = items(option, "choices")
        _at_most(choices, 25, f"{here}.choices", COMMANDS)
        if choices and option.get("autocomplete"):
            raise Refusal(50035, "an option has choices or autocompletion", here, cite=COMMANDS)
        for choice in choices:
            for said in (choice.get("name"), *_localized(choice, "name", here)):
                _at_most(said, 100, f"{here}.choices", COMMANDS, 1)
        if (option.get("max_length") or 0) > 6000:
            raise Refusal(50035, "a string option has at most 6000 characters", here, cite=COMMANDS)


def _characters(thing: Json) -> int:
    """Count as Discord does: of a field in several languages the longest."""
    own = _longest(thing, "name") + _longest(thing, "description")
    choices = sum(_longest(choice, "name") + len(str(choice["value"])) for choice in items(thing, "choices"))
    return own + choices + sum(_characters(option) for option in items(thing, "options"))


def _longest(thing: Json, field: str) -> int:
    return max(map(len, (thing.get(field) or "", *_localized(thing, field, ""))))


def check_choices(choices: Sequence[Json]) -> None:
    """Refuse the offers of an autocompletion that break a limit."""
    _at_most(choices, 25, "data.choices", COMMANDS)
    for number, choice in enumerate(choices):
        _at_most(choice.get("name"), 100, f"data.choices.{number}.name", COMMANDS, 1)
        if isinstance(choice.get("value"), str):
            _at_most(choice["value"], 100, f"data.choices.{number}.value", COMMANDS)
