"""Pictures of the main messages, to look at: python -m tests.slack.pictures FOLDER (with Chromium for PNG files)."""

import asyncio
import base64
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.slack.inbound.home import home_view
from adapters.slack.render.modals import modal
from bot.chat.form_openers import DATASET, SAMPLES, Paste, opened_by
from bot.chat.reply import Choices, Form, Option, Part, Picture, Progress, Table, Text
from bot.consultation.base import Value
from bot.platform.overview import Overview, Summary
from bot.platform.port import Delivered
from bot.trial.report.picture import alt, draw
from bot.turn.trials import stop
from tests.fakes.slack import Message, View
from tests.fakes.slack.paint import page
from tests.knowledge.clauses import GATES
from tests.slack.delivery import KNOWLEDGE, Bench, bench
from tests.slack.replies import DAY, PNG
from tests.support import scenes
from tests.support.consulting import Talk
from tests.trial.makers import reported, result, rung

Shown = list[Message | View]


async def question(at: Bench) -> Shown:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    return await _said(at, talk.parts)


async def several(at: Bench) -> Shown:
    form = opened_by(KNOWLEDGE, "answer", ("output", "knowledge", "volume", "calls_per_day", "owner"))
    assert isinstance(form, Form)
    asked = Text(markdown=" ".join(field.ask for field in form.fields), voice="ask")
    alone = opened_by(KNOWLEDGE, "answer", ("examples",))
    count = Text(markdown=f"{form.fields[2].ask} This matters now because {form.fields[2].why}.", voice="ask")
    assert isinstance(alone, Form)
    return await _said(at, [asked, form, count, alone])


async def verdict(at: Bench) -> Shown:
    talk = Talk({fact: value for fact, value in GATES.items() if fact != "owner"})
    await talk.hear()
    told: dict[str, Value | None] = {"owner": None}
    await talk.tell(told)
    tried = result(rung("bare", 2, 5), rung("instructed", 4, 5))
    shown = Picture(name="trial.png", alt=alt(tried), png=_base64(draw(tried)))
    return await _said(at, [*talk.parts, shown])


async def use_offer(at: Bench) -> Shown:
    return await _said(at, await scenes.use_offer())


async def file_check(at: Bench) -> Shown:
    return await _said(at, await scenes.file_check())


async def passed_on(at: Bench) -> Shown:
    return await _said(at, await scenes.passed_on())


async def trial(at: Bench) -> Shown:
    talk = await scenes.trial(GATES, {"quality_ok": True, "eval_items": 4, "baseline_known": True})
    return await _said(at, talk.parts)


async def trial_question(at: Bench) -> Shown:
    talk = await scenes.trial({"need": ("style",)}, {"eval_items": 4, "baseline_known": True})
    return await _said(at, talk.parts)


async def trial_details(at: Bench) -> Shown:
    return await _said(at, list(reported().details))


async def facts(at: Bench) -> Shown:
    talk = Talk(GATES)
    await talk.hear()
    await talk.say("status")
    return await _said(at, talk.parts)


async def voices(at: Bench) -> Shown:
    return await _said(
        at,
        [
            Text(markdown='Noted: example pairs: 400 ("about 400 tickets"); *tone or style*.', voice="notice"),
            Text(markdown="Your file has 12 rows; the `messages` of row 3 end with the user.", voice="error"),
            Choices(
                action="trial",
                text="Or let us see. Paste up to 50 inputs, each with the answer you would have given.",
                options=(Option(value="paste", label="Paste samples"), Option(value="skip", label="Skip")),
            ),
            Table(
                headers=("", "Calls a day", "Prompted", "Tuned"),
                rows=(("1", "5,000", "$12.40", "$3.10"), ("2", "50,000", "$124.00", "$31.00")),
                caption="What it costs a day",
            ),
        ],
    )


async def progress(at: Bench) -> Shown:
    for done in (0, 31):
        at.slack.pass_time(2)
        await at.say(
            Progress(id="trial-1", done=done, total=45, text="instructed: item 4 of 5, run 2"), stop("trial-1")
        )
    return [*at.said()]


async def private(at: Bench) -> Shown:
    talk = Talk()
    await talk.say("should we finetune? our replies sound wrong")
    await at.say(*talk.parts, to=at.own(at.slack.general), via=at.via())
    await at.say(Picture(name="a.png", alt="Items passed, 5 items: bare 40 %.", png=PNG), to=at.own(at.slack.general))
    return [*at.said()]


async def home(at: Bench) -> Shown:
    def one(title: str, verdict: str | None, question: str | None, days: int, **more: Any) -> Summary:
        updated = DAY - timedelta(days=days)
        given: dict[str, Any] = {"id": at.thread, "private": False, "running": False, **more}
        return Summary(title=title, verdict=verdict, question=question, updated=updated, **given)

    summaries = [
        one("Our support replies never keep our tone", None, "What have you tried in the prompt?", 0, running=True),
        one("Sort tickets into 5 queues", "Prompt first", None, 2),
        one("A model of our own", "Retrieval instead", None, 9, id=at.own(at.slack.general), private=True),
    ]
    return await _home(at, summaries)


async def empty_home(at: Bench) -> Shown:
    return await _home(at, [])


async def facts_modal(at: Bench) -> Shown:
    form = opened_by(KNOWLEDGE, "answer", ("need", "output", "examples", "quality_ok"))
    assert form
    return await _modal(at, form)


async def paste_modal(at: Bench) -> Shown:
    return await _modal(at, SAMPLES)


async def dataset_modal(at: Bench) -> Shown:
    return await _modal(at, DATASET)


async def fix_modal(at: Bench) -> Shown:
    form = opened_by(KNOWLEDGE, "fix", ("calls_per_day",))
    assert form
    return await _modal(at, form)


SCENES: dict[str, Callable[[Bench], Any]] = {
    scene.__name__: scene
    for scene in (
        question,
        several,
        verdict,
        use_offer,
        file_check,
        passed_on,
        trial,
        trial_question,
        trial_details,
        facts,
        voices,
        progress,
        private,
        home,
        empty_home,
        facts_modal,
        paste_modal,
        dataset_modal,
        fix_modal,
    )
}


async def painted(name: str, folder: Path) -> tuple[Shown, str]:
    """Return what a scene shows, and its page."""
    async with bench(folder) as at:
        shown = await SCENES[name](at)
        return shown, page(at.slack, shown)


async def _said(at: Bench, parts: list[Part]) -> Shown:
    assert await at.say(*parts) == Delivered()
    return [*at.said()]


async def _home(at: Bench, summaries: Sequence[Summary]) -> Shown:
    view = home_view(
        Overview(tuple(summaries), len(summaries)), lambda conversation, action: f"{action}~{conversation}", days=30
    )
    client: Any = await at.clients.client(at.team)
    await client.views_publish(user_id=at.slack.alice, view=view)
    found = at.slack.home(at.slack.alice)
    assert found
    return [found]


async def _modal(at: Bench, form: Form | Paste) -> Shown:
    client: Any = await at.clients.client(at.team)
    trigger = at.slack.new_trigger(at.team, at.slack.alice)
    await client.views_open(trigger_id=trigger, view=modal(form, "carried"))
    found = at.slack.modal(at.slack.alice)
    assert found
    return [found]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def _pages() -> dict[str, str]:
    pages: dict[str, str] = {}
    for name in SCENES:
        with tempfile.TemporaryDirectory() as folder:
            _, pages[name] = await painted(name, Path(folder))
    return pages


def main(folder: Path) -> None:
    """Write a page for each scene, and a picture where there is a Chromium."""
    folder.mkdir(parents=True, exist_ok=True)
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    for name, html in asyncio.run(_pages()).items():
        made = folder / f"{name}.html"
        made.write_text(html, encoding="utf-8")
        if browser:
            options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=412,1400"]
            to = f"--screenshot={made.with_suffix('.png')}"
            subprocess.run([browser, *options, to, made.as_uri()], check=True, capture_output=True)
    print(f"{len(SCENES)} pages in {folder}" + ("" if browser else "; no Chromium was found, so there are no pictures"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
