"""`advisor trial FILE` with somebody at a terminal, as a program: who stops it, judges, and is asked."""

import asyncio
import os
import pty
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.trial.run import MOST_AT_ONCE
from tests.cli.test_trial import MANY, right
from tests.cli.test_trial import pairs as _pairs
from tests.console.terminal import COMMAND, environment
from tests.fakes.model.server import Answer, Body, model_server, says
from tests.support.forked import start

pairs = _pairs


PROMPT = b"\x1b[?2004h"
"""What a terminal is told where a line begins that can be typed: from here on keys are taken."""


async def at_a_terminal(url: str, path: Path, press: Callable[[bytes], bytes | int]) -> tuple[int, str]:
    """Run it on a real terminal; `press` gets what is shown so far and returns keys to send, or a signal.

    Whoever presses nothing under a result ends there.
    """
    ours, theirs = pty.openpty()
    env = environment(path.parent / "home", OPENAI_BASE_URL=url, COLUMNS="100")
    process = await start([*COMMAND[1:], "trial", str(path)], env, stdin=theirs, stdout=theirs, terminal=True)
    os.close(theirs)
    shown, answered = b"", 0
    while True:
        try:
            got = await asyncio.to_thread(os.read, ours, 65536)
        except OSError:
            break
        if not got:
            break
        shown += got
        match press(shown):
            case bytes() as keys if keys:
                answered = shown.count(PROMPT)
                os.write(ours, keys)
            case int() as number:
                process.send_signal(number)
            case _ if shown.count(PROMPT) > answered and shown.rfind(PROMPT) > shown.rfind(b"Enter to end") > 0:
                answered = shown.count(PROMPT)
                os.write(ours, b"\r")
            case _:
                pass
    os.close(ours)
    return await process.wait(), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


async def test_control_c_stops_the_trial_and_shows_what_was_measured(pairs: Path) -> None:
    asked = 0

    def script(body: Body) -> Answer:
        nonlocal asked
        asked += 1
        return right(body) if asked <= 20 else Answer({}, delay=120)

    sent: list[int] = []

    def press(_: bytes) -> bytes | int:
        # Whoever has had one of the answers has counted it, and asked anew: so many ask at once.
        if asked == 20 + MOST_AT_ONCE and not sent:
            sent.append(1)
            return signal.SIGINT
        return b""

    async with model_server(script) as server:
        async with asyncio.timeout(180):
            code, shown = await at_a_terminal(server.url, pairs, press)
    assert code == 1
    assert "Stopped early: 20 of 60 calls were made." in " ".join(shown.split())
    assert "Traceback" not in shown


async def test_a_person_judges_at_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text("prompt: Write a haiku about rain, please.\nrepeats: 2", encoding="utf-8")
    answered = 0

    def press(shown: bytes) -> bytes | int:
        nonlocal answered
        if shown.count(PROMPT) > answered == 0:
            answered += 1
            return b"y\r"
        return b""

    async with model_server(lambda _: says("Rain falls")) as server:
        async with asyncio.timeout(180):
            code, shown = await at_a_terminal(server.url, path, press)
    assert code == 0
    assert answered == 1
    assert "1 of 1 (21 to 100 %)" in shown
    assert "promising, not proof" in " ".join(shown.split())


LETTERS = """
scorer: human
repeats: 1
rungs: [bare]
items: [[a, one long letter], [b, two], [c, three], [d, four], [e, five]]
"""


def each_its_own(body: Body) -> Answer:
    return says(f"Dear {body['messages'][-1]['content'].strip()[-1]}")


def answers(*said: str) -> Callable[[bytes], bytes | int]:
    """Answer each question for a judgement in turn; a letter or Enter follows under the result."""
    left = list(said)
    seen = 0

    def press(shown: bytes) -> bytes | int:
        nonlocal seen
        asked = shown.count(PROMPT)
        if asked > seen and left:
            seen = asked
            return left.pop(0).encode() + b"\r"
        return b""

    return press


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (("all good",), "5 of 5 (57 to 100 %)"),
        (("200", "not 2, the rest is fine"), "4 of 5 ("),
    ],
)
async def test_praise_in_words_is_read_as_it_is_meant(tmp_path: Path, said: tuple[str, ...], wanted: str) -> None:
    path = tmp_path / "letters.yaml"
    path.write_text(LETTERS, encoding="utf-8")
    async with model_server(each_its_own) as server, asyncio.timeout(180):
        _, shown = await at_a_terminal(server.url, path, answers(*said))
    assert f"bare did best: {wanted}" in " ".join(shown.split())


async def test_what_cannot_be_read_is_never_measured(tmp_path: Path) -> None:
    path = tmp_path / "letters.yaml"
    path.write_text(LETTERS, encoding="utf-8")
    async with model_server(each_its_own) as server, asyncio.timeout(180):
        code, shown = await at_a_terminal(server.url, path, answers("200", "rather nice", ""))
    assert code == 1
    told = " ".join(shown.split())
    assert "5 outputs are left open: neither passed nor failed." in told
    assert "nobody has judged them yet" in told
    assert not path.with_name("letters-trial.png").exists()


async def test_under_a_result_it_is_scored_another_way_without_new_calls(tmp_path: Path) -> None:
    path = tmp_path / "letters.yaml"
    path.write_text(LETTERS.replace("one long letter", "Dear a"), encoding="utf-8")
    async with model_server(each_its_own) as server, asyncio.timeout(180):
        # a: the details; b: the first other scorer.
        _, shown = await at_a_terminal(server.url, path, answers("none", "a", "b"))
    told = " ".join(shown.split())
    assert "Nothing passed: 0 of 5" in told
    assert "One of the prompts" in told, "details come on request"
    assert "Scored: exact, character for character" in told
    assert len(server.asked) == 5


async def test_a_person_is_asked_above_the_cap(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text(MANY, encoding="utf-8")
    answers = {b"n\n": 2, b"y\n": 1}
    for keys, wanted in answers.items():
        sent: list[int] = []

        def press(shown: bytes, keys: bytes = keys, sent: list[int] = sent) -> bytes | int:
            if b"Run it?" in shown and not sent:
                sent.append(1)
                return keys
            return b""

        async with model_server(lambda _: says("yes")) as server:
            async with asyncio.timeout(180):
                code, shown = await at_a_terminal(server.url, path, press)
        assert code == wanted
        assert "That is above the cap of 200 calls." in " ".join(shown.split())
        assert bool(server.asked) == (keys == b"y\n")
