"""Events as Slack's own SDK writes them down, with values of ours; sources are in docs/platforms.md."""

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.slack.inbound.messages import read
from bot.chat.events import Deleted, Edited, Said

Json = dict[str, Any]
RICH: Json = {"type": "rich_text", "block_id": "b", "elements": [{"type": "rich_text_section", "elements": []}]}
FILE: Json = {
    "id": "F7",
    "name": "pairs.csv",
    "title": "pairs",
    "mimetype": "text/csv",
    "filetype": "csv",
    "size": 12,
    "mode": "hosted",
    "is_external": False,
    "url_private": "https://files.slack.com/files-pri/T7-F7/pairs.csv",
    "url_private_download": "https://files.slack.com/files-pri/T7-F7/download/pairs.csv",
}
THERE: Json = {"channel": "C7", "event_ts": "1790000009.000200", "ts": "1790000009.000200", "channel_type": "channel"}
CHANGED: Json = {
    "type": "message",
    "subtype": "message_changed",
    "hidden": True,
    **THERE,
    # In the SDK's example only the former message tells its ts.
    "message": {
        "type": "message",
        "text": "400 pairs",
        "user": "U7",
        "team": "T7",
        "edited": {"user": "U7", "ts": "1790000009.000000"},
        "blocks": [RICH],
    },
    "previous_message": {
        "type": "message",
        "text": "40 pairs",
        "user": "U7",
        "team": "T7",
        "ts": "1790000001.000100",
        "blocks": [RICH],
    },
}
DELETED: Json = {
    "type": "message",
    "subtype": "message_deleted",
    "hidden": True,
    "deleted_ts": "1790000001.000100",
    **THERE,
    "previous_message": {"type": "message", "text": "40 pairs", "user": "U7", "team": "T7", "ts": "1790000001.000100"},
}
SHARED: Json = {
    "type": "message",
    "subtype": "file_share",
    "text": "<@UBOT> these",
    "user": "U7",
    "upload": False,
    "display_as_bot": False,
    "files": [FILE],
    "blocks": [RICH],
    "client_msg_id": "c",
    **THERE,
}
ACROSS: Json = {"type": "message", "text": "<@UBOT>", "user": "W7", "team": "T7", "client_msg_id": "c", **THERE}


@pytest.mark.parametrize(
    ("event", "kind", "message"),
    [
        (CHANGED, Edited, "1790000001.000100"),
        (DELETED, Deleted, "1790000001.000100"),
        (SHARED, Said, "1790000009.000200"),
        (ACROSS, Said, "1790000009.000200"),
    ],
)
def test_an_event_as_the_sdk_has_it_is_read(event: Mapping[str, Any], kind: type, message: str) -> None:
    got = read(event, "T7", "UBOT")
    assert got is not None and isinstance(got.body, kind)
    assert (got.message, got.conversation) == (message, f"slack:T7:C7:{message}")


def test_a_shared_file_comes_with_its_words() -> None:
    got = read(SHARED, "T7", "UBOT")
    assert got is not None and isinstance(got.body, Said)
    assert got.body.text == "these" and [file.name for file in got.body.files] == ["pairs.csv"]
