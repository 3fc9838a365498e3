"""What `advisor doctor` finds out about a model server."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.doctor_checks import examine, lacking
from bot.model.learnt import NAME
from bot.settings import Settings
from tests.fakes.model.server import Answer, Body, fails, model_server, says


async def test_it_tries_what_a_trial_needs_and_says_what_the_server_wants(tmp_path: Path) -> None:
    def script(body: Body) -> Answer:
        if any(message["role"] == "system" for message in body["messages"]):
            return fails(400, "System role not supported")
        if body["max_tokens"] > 2000:
            return fails(400, "max_tokens must be less than or equal to 2000")
        if "response_format" in body:
            return fails(422, "response_format: Extra inputs are not permitted")
        return says('{"word": "warm"}')

    async with model_server(script) as server:
        settings = Settings(
            OPENAI_BASE_URL=server.url,
            ADVISOR_MODEL="m",
            ADVISOR_HOME=tmp_path,
            REDIS_URL=SecretStr("redis://127.0.0.1:1"),
        )
        found = [check for check in await examine(settings, no_model=False) if check.name == "model"]
        assert [check.ok for check in found[:2]] == [True, None]
        assert found[1].text == (
            "it is asked in its own way: no system messages, answers of at most 2,000 tokens, forms as words"
        )
        # It looks anew each time, since a server may have changed.
        first = len(server.asked)
        await examine(settings, no_model=False)
        assert len(server.asked) == 2 * first
    assert (tmp_path / NAME).is_file()
    assert server.url not in (tmp_path / NAME).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "lacks"),
    [
        ("redis://127.0.0.1:6379/0", []),
        ("unix:///run/valkey.sock", []),
        ("redis://store:6379", ["TLS", "password"]),
        ("redis://advisor:hush-hush@store:6379", ["TLS"]),
        ("rediss+sentinel://advisor:hush-hush@a:26379,b:26379/main", []),
        ("redis+cluster://127.0.0.1:7000,b:7000", ["TLS", "password"]),
    ],
)
def test_it_says_what_a_store_that_others_can_reach_lacks(address: str, lacks: list[str]) -> None:
    found = lacking(address)
    assert len(found) == len(lacks) and all(word in said for word, said in zip(lacks, found, strict=True))
    assert "hush" not in str(found)
