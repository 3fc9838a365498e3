"""Pictures for people: messages and views as a page that looks roughly like Slack."""

import base64
import html
import re
from collections.abc import Callable

from tests.fakes.slack.core import Core
from tests.fakes.slack.state import File, Json, Message, View

STYLE = """
body{font:15px/1.46 Lato,"Segoe UI",Helvetica,Arial,sans-serif;color:#1d1c1d;margin:24px;max-width:720px}
.m{display:flex;gap:8px;margin:0 0 16px}.a{flex:0 0 36px;height:36px;border-radius:6px;background:#4a154b;color:#fff;
text-align:center;line-height:36px;font-weight:700}.w{font-weight:900;margin-right:6px}.app{background:#ddd;
border-radius:3px;font-size:10px;padding:0 3px;color:#616061;margin-right:6px}.t,.only,.c{color:#616061;font-size:12px}
.c{margin:6px 0;font-size:13px}.h{font-size:18px;font-weight:900;margin:8px 0}.r{margin-left:44px}
pre,code{background:#f6f6f6;border:1px solid #ddd;border-radius:4px;font:12px Menlo,Consolas,monospace}
pre{padding:8px;white-space:pre-wrap}code{padding:1px 3px;color:#c01343}table{border-collapse:collapse;margin:8px 0}
td,th{border:1px solid #ddd;padding:4px 10px;text-align:left}th{background:#f8f8f8}hr{border:0;border-top:1px solid
#ddd}
.m>div:last-child{flex:1;min-width:0;overflow-wrap:anywhere}
.b{display:inline-block;color:#1d1c1d;border:1px solid #bbb;border-radius:4px;padding:4px 12px;margin:4px 8px 4px 0;
font-weight:700;font-size:13px;background:#fff}.primary{background:#007a5a;color:#fff;border-color:#007a5a}.danger{color:#e01e5a;
border-color:#e01e5a}.s{display:flex;gap:16px;justify-content:space-between}
.f{display:grid;grid-template-columns:1fr 1fr;gap:8px}
.i{border:1px solid #bbb;border-radius:4px;padding:6px 10px;color:#616061;margin:4px 0 12px}
.only{background:#f8f8f8;padding:2px 6px;border-radius:3px}img{max-width:min(480px,100%);border-radius:8px;display:block
}
.at{background:#e8f5fa;color:#1264a3;border-radius:3px;padding:0 2px}.v{border:1px solid #ccc;border-radius:8px;
padding:16px;margin:0 0 24px}.al{border-left:4px solid #1264a3;padding:4px 10px;background:#f8f8f8;margin:8px 0}
"""


def page(core: Core, shown: list[Message] | list[View] | list[Message | View]) -> str:
    """Return a page with these messages and views, one below the other, with every picture inside it."""
    body = "".join(_message(core, one) if isinstance(one, Message) else _view(core, one) for one in shown)
    return f"<!DOCTYPE html><meta charset=utf-8><title>Slack</title><style>{STYLE}</style>{body}"


def _message(core: Core, message: Message) -> str:
    user = core.users[message.user]
    app = "<span class=app>APP</span>" if user.is_bot else ""
    only = "<div class=only>Only visible to you</div>" if message.only_for else ""
    edited = " <span class=t>(edited)</span>" if message.edited else ""
    inside = "".join(block(core, one) for one in message.blocks) or f"<div>{mrkdwn(core, message.text)}</div>"
    files = "".join(_file(one) for one in message.files)
    reply = "r" if message.thread_ts and message.thread_ts != message.ts else ""
    return (
        f"<div class='m {reply}'><div class=a>{user.name[:1].upper()}</div><div>{only}"
        f"<span class=w>{_(user.name)}</span>{app}{edited}{inside}{files}</div></div>"
    )


def _view(core: Core, view: View) -> str:
    inside = "".join(block(core, one) for one in view.blocks)
    buttons = "".join(
        f"<span class='b {style}'>{plain(view.body.get(name))}</span>"
        for name, style in (("close", ""), ("submit", "primary"))
        if view.body.get(name)
    )
    return f"<div class=v><div class=h>{_(view.title)}</div>{inside}<div>{buttons}</div></div>"


def _file(file: File) -> str:
    if file.mimetype.startswith("image/"):
        source = f"data:{file.mimetype};base64,{base64.b64encode(file.content).decode()}"
        return f"<div class=t>{_(file.title)}</div><img src='{source}' alt='{_(file.alt_text or '')}'>"
    return f"<div class=i>{_(file.title)} ({len(file.content)} bytes)</div>"


def _(text: str) -> str:
    return html.escape(text)


def plain(value: Json | None) -> str:
    return _(str(value["text"])) if value else ""


def words(core: Core, value: Json | None) -> str:
    """Return a text object as HTML."""
    if not value:
        return ""
    return mrkdwn(core, value["text"]) if value["type"] == "mrkdwn" else plain(value).replace("\n", "<br>")


def _inline(text: str) -> str:
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s")):
        text = re.sub(rf"(?<![\w{mark}]){mark}(\S(?:[^\n]*?\S)?){mark}(?![\w{mark}])", rf"<{tag}>\1</{tag}>", text)
    return text


def mrkdwn(core: Core, text: str) -> str:
    """Return Slack's own markup as HTML; its text is escaped already."""

    def link(found: re.Match[str]) -> str:
        target, _bar, label = found[1].partition("|")
        if target.startswith("@") and target[1:] in core.users:
            return f"<span class=at>@{_(core.users[target[1:]].name)}</span>"
        if target.startswith(("#", "!", "@")):
            room = core.channels.get(target[1:])
            return f"<span class=at>{_(label or (f'#{room.name}' if room else target))}</span>"
        return f"<a href='{target}'>{label or target}</a>"

    out: list[str] = []
    for number, part in enumerate(re.split(r"```\n?(.*?)```|`([^`\n]+)`", text, flags=re.S)):
        if part is None:
            continue
        kind = number % 3
        if kind == 1:
            out.append(f"<pre>{part}</pre>")
        elif kind == 2:
            out.append(f"<code>{part}</code>")
        else:
            out.append(re.sub(r"<((?:[@#!]|https?:|mailto:)[^<>\n]+)>", link, _inline(part)).replace("\n", "<br>"))
    return "".join(out)


def markdown(text: str) -> str:
    """Return standard Markdown as HTML, as far as our messages use it."""
    out: list[str] = []
    for number, part in enumerate(re.split(r"```\w*\n(.*?)```", text, flags=re.S)):
        if number % 2:
            out.append(f"<pre>{_(part)}</pre>")
            continue
        for line in part.split("\n"):
            safe = _(line)
            safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
            safe = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", safe)
            safe = re.sub(r"(?<!\w)[*_](\S.*?)[*_](?!\w)", r"<i>\1</i>", safe)
            safe = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"<a href='\2'>\1</a>", safe)
            if head := re.match(r"(#{1,6}) (.*)", safe):
                out.append(f"<div class=h>{head[2]}</div>")
            elif item := re.match(r"(\s*)[-*] (.*)", safe):
                out.append(f"<div style='margin-left:{12 + 8 * len(item[1])}px'>&bull; {item[2]}</div>")
            else:
                out.append(f"<div>{safe or '&nbsp;'}</div>")
    return "".join(out)


def block(core: Core, part: Json) -> str:
    """Return one block as HTML; one it does not know is shown as its name."""
    draw = DRAW.get(part["type"])
    return draw(core, part) if draw else f"<div class=i>[{_(part['type'])}]</div>"


def _section(core: Core, part: Json) -> str:
    listed: list[Json] = part.get("fields") or []
    fields = "".join(f"<div>{words(core, one)}</div>" for one in listed)
    side = f"<div>{element(core, part['accessory'])}</div>" if part.get("accessory") else ""
    grid = f"<div class=f>{fields}</div>" if fields else ""
    return f"<div class=s><div>{words(core, part.get('text'))}{grid}</div>{side}</div>"


def element(core: Core, part: Json) -> str:
    """Return an element as HTML."""
    kind = part["type"]
    if kind in ("mrkdwn", "plain_text"):
        return words(core, part)
    if kind in ("button", "icon_button", "workflow_button"):
        return f"<span class='b {part.get('style', '')}'>{plain(part.get('text'))}</span>"
    if kind == "feedback_buttons":
        return "".join(
            f"<span class=b>{plain(part[name]['text'])}</span>" for name in ("positive_button", "negative_button")
        )
    if kind == "image":
        return _picture(core, part)
    if kind in ("radio_buttons", "checkboxes"):
        mark = "&#9675;" if kind == "radio_buttons" else "&#9633;"
        return "".join(f"<div>{mark} {words(core, one['text'])}</div>" for one in part["options"])
    shown = part.get("initial_value") or plain(part.get("placeholder")) or kind
    if one := part.get("initial_option"):
        shown = one["text"]["text"]
    return f"<div class=i>{_(str(shown))}{' &#9662;' if 'select' in kind else ''}</div>"


def _picture(core: Core, part: Json) -> str:
    source: Json = part.get("slack_file") or {}
    ident = source.get("id", "")
    if ident in core.files:
        return _file(core.files[ident])
    return f"<div class=i>[image: {_(part['alt_text'])}]</div>"


def _input(core: Core, part: Json) -> str:
    optional = " <span class=t>(optional)</span>" if part.get("optional") else ""
    hint = f"<div class=t>{plain(part.get('hint'))}</div>" if part.get("hint") else ""
    return f"<div><b>{plain(part['label'])}</b>{optional}{element(core, part['element'])}{hint}</div>"


def _table(core: Core, part: Json) -> str:
    rows: list[str] = []
    for number, row in enumerate(part["rows"]):
        tag = "td" if number else "th"
        rows.append("<tr>" + "".join(f"<{tag}>{_cell(core, cell)}</{tag}>" for cell in row) + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _cell(core: Core, cell: Json) -> str:
    return _rich(core, cell) if cell["type"] == "rich_text" else _(str(cell.get("text", "")))


def _rich(core: Core, part: Json) -> str:
    kind = part.get("type")
    inside: str = "".join(_rich(core, one) for one in part.get("elements", []))
    if kind == "rich_text_list":
        tag = "ol" if part.get("style") == "ordered" else "ul"
        return f"<{tag}>" + "".join(f"<li>{_rich(core, one)}</li>" for one in part["elements"]) + f"</{tag}>"
    if kind == "rich_text_preformatted":
        return f"<pre>{inside}</pre>"
    if kind == "user":
        return mrkdwn(core, f"<@{part['user_id']}>")
    if kind == "link":
        return f"<a href='{_(part['url'])}'>{_(part.get('text') or part['url'])}</a>"
    if kind == "text":
        shown = mrkdwn(core, _(part["text"]).replace("&lt;@", "<@").replace("&gt;", ">"))
        style: Json = part.get("style") or {}
        return f"<b>{shown}</b>" if style.get("bold") else f"<code>{shown}</code>" if style.get("code") else shown
    return inside


def _each(core: Core, part: Json) -> str:
    return "<div class=c>" + " ".join(element(core, one) for one in part["elements"]) + "</div>"


DRAW: dict[str, Callable[[Core, Json], str]] = {
    "section": _section,
    "header": lambda core, part: f"<div class=h>{plain(part['text'])}</div>",
    "divider": lambda core, part: "<hr>",
    "markdown": lambda core, part: markdown(part["text"]),
    "context": _each,
    "actions": _each,
    "context_actions": _each,
    "image": _picture,
    "input": _input,
    "table": _table,
    "data_table": _table,
    "rich_text": _rich,
    "alert": lambda core, part: f"<div class=al>{words(core, part['text'])}</div>",
}
