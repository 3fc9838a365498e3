"""What a server says of a request reaches logs and operators without the words of the people that it repeats."""

import logging
import sys
from collections.abc import Callable

import pytest

from bot.cli import errors as shown
from bot.model.client import Model
from bot.model.errors import ModelError
from tests.fakes.model.server import Answer, Body, fails, model_server, says

WORDS = "Our xylophone vendor Kowalczyk wants 7319550 replies"
ECHOES: dict[str, Callable[[str], Answer]] = {
    "a refusal that repeats the message": lambda said: fails(400, f"Invalid content: {said}"),
    "a fault that repeats one word": lambda said: fails(500, "cannot tokenize 'kowalczyk-xylophone' in messages[0]"),
    "a page": lambda said: Answer(f"<html><title>{said}</title></html>", 502, content_type="text/html"),
    "an answer of another form": lambda said: Answer({"detail": [{"loc": ["body"], "msg": said, "input": said}]}),
    "an answer that declines": lambda said: says(None, refusal=f"I cannot speak of {said}."),
    "words instead of an object": lambda said: says(f"You said {said}, did you not?"),
}


@pytest.mark.parametrize("way", ECHOES)
async def test_no_log_and_no_error_repeats_what_people_wrote(way: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "advisor")

    def script(body: Body) -> Answer:
        return ECHOES[way](body["messages"][-1]["content"])

    async with model_server(script) as server:
        model = Model("m", server.url)
        try:
            with pytest.raises(ModelError) as failed:
                await model.structured(
                    [{"role": "user", "content": WORDS}],
                    {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
                    limit=3,
                    max_tokens=50,
                    temperature=0,
                )
        finally:
            await model.aclose()
    told = f"{caplog.text} {failed.value.sentence} {failed.value.told} {failed.value}".lower()
    assert "model error" in caplog.text, "that it failed is in the log"
    assert not [word for word in ("xylophone", "kowalczyk", "7319550", "vendor") if word in told], told


async def test_what_is_wrong_with_a_request_is_still_said() -> None:
    async with model_server(lambda _: fails(400, "Your organization must be verified to use the model m.")) as server:
        model = Model("m", server.url)
        try:
            with pytest.raises(ModelError) as failed:
                await model.complete([{"role": "user", "content": "Which model must our organization use?"}], retries=0)
        finally:
            await model.aclose()
    assert "Your organization must be verified to use the model m." in failed.value.sentence


def test_a_trace_in_the_log_file_has_no_text_of_an_error() -> None:
    formatter = shown._Wordless(shown.FORM)  # pyright: ignore[reportPrivateUsage]
    try:
        try:
            {}[WORDS]
        except KeyError as error:
            raise ValueError(f"no such thing: {WORDS}") from error
    except ValueError:
        written = formatter.formatException(sys.exc_info())
    else:
        raise AssertionError
    assert "KeyError" in written and "ValueError" in written and "test_redaction.py" in written
    assert WORDS not in written.replace('raise ValueError(f"no such thing: {WORDS}")', "")
