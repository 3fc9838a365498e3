"""A consultation at a real terminal, with the real store and a real model server on loopback."""

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.store.consultations import open_store
from bot.store.embedded import locked
from tests.console.terminal import Terminal, chat
from tests.fakes.model.server import Answer, Body, ModelServer, fails, model_server, says

PAIRS = "\n\n".join(
    f"input: {text}\noutput: {label}"
    for text, label in [
        ("the soup was cold", "negative"),
        ("best pizza in town", "positive"),
        ("waited an hour", "negative"),
        ("lovely staff", "positive"),
        ("far too salty", "negative"),
    ]
)
GOOD = ("pizza", "lovely")


def knows(body: Body) -> Answer:
    """Answer right where examples stand in the prompt, and with an essay otherwise."""
    messages = body["messages"]
    text = messages[-1]["content"]
    label = "positive" if any(word in text for word in GOOD) else "negative"
    return says(
        label if any(m["role"] == "assistant" for m in messages) else f"I would say that it is {label}, overall."
    )


@pytest.fixture
async def server() -> AsyncGenerator[ModelServer]:
    async with model_server(knows) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


async def test_closing_the_terminal_ends_the_program_and_its_store(tmp_path: Path) -> None:
    async with chat(tmp_path, "--no-model") as terminal:
        await to_a_question(terminal)
        terminal.hang_up()
        await terminal.end()
    store = tmp_path / "store"
    async with asyncio.timeout(30):
        for lock in ("keeper.lock", "server.lock"):
            while not free(store / lock):  # noqa: ASYNC110  what is waited for is another process
                await asyncio.sleep(0.02)


def free(lock: Path) -> bool:
    with locked(lock) as free:
        return free


def with_model(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k", "ADVISOR_MODEL": "m"}


async def to_a_question(terminal: Terminal) -> None:
    await terminal.until("Should you finetune?")
    terminal.type("our review classifier gives wrong labels")
    await terminal.until("It matters now because")


async def test_from_nothing_to_a_verdict_with_numbered_choices(home: Path) -> None:
    async with chat(home, "--no-model") as terminal:
        await terminal.until("No model: rules and choices only")
        await terminal.until("Should you finetune?")
        terminal.type("it never keeps our tone")
        await terminal.until('Noted: "never keeps our tone"')
        await terminal.until("6 Free text")
        terminal.type("6")
        await terminal.until("0 I don't know")
        terminal.type("2")
        await terminal.until("Does any untuned model")
        terminal.type("no")
        await terminal.until("What have you tried in the prompt?")
        terminal.type("2 3")
        await terminal.until("Which models")
        terminal.type("0")
        screen = await terminal.until("This would change if")
        assert "Because" in screen and "Rule " in screen
        await terminal.until("a) Why")
        terminal.type("a")
        await terminal.until("Next")
        terminal.type("exit")
        assert await terminal.end() == 0


async def test_samples_run_and_their_result_decides(home: Path, server: ModelServer) -> None:
    async with chat(home, **with_model(server)) as terminal:
        await terminal.until("Model: m at 127.0.0.1")
        await to_a_question(terminal)
        terminal.paste(PAIRS)
        await terminal.until("few-shot did best: 5 of 5 (57 to 100 %)")
        await terminal.until("Picture:")
        await terminal.until("For your case")
        terminal.type("/facts")
        await terminal.until("measured")
        terminal.type("/quit")
        assert await terminal.end() == 0
    assert list((home / "pictures").glob("*.png"))
    ours = [b for b in server.asked if b["messages"][0]["role"] != "system" or "response_format" not in b]
    assert 15 <= len(ours) <= 75, "each rung was asked for every item, and none beyond the grid"


async def test_ctrl_c_stops_the_trial_and_not_the_program(home: Path) -> None:
    def slow(body: Body) -> Answer:
        answer = knows(body)
        return Answer(answer.body, delay=2.0)

    async with model_server(slow) as server, chat(home, **with_model(server)) as terminal:
        await to_a_question(terminal)
        terminal.paste(PAIRS)
        await terminal.until("Ctrl-C stops the trial")
        while not server.asked:  # noqa: ASYNC110  the server knows, and tells nobody
            await asyncio.sleep(0.02)
        terminal.interrupt()
        await terminal.until("Stopped. What was measured is kept.")
        terminal.type("rule 2")
        screen = await terminal.until("Rule 2 ·")
        assert "Traceback" not in screen
        terminal.type("/quit")
        assert await terminal.end() == 0


async def test_a_killed_trial_goes_on_where_it_was(home: Path) -> None:
    asked: list[str] = []

    def slow(body: Body) -> Answer:
        asked.append(str(body["messages"]))
        return Answer(knows(body).body, delay=0.3)

    async with model_server(slow) as server:
        async with chat(home, **with_model(server)) as terminal:
            await to_a_question(terminal)
            asked.clear()
            terminal.paste(PAIRS)
            while len(asked) < 40:
                await asyncio.sleep(0.02)
                assert terminal.process.returncode is None
            await terminal.kill()
        first = len(asked)
        async with chat(home, "--resume", **with_model(server)) as terminal:
            await terminal.until("A trial was under way")
            await terminal.until("few-shot did best: 5 of 5")
            terminal.type("/quit")
            assert await terminal.end() == 0
    whole, in_flight = 47, 32  # calls until these samples are decided, and those that a kill costs at most
    assert first < len(asked) <= whole + in_flight < first + whole


async def test_a_consultation_is_resumed_after_kill_9(home: Path) -> None:
    async with chat(home, "--no-model") as terminal:
        await terminal.until("Should you finetune?")
        terminal.type("we have about 40 examples")
        await terminal.until('40 examples"')
        await terminal.until("I don't know")
        await terminal.kill()
    async with chat(home, "--no-model", "--resume") as terminal:
        await terminal.until("Going on with the consultation")
        await terminal.until('40 examples"')
        await terminal.until("I don't know")
        terminal.type("/forget")
        await terminal.until("Forgotten")
        terminal.type("/quit")
        assert await terminal.end() == 0
    async with chat(home, "--no-model", "--resume") as terminal:
        await terminal.until("There is no consultation to go on with")


async def test_the_store_is_killed_in_the_middle_and_nothing_is_lost(home: Path) -> None:
    async with chat(home, "--no-model") as terminal:
        await terminal.until("Should you finetune?")
        terminal.type("we have about 40 examples")
        await terminal.until('40 examples"')
        await terminal.until("I don't know")
        await asyncio.sleep(1.2)  # the append-only file is written to disk once a second
        pid = await server_of(home)
        (await asyncio.create_subprocess_exec("kill", "-9", str(pid))).returncode  # noqa: B018
        await asyncio.sleep(0.3)
        terminal.type("it never keeps our tone")
        await terminal.until('never keeps our tone"')
        terminal.type("/facts")
        screen = await terminal.until('40 examples"')
        assert "Traceback" not in screen
        terminal.type("/quit")
        assert await terminal.end() == 0


async def server_of(home: Path) -> int:
    settings = Settings(ADVISOR_HOME=home)  # pyright: ignore[reportCallIssue]
    async with open_store(settings) as store:
        info = str(await store.connection.call("INFO", "server"))
    found = re.search(r"process_id['\": ]+(\d+)", info)
    assert found, info[:200]
    return int(found.group(1))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fails(401, "bad key"), "does not accept the key"),
        (Answer("<html>hello</html>", content_type="text/html"), "answers, but not as a model server"),
    ],
)
async def test_a_broken_model_is_one_sentence_and_the_consultation_goes_on(
    home: Path, answer: Answer, said: str
) -> None:
    async with model_server(lambda _: answer) as server, chat(home, **with_model(server)) as terminal:
        await terminal.until("Should you finetune?")
        terminal.type("it never keeps our tone")
        await terminal.until(said)
        await terminal.until('Noted: "never keeps our tone"')
        screen = await terminal.until("I don't know")
        assert "Traceback" not in screen
        assert re.search(r"Reference [0-9a-f]{6}", screen)
        terminal.type("/quit")
        assert await terminal.end() == 0
    assert re.search(r"model error, reference [0-9a-f]{6}", (home / "advisor.log").read_text(encoding="utf-8"))


async def test_a_prompt_alone_is_judged_by_the_person(home: Path, server: ModelServer) -> None:
    async with chat(home, **with_model(server)) as terminal:
        await to_a_question(terminal)
        terminal.type("/try")
        await terminal.until("One prompt alone works too")
        terminal.paste("Write one friendly line\nthat thanks a guest for the visit.")
        await terminal.until("Which of them would you send?")
        await terminal.until("Enter leaves it open")
        terminal.type("rather nice")
        await terminal.until("I cannot tell from that")
        terminal.type("y")
        await terminal.until("1 of 1")
        terminal.type("/quit")
        assert await terminal.end() == 0


async def test_the_choices_under_a_result_do_what_they_say(home: Path, server: ModelServer) -> None:
    async with chat(home, **with_model(server)) as terminal:
        await to_a_question(terminal)
        terminal.paste(PAIRS)
        await terminal.until("few-shot did best: 5 of 5")
        await terminal.until("a) details")
        await terminal.until("b) run it again")
        await terminal.until("c) Exactly equal")
        assert "The prompt that did best" not in terminal.screen
        terminal.type("a")
        await terminal.until("The prompt that did best")
        terminal.type("c")
        await terminal.until("Scored: exact, character for character")
        await terminal.until("b) run it again")
        terminal.type("/quit")
        assert await terminal.end() == 0


async def test_an_output_that_was_left_open_is_judged_later(home: Path, server: ModelServer) -> None:
    async with chat(home, **with_model(server)) as terminal:
        await to_a_question(terminal)
        terminal.type("/try")
        await terminal.until("One prompt alone works too")
        terminal.paste("Write one friendly line\nthat thanks a guest for the visit.")
        await terminal.until("Enter leaves it open")
        terminal.type("")
        await terminal.until("nobody has judged them yet")
        await terminal.until("judge 1 open output")
        terminal.type("judge")
        await terminal.until("Enter leaves it open")
        terminal.type("y")
        await terminal.until("1 of 1")
        terminal.type("/quit")
        assert await terminal.end() == 0


async def test_a_file_that_is_no_utf8_names_the_byte(home: Path, server: ModelServer) -> None:
    bad = home / "bad.csv"
    bad.write_bytes(b"input,output\ncaf\xe9,x\n")
    async with chat(home, **with_model(server)) as terminal:
        await to_a_question(terminal)
        terminal.type(f"/try {bad}")
        await terminal.until("bad.csv is not UTF-8 (byte 17)")
        terminal.type("/quit")
        assert await terminal.end() == 0
