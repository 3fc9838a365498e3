"""Pictures of the main messages, to look at: python -m tests.discord.pictures FOLDER (with Chromium for PNG files)."""

import asyncio
import base64
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from adapters.discord.render.modals import modal, words_modal
from bot.chat.form_openers import DATASET, SAMPLES, Paste, opened_by
from bot.chat.reply import Choices, Form, Option, Part, Picture, Progress, Table, Text
from bot.consultation.base import Value
from bot.platform.port import Delivered
from bot.trial.report.picture import alt, draw
from bot.turn.trials import stop
from tests.discord.delivery import KNOWLEDGE, Bench, bench
from tests.discord.replies import PNG
from tests.fakes.discord import Message, Modal, permissions
from tests.fakes.discord.paint import page
from tests.knowledge.clauses import GATES
from tests.support import scenes
from tests.support.consulting import Talk
from tests.trial.makers import reported, result, rung

Shown = Sequence[Message | Modal]


async def question(at: Bench) -> Shown:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    return await _said(at, talk.parts)


async def several(at: Bench) -> Shown:
    form = opened_by(KNOWLEDGE, "answer", ("output", "knowledge", "volume", "calls_per_day", "owner"))
    alone = opened_by(KNOWLEDGE, "answer", ("examples",))
    assert isinstance(form, Form) and isinstance(alone, Form)
    asked = Text(markdown=" ".join(field.ask for field in form.fields), voice="ask")
    count = Text(markdown=f"{form.fields[2].ask} This matters now because {form.fields[2].why}.", voice="ask")
    return await _said(at, [asked, form, count, alone])


async def verdict(at: Bench) -> Shown:
    talk = Talk({fact: value for fact, value in GATES.items() if fact != "owner"})
    await talk.hear()
    told: dict[str, Value | None] = {"owner": None}
    await talk.tell(told)
    tried = result(rung("bare", 2, 5), rung("instructed", 4, 5))
    png = base64.b64encode(draw(tried)).decode()
    return await _said(at, [*talk.parts, Picture(name="trial.png", alt=alt(tried), png=png)])


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
            Table(
                headers=("Rule", "What it says", "Where it comes from"),
                rows=(("Words first", "Try words before weights, and measure both", "Three guides of 2025"),),
            ),
        ],
    )


async def progress(at: Bench) -> Shown:
    for done in (0, 31):
        at.discord.advance(2)
        far = Progress(id="trial-1", done=done, total=45, text="instructed: item 4 of 5, run 2")
        await at.say(far, stop("trial-1"), via=at.mention)
    return at.said()


async def private(at: Bench) -> Shown:
    talk = Talk()
    await talk.say("should we finetune? our replies sound wrong")
    _, via = await at.command()
    await at.say(*talk.parts, where=at.own, via=via)
    await at.say(Picture(name="a.png", alt="Items passed, 5 items: bare 40 %.", png=PNG), where=at.own, via=via)
    return at.said(at.general, at.ana)


async def in_the_channel(at: Bench) -> Shown:
    at.discord.overwrite(at.general, at.discord.bot, deny=permissions.CREATE_PUBLIC_THREADS)
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await at.say(*talk.parts, via=at.mention)
    return at.said(at.general)


async def facts_form(at: Bench) -> Shown:
    form = opened_by(KNOWLEDGE, "answer", ("need", "output", "examples", "quality_ok"))
    assert form
    return await _form(at, form)


async def volume_form(at: Bench) -> Shown:
    form = opened_by(KNOWLEDGE, "fix", ("calls_per_day",))
    assert form
    return await _form(at, form)


async def paste_form(at: Bench) -> Shown:
    return await _form(at, SAMPLES)


async def dataset_form(at: Bench) -> Shown:
    return await _form(at, DATASET)


async def continue_form(at: Bench) -> Shown:
    return await _form(at, None)


SCENES: dict[str, Callable[[Bench], Awaitable[Shown]]] = {
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
        in_the_channel,
        facts_form,
        volume_form,
        paste_form,
        dataset_form,
        continue_form,
    )
}


async def painted(name: str, folder: Path) -> tuple[Shown, str]:
    """Return what a scene shows, and its page."""
    async with bench(folder, content=name != "several") as at:
        shown = await SCENES[name](at)
        return shown, page(shown)


async def _said(at: Bench, parts: Sequence[Part]) -> Shown:
    assert await at.say(*parts, via=at.mention) == Delivered()
    return at.said()


async def _form(at: Bench, form: Form | Paste | None) -> Shown:
    used = at.discord.command(at.ana, at.general, "finetune")
    data = words_modal("carried") if form is None else modal(form, "carried")
    await at.respond(used, {"type": 9, "data": data})
    return at.discord.modals


def _main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    for name in SCENES:
        with tempfile.TemporaryDirectory() as home_folder:
            _, html = asyncio.run(painted(name, Path(home_folder)))
        made = folder / f"{name}.html"
        made.write_text(html, encoding="utf-8")
        if browser:
            picture = made.with_suffix(".png")
            options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=412,1400"]
            command = [browser, *options, f"--screenshot={picture}", made.as_uri()]
            subprocess.run(command, check=True, capture_output=True)
    print(f"{len(SCENES)} pages in {folder}" + ("" if browser else "; no Chromium was found, so there are no pictures"))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
