"""Files that people share: read as text, within their limits, and the token given to nobody but Slack."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from adapters.slack.files import fetched, part_of, ref_of, stored_as
from bot.chat.events import Attached, FileRef
from bot.platform.attachments import MOST_BYTES
from tests.fakes.slack.posting import as_file
from tests.slack.delivery import Bench, bench


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def shared(at: Bench, name: str, content: bytes) -> FileRef:
    return ref_of(as_file(at.slack, at.slack.upload(at.slack.alice, name, content)))


async def read(at: Bench, file: FileRef) -> Attached:
    return await fetched(file, await at.clients.client(at.team), at.clients.session())


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a,b\n1,2\n", "a,b\n1,2\n"),
        ("\ufeffäöü".encode(), "äöü"),
        ("grün 👩‍💻".encode("utf-16"), "grün 👩‍💻"),
        (b"x" * MOST_BYTES, "x" * MOST_BYTES),
    ],
    ids=["utf-8", "with a mark", "utf-16", "of just the size"],
)
async def test_text_is_read(at: Bench, content: bytes, text: str):
    assert await read(at, shared(at, "pairs.csv", content)) == Attached(name="pairs.csv", content=text)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("big.csv", b"x" * (MOST_BYTES + 1), "too large"),
        ("table.xlsx", b"PK\x03\x04\xff\xfe\x00", "no text"),
        ("nul.txt", b"a\0b", "no text"),
        ("empty.txt", b" \n", "empty"),
    ],
)
async def test_what_cannot_be_read_is_said_in_a_sentence(at: Bench, name: str, content: bytes, why: str):
    found = await read(at, shared(at, name, content))
    assert (found.content, found.name) == ("", name)
    assert found.problem
    assert why in found.problem
    assert found.problem.startswith(name)


async def test_a_size_that_is_not_true_is_found_out(at: Bench):
    file = shared(at, "big.csv", b"x" * (2 * MOST_BYTES)).model_copy(update={"size": 10})
    found = await read(at, file)
    assert found.problem
    assert "too large" in found.problem


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/files-pri/T1-F1/download/a.csv",
        "http://files.slack.com/files-pri/T1-F1/download/a.csv",
        "https://files.slack.com.evil.example/a.csv",
        "https://files.slack.com@evil.example/a.csv",
        "https://files.slack.com:8443/a.csv",
        "https://files.slack.com:port/a.csv",
        "https://[files.slack.com/a.csv",
        "file:///etc/passwd",
        "//evil.example/a.csv",
    ],
)
async def test_nothing_is_fetched_from_elsewhere(at: Bench, address: str):
    found = await read(at, FileRef(name="a.csv", ref=f"F1 {address}"))
    assert found.problem
    assert "not kept by Slack" in found.problem


async def test_the_token_goes_to_no_other_host(at: Bench):
    found = await read(at, FileRef(name="a.csv", ref=f"F1 {at.slack.elsewhere}/a.csv"))
    assert found.problem
    assert at.slack.elsewhere_calls == []


async def test_a_redirect_is_not_followed(at: Bench):
    file = at.slack.upload(at.slack.alice, "a.csv", b"a,b")
    file.redirect = f"{at.slack.elsewhere}/a.csv"
    found = await read(at, ref_of(as_file(at.slack, file)))
    assert found.problem
    assert at.slack.elsewhere_calls == []


async def test_a_file_that_slack_describes_later_is_asked_for(at: Bench):
    file = at.slack.upload(at.slack.alice, "a.csv", b"a,b")
    given = ref_of({"id": file.id, "name": "a.csv", "file_access": "check_file_info"})
    assert await read(at, given) == Attached(name="a.csv", content="a,b")


async def test_a_file_that_is_gone_is_said_so(at: Bench):
    found = await read(at, ref_of({"id": "F0GONE", "name": "a.csv"}))
    assert found.problem


async def test_slack_out_of_reach_is_said_so(at: Bench):
    file = shared(at, "a.csv", b"a,b")
    client = await at.clients.client(at.team)
    client.base_url = "http://127.0.0.1:9/api/"
    away = file.model_copy(update={"ref": "F1 http://127.0.0.1:9/a.csv"})
    found = await fetched(away, client, at.clients.session())
    assert found.problem
    assert "could not be fetched" in found.problem


@pytest.mark.parametrize("name", ["one.png", "no suffix", "a-k1-3.csv", ".env"])
def test_a_file_is_known_again_by_its_name(name: str):
    sent = stored_as(name, "k1", 7)
    assert part_of(sent, "k1") == 7
    assert part_of(sent, "k2") is None
    assert Path(sent).suffix == Path(name).suffix
