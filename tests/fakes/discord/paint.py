"""Messages as a self-contained page that looks roughly like Discord, for people to look at."""

import base64
import html
import re
from collections.abc import Sequence

from tests.fakes.discord.limits import (
    BUTTON,
    CONTAINER,
    FILE,
    GALLERY,
    LABEL,
    MENUS,
    ROW,
    SECTION,
    SEPARATOR,
    TEXT,
    THUMBNAIL,
    UPLOAD,
    media_of,
)
from tests.fakes.discord.world import Attachment, Json, Message, Modal, items, part

_STYLE = """
body { background: #313338; color: #dbdee1; font: 16px/1.375 "gg sans", "Noto Sans", Helvetica, Arial, sans-serif;
  margin: 0; padding: 16px; }
.message, .modal { max-width: 760px; padding: 2px 16px 2px 72px; margin: 17px 0 0; position: relative; }
.face { position: absolute; left: 16px; top: 4px; width: 40px; height: 40px; border-radius: 50%; background: #5865f2;
  color: #fff; font-weight: 600; text-align: center; line-height: 40px; }
.name { font-weight: 500; color: #f2f3f5; } .app { background: #5865f2; color: #fff; font-size: 10px; padding: 1px 4px;
  border-radius: 4px; margin-left: 4px; vertical-align: 2px; } .small { color: #949ba4; font-size: 12px; }
.private { background: #3b3d51; } pre { background: #2b2d31; border: 1px solid #1e1f22; border-radius: 4px;
  padding: 8px; font: 14px/1.3 Consolas, monospace; white-space: pre-wrap; margin: 6px 0; }
code { background: #2b2d31; border-radius: 3px; padding: 0 3px; font: 85% Consolas, monospace; }
pre code { background: none; padding: 0; font-size: 100%; } blockquote { border-left: 4px solid #4e5058;
  margin: 0; padding-left: 12px; } h1 { font-size: 24px; margin: 8px 0; } h2 { font-size: 20px; margin: 8px 0; }
h3 { font-size: 16px; margin: 8px 0; } .card { background: #2b2d31; border: 1px solid #3f4147; border-radius: 8px;
  padding: 16px; margin: 6px 0; max-width: 600px; } .section { display: flex;
  justify-content: space-between; gap: 12px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; } .button { border-radius: 8px; padding: 5px 16px;
  font-size: 14px; font-weight: 500; color: #fff; background: #4e5058; } .s1 { background: #5865f2; }
.s3 { background: #248046; } .s4 { background: #da373c; } .off { opacity: .5; } .menu { background: #1e1f22; flex: 1;
  border-radius: 4px; padding: 8px 12px; color: #949ba4; min-width: 240px; } hr { border: 0;
  border-top: 1px solid #4e5058; margin: 8px 0; } img { max-width: 100%; border-radius: 8px; }
img.thumb { width: 85px; }
.file { background: #2b2d31;
  border: 1px solid #3f4147; border-radius: 8px; padding: 12px; margin: 6px 0; max-width: 420px; }
.link { color: #00a8fc; }
.mention { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px; } figure { margin: 6px 0; }
figcaption { color: #949ba4; font-size: 12px; } .modal { background: #313338; border: 1px solid #1e1f22;
  padding: 16px; border-radius: 8px; max-width: 440px; } .field { background: #1e1f22; padding: 8px; border-radius: 4px;
  white-space: pre-wrap; min-height: 1.4em; margin: 4px 0 12px; } ul { margin: 4px 0; padding-left: 22px; }
"""


def page(messages: Sequence[Message | Modal]) -> str:
    """Return one HTML page with these messages (and forms) in order; pictures are in it."""
    inside = "\n".join(_modal(each) if isinstance(each, Modal) else _message(each) for each in messages)
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{_STYLE}</style><body>{inside}</body></html>'


def _message(message: Message) -> str:
    author = message.author
    tag = '<span class="app">APP</span>' if author.bot else ""
    reply = f'<div class="small">↱ {html.escape(message.reply_to.content[:80])}</div>' if message.reply_to else ""
    used = ""
    if message.interaction is not None and message.interaction.kind == 2:
        named = html.escape(str(message.interaction.data["name"]))
        used = f'<div class="small">{html.escape(message.interaction.user.name)} used {named}</div>'
    inside = f'<div class="small">{html.escape(author.name)} is thinking…</div>' if message.thinking else ""
    inside += f"<div>{_words(message.content)}</div>" if message.content else ""
    inside += "".join(_embed(embed) for embed in message.embeds)
    if not message.v2:
        inside += "".join(_attachment(each, each.description) for each in message.attachments)
    inside += "".join(_component(each, message) for each in message.components)
    edited = ' <span class="small">(edited)</span>' if message.edited else ""
    only = '<div class="small">Only you can see this</div>' if message.ephemeral else ""
    kind = "message private" if message.ephemeral else "message"
    name = f'<span class="name">{html.escape(author.name)}</span>'
    head = f'<span class="face">{html.escape(author.name[:1].upper())}</span>{reply}{used}{name}{tag}'
    return f'<div class="{kind}">{head}{inside}{edited}{only}</div>'


def _component(component: Json, message: Message) -> str:
    kind = component.get("type")
    inner = "".join(_component(each, message) for each in items(component, "components"))
    if kind == TEXT:
        return f"<div>{_words(str(component['content']))}</div>"
    if kind == ROW:
        return f'<div class="row">{inner}</div>'
    if kind == CONTAINER:
        colour = component.get("accent_color")
        edge = f' style="border-left: 4px solid #{colour:06x}"' if colour is not None else ""
        return f'<div class="card"{edge}>{inner}</div>'
    if kind == SECTION:
        return f'<div class="section"><div>{inner}</div>{_component(part(component, "accessory"), message)}</div>'
    if kind == BUTTON:
        return _button(component)
    if kind in MENUS:
        return f'<span class="menu">{html.escape(str(component.get("placeholder") or "Make a selection"))} ▾</span>'
    if kind == SEPARATOR:
        return "<hr>" if component.get("divider", True) else "<br>"
    if kind in (GALLERY, THUMBNAIL, FILE):
        alts = [each.get("description") for each in items(component, "items")] or [component.get("description")]
        ids = [media.get("attachment_id") for media in media_of(component)]
        found = {str(each.id): each for each in message.attachments}
        return "".join(
            _attachment(found[id], alt or found[id].description, thumb=kind == THUMBNAIL)
            for id, alt in zip(ids, alts, strict=True)
            if id in found
        )
    return inner


def _button(button: Json) -> str:
    emoji = str(part(button, "emoji").get("name") or "")
    label = html.escape(f"{emoji} {button.get('label') or ''}".strip())
    link = " ↗" if button.get("url") else ""
    off = " off" if button.get("disabled") else ""
    return f'<span class="button s{button.get("style")}{off}">{label}{link}</span>'


def _attachment(attachment: Attachment, alt: str | None, *, thumb: bool = False) -> str:
    kind = attachment.content_type or ""
    if kind.startswith("image/"):
        data = base64.b64encode(attachment.data).decode()
        image = (
            f'<img class="{"thumb" if thumb else ""}" src="data:{kind};base64,{data}" alt="{html.escape(alt or "")}">'
        )
        return f"<figure>{image}<figcaption>ALT {html.escape(alt or '(none)')}</figcaption></figure>"
    size = f"{len(attachment.data):,} bytes"
    return f'<div class="file"><span class="link">{html.escape(attachment.name)}</span><br>{size}</div>'


def _embed(embed: Json) -> str:
    title = f"<b>{html.escape(str(embed.get('title') or ''))}</b><br>"
    fields = "".join(
        f"<p><b>{html.escape(each['name'])}</b><br>{_words(each['value'])}</p>" for each in items(embed, "fields")
    )
    return f'<div class="card">{title}{_words(str(embed.get("description") or ""))}{fields}</div>'


def _modal(modal: Modal) -> str:
    made = [f"<h2>{html.escape(modal.title)}</h2>"]
    for component in modal.components:
        if component["type"] == TEXT:
            made.append(f"<div>{_words(str(component['content']))}</div>")
            continue
        for field in [component["component"]] if component["type"] == LABEL else items(component, "components"):
            label = component.get("label") or field.get("label") or ""
            star = "" if field.get("required") is False else " *"
            told = component.get("description") or ""
            filled = field.get("value") or field.get("placeholder") or ""
            filled = "⇪ Drop a file here" if field["type"] == UPLOAD else filled
            if field.get("options"):
                filled = "\n".join(f"○ {option['label']}" for option in items(field, "options"))
            made.append(
                f'<b>{html.escape(str(label))}{star}</b><div class="small">{html.escape(str(told))}</div>'
                f'<div class="field">{html.escape(str(filled))}</div>'
            )
    made.append('<div class="row"><span class="button">Cancel</span><span class="button s1">Submit</span></div>')
    return f'<div class="modal">{"".join(made)}</div>'


def _words(text: str) -> str:
    """Return Discord's markdown as HTML, roughly."""
    parts = re.split(r"```(?:\w*\n)?(.*?)```", text, flags=re.DOTALL)
    return "".join(
        f"<pre><code>{html.escape(each.rstrip())}</code></pre>" if number % 2 else _lines(each)
        for number, each in enumerate(parts)
    )


def _lines(text: str) -> str:
    made: list[str] = []
    for line in text.strip("\n").split("\n"):
        safe = _inline(html.escape(line, quote=False))
        if match := re.match(r"(#{1,3}) (.*)", safe):
            made.append(f"<h{len(match[1])}>{match[2]}</h{len(match[1])}>")
        elif match := re.match(r"-# (.*)", safe):
            made.append(f'<div class="small">{match[1]}</div>')
        elif match := re.match(r"\s*[-*] (.*)", safe):
            made.append(f"<ul><li>{match[1]}</li></ul>")
        elif match := re.match(r"&gt; (.*)", safe):
            made.append(f"<blockquote>{match[1]}</blockquote>")
        else:
            made.append(f"{safe}<br>")
    return "".join(made).removesuffix("<br>")


def _inline(text: str) -> str:
    pieces = re.split(r"(`[^`]+`)", text)
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = f"<code>{piece[1:-1]}</code>"
            continue
        for pattern, form in (
            (r"\*\*(.+?)\*\*", r"<b>\1</b>"),
            (r"__(.+?)__", r"<u>\1</u>"),
            (r"(?<!\*)\*(?!\s)([^*]+)\*", r"<i>\1</i>"),
            (r"~~(.+?)~~", r"<s>\1</s>"),
            (r"\[([^\]]+)\]\((?:&lt;)?(https?://[^)\s]+?)(?:&gt;)?\)", r'<span class="link">\1</span>'),
            (r"&lt;@[!&amp;]*\d+&gt;", '<span class="mention">@somebody</span>'),
            (r"&lt;#\d+&gt;", '<span class="mention">#channel</span>'),
        ):
            piece = re.sub(pattern, form, piece)
        pieces[number] = piece
    return "".join(pieces)
