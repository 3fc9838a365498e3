"""The process dies in the middle of a conversation, as by `kill -9`, and another one goes on."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.model.server import model_server
from tests.fakes.slack import text_of
from tests.slack.service import SAMPLES, Gate, fake, menus, opened, press, serving, sorts

ASK = "should we finetune? it often mixes the categories up"


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_a_conversation_survives_kill_9_and_its_buttons_work_once(tmp_path: Path, way: str) -> None:
    async with (
        fake(gaps=(0.2, 4.0, 30.0)) as slack,
        model_server(sorts) as model,
        serving(slack, tmp_path / "home", way, model=model, own=True) as whole,
    ):
        thread = await whole.mention(slack.alice, ASK)
        asked = await thread.reads("What kind of answer should come out?")
        await slack.command(slack.bob, slack.general, text="check we have 12 examples")
        alone = whole.alone(slack.bob)
        own = await alone.reads("What kind of answer should come out?")
        await whole.kill()

        # What is said meanwhile nobody acknowledges; Slack brings it again, and it is answered once.
        waiting = asyncio.create_task(thread.say(slack.alice, "we have 400 examples"))
        await slack.until(lambda: [ack for ack in slack.acks if not ack.ok], 90)
        await whole.spawn()
        await waiting
        await slack.settled()
        assert slack.lost == []
        now = await thread.reads('Noted: "400 examples"')
        assert not menus(asked), "the question is open in one place"

        # It is answered once: by one who sees it, and once more each by two on a late screen.
        [menu] = menus(now)
        choice = next(each["value"] for each in menu["options"] if each["text"]["text"] == "One of a few labels")
        other = next(each["value"] for each in menu["options"] if each["text"]["text"] == "Program code")
        await slack.select(slack.bob, now, menu["action_id"], choice)
        await thread.reads("Could a written rule")
        await slack.until(lambda: f"<@{slack.bob}>: One of a few labels" in text_of(now))
        await slack.select(slack.bob, now, menu["action_id"], choice, stale=True)
        await slack.select(slack.alice, now, menu["action_id"], other, stale=True)
        await thread.quiet()
        assert thread.text().count("Could a written rule, a search pattern or a database query give the answer? ") == 1
        assert "Program code" not in text_of(now)

        # What only bob saw is still his, and works.
        await press(slack, slack.bob, own, "I don't know")
        await alone.reads("What kind of answer should come out?")
        await thread.say(slack.alice, f"<@{slack.bot}> verdict")
        await thread.reads("A fact is wrong")
        slack.check()


async def test_a_trial_goes_on_after_kill_9_and_only_its_people_stop_it(tmp_path: Path) -> None:
    gate = Gate(free=24)
    async with (
        fake() as slack,
        model_server(gate) as model,
        serving(slack, tmp_path / "home", "socket", model=model, own=True) as whole,
    ):
        thread = await whole.mention(slack.alice, ASK)
        await thread.reads("What kind of answer should come out?")
        await thread.say(slack.alice, "try")
        await thread.press(slack.alice, "Paste samples")
        view = await opened(slack, slack.alice)
        await slack.submit(view, {"samples": SAMPLES})
        begun = await thread.reads("/60")
        await slack.until(lambda: gate.free < 0)
        await whole.kill()
        gate.free = 24  # whatever of the first ones was kept, some are measured
        await whole.spawn()
        await slack.until(lambda: gate.free < 0, 90)
        await press(slack, slack.bob, begun, "Stop")
        await thread.reads("can stop this trial", user=slack.bob)
        assert not thread.pictures
        await thread.say(slack.alice, f"<@{slack.bot}> stop")
        await thread.reads("I stop the trial")
        await slack.until(lambda: thread.pictures, 90)
        await thread.quiet()
        assert len(thread.pictures) == 1 and "/60" not in thread.text(), "the result is where its progress was"
        slack.check()
