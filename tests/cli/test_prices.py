"""`advisor prices`: the list, and how it stands to the public table and to what a server says."""

import asyncio

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.published import published
from tests.fakes.model.server import Answer, model_server

TAKEN = str(published().taken)


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit code of the command and what it says."""
    done = CliRunner().invoke(app, ["prices", *arguments])
    return done.exit_code, done.output


def test_without_a_check_each_price_is_listed_with_its_day() -> None:
    code, said = run()
    assert code == 0
    assert "openai/gpt-6-luna" in said and "2026-11-22" in said


@pytest.mark.parametrize(("day", "code"), [(TAKEN, 0), ("2027-06-01", 1)])
def test_the_exit_code_tells_whether_there_is_something_to_look_at(day: str, code: int) -> None:
    found, said = run("--check", "--no-model", "--on", day)
    assert found == code
    assert f"Compared with {published().source}, taken on {TAKEN}" in said
    assert ("Nothing differs" in said) is (code == 0)


async def test_a_server_that_says_when_its_models_end_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = {"gpt-6-luna": "2027-08-01", "odd": "soon"}
    async with model_server(lambda _: Answer(), ("gpt-6-luna", "odd"), ends) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        code, said = await asyncio.to_thread(run, "--check", "--on", TAKEN)
    assert code == 1
    assert "gpt-6-luna: it ends on no day here, and on 2027-08-01 as 127.0.0.1" in said
    assert "odd" not in said and "key" not in said


async def test_a_server_that_cannot_be_reached_leaves_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    code, said = await asyncio.to_thread(run, "--check", "--on", TAKEN)
    assert code == 0
    assert "Its dates could not be read: " in said and "Nothing differs" in said
