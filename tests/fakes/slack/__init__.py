"""A strict Slack on loopback: what Slack refuses it refuses, and what a good app would not do it writes down.

    async with FakeSlack() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        slack.deliver_to("http://127.0.0.1:3000/slack/events")   # HTTP; without it, Socket Mode
        await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
        await slack.until(lambda: slack.seen(slack.general, user=slack.alice)[1:])
        slack.check()                                             # no offence, no fault left unspent

A gesture (say, command, press, submit ...) returns once the app has answered its first delivery, or let it time out;
redeliveries go on behind. Ids are plain strings.
"""

from tests.fakes.slack.looks import text_of
from tests.fakes.slack.service import FakeSlack
from tests.fakes.slack.state import BOT_SCOPES, EVENTS, Ack, ApiCall, File, Message, Offence, View

__all__ = ["BOT_SCOPES", "EVENTS", "Ack", "ApiCall", "FakeSlack", "File", "Message", "Offence", "View", "text_of"]
