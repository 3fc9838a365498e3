"""App Home: a person's open and past consultations, and a way to begin another. Pure."""

from collections.abc import Callable

from adapters.slack import ids
from adapters.slack.render import markup
from adapters.slack.render.action_ids import action_id
from adapters.slack.render.limits import SECTION, VIEW_BLOCKS, Block, short
from bot.platform.overview import Overview, Summary
from bot.text.markdown import escaped

START = "advisor_start"
"""`action_id` of the button that opens the form for a new consultation."""
OPEN, FORGET = "open", "forget"
"""What the buttons of a consultation carry, each sealed for that consultation and this person."""
TITLE = 150


def home_view(found: Overview, seal: Callable[[str, str], str], *, days: int) -> Block:
    """Return the view of a person's Home tab; `seal` takes (conversation, OPEN or FORGET), `days` is the retention."""
    blocks: list[Block] = [
        {"type": "header", "text": _plain("Should we finetune?")},
        _section(
            "I help a team decide whether to finetune a model. Tell me what you want and what goes wrong. I ask only "
            "what can still change the verdict, and every reason names your words and a rule."
        ),
        {"type": "actions", "elements": [{**_button("Start a new one", START), "style": "primary"}]},
    ]
    open = [each for each in found.shown if not each.verdict]
    past = [each for each in found.shown if each.verdict]
    number = 0
    for title, group in (("Open", open), ("With a verdict", past)):
        if group:
            blocks += [{"type": "divider"}, {"type": "header", "text": _plain(title)}]
        for each in group:
            blocks += _consultation(each, number, seal)
            number += 1
    if not found.shown:
        blocks += [
            {"type": "divider"},
            _section("You have no consultation yet. Begin one here, or mention me in a channel."),
        ]
    kept = "a day" if days == 1 else f"{days} days"
    listed = len(found.shown)
    more = f"The newest {listed} of your {found.total} consultations are listed. " if listed < found.total else ""
    blocks.append(
        _context(
            f"{more}Only you see this page. What is said to me is kept for {kept} after the last word, then deleted; "
            "*Forget* deletes it now, for everybody in it. I am automated and can be wrong: check what matters."
        )
    )
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


def _consultation(each: Summary, number: int, seal: Callable[[str, str], str]) -> list[Block]:
    title = markup.mrkdwn(escaped(short(" ".join(each.title.split()) or "Untitled", TITLE)))
    stands = each.verdict or each.question or "Nothing is asked at the moment."
    lines = [f"*{title}*", markup.mrkdwn(stands), *(["A trial is running."] if each.running else [])]
    when = int(each.updated.timestamp())
    said = f"<!date^{when}^{{date_short_pretty}}|{each.updated:%Y-%m-%d}>"
    buttons = [
        _button("Where it is", action_id(each.id, number, OPEN), seal(each.id, OPEN)),
        {
            **_button("Forget", action_id(each.id, number, FORGET), seal(each.id, FORGET)),
            "confirm": {
                "title": _plain("Forget this consultation?"),
                "text": _plain("Its facts, samples and verdict are deleted. The messages in Slack stay."),
                "confirm": _plain("Forget it"),
                "deny": _plain("Keep it"),
            },
        },
    ]
    return [
        _section(short("\n".join(lines), SECTION)),
        _context(f"{_where(each)} · {said}"),
        {"type": "actions", "elements": buttons},
    ]


def _where(each: Summary) -> str:
    place = ids.place(each.id)
    if place.channel.startswith("D"):
        return "In our direct messages"
    return f"In <#{place.channel}>" + (", where only you saw it" if place.person or each.private else "")


def _button(label: str, id: str, value: str = "") -> Block:
    return {"type": "button", "action_id": id, "text": _plain(label), **({"value": value} if value else {})}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
