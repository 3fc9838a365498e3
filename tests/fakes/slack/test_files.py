"""Files up and down: the three steps of an upload, and who may read what."""

import aiohttp
import pytest

from tests.fakes.slack import FakeSlack, File, text_of
from tests.fakes.slack.raw import client, refused


async def got(file: File, token: str | None) -> tuple[str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as http, http.get(file.url, headers=headers) as answer:
        return answer.content_type, await answer.read()


async def test_a_picture_goes_up_with_its_words() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.general
        root = await slack.say(slack.alice, room, "chart?")
        sent = {"file_uploads": [{"file": b"\x89PNG", "filename": "chart.png", "alt_txt": "Cost falls"}]}
        await web.files_upload_v2(channel=room, thread_ts=root.ts, initial_comment="Here", **sent)
        message = slack.said(room)[0]
        assert (message.thread_ts, message.files[0].content) == (root.ts, b"\x89PNG")
        assert text_of(message) == "Here\n[chart.png] Cost falls"
        with slack.expect_offence("no_alt_text"):
            await web.files_upload_v2(channel=room, content=b"\x89PNG", filename="b.png")
        info = await web.files_info(file=message.files[0].id)
        assert info["file"]["mimetype"] == "image/png"
        picture = [{"type": "image", "alt_text": "Cost falls", "slack_file": {"id": message.files[0].id}}]
        assert await refused(web.chat_postMessage(channel=room, text="t", blocks=picture)) == "invalid_blocks"
        slack.pass_time(slack.processing)
        await web.chat_postMessage(channel=room, text="t", blocks=picture)
        slack.check()


async def test_an_update_shows_no_picture_that_was_never_posted() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.general
        one = {"content": b"\x89PNG", "filename": "chart.png", "alt_txt": "Cost falls"}
        name = str((await web.files_upload_v2(**one))["files"][0]["id"])
        slack.pass_time(slack.processing)
        picture = [{"type": "image", "alt_text": "Cost falls", "slack_file": {"id": name}}]
        ts = str((await web.chat_postMessage(channel=room, text="t"))["ts"])
        with slack.expect_offence("picture_not_shared"):
            await web.chat_update(channel=room, ts=ts, text="t", blocks=picture)
        await web.chat_postMessage(channel=room, text="t", blocks=picture)
        await web.chat_update(channel=room, ts=ts, text="t", blocks=picture)
        slack.check()


async def test_an_upload_that_is_out_of_step_is_refused() -> None:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        web, room = client(slack), slack.general
        assert await refused(web.files_getUploadURLExternal(filename="a.txt", length=0)) == "missing_argument"
        long = web.files_getUploadURLExternal(filename="a.png", length=1, alt_txt="x" * 1001)
        assert await refused(long) == "alt_txt_too_large"
        ticket = await web.files_getUploadURLExternal(filename="a.txt", length=3)
        complete = web.files_completeUploadExternal
        ident, url = str(ticket["file_id"]), str(ticket["upload_url"])
        # No bytes yet.
        assert await refused(complete(files=[{"id": ident, "title": "a"}], channel_id=room)) == "file_not_found"
        with slack.expect_offence("upload_length"):
            assert (await http.post(url, data=b"four")).status == 400
        answer = await http.post(url, data=b"abc")
        assert (answer.status, answer.content_type) == (200, "text/plain")
        assert (await http.post(url, data=b"abc")).status == 404
        nowhere = complete(files=[{"id": ident, "title": "a"}], channel_id=slack.outside)
        assert await refused(nowhere) == "not_in_channel"
        await complete(files=[{"id": ident, "title": "a"}], channel_id=room)
        assert await refused(complete(files=[{"id": ident, "title": "a"}], channel_id=room)) == "file_not_found"
        assert await refused(complete(files=[])) == "invalid_arguments"


async def test_a_file_is_for_the_bot_of_its_workspace() -> None:
    async with FakeSlack() as slack:
        file = slack.upload(slack.alice, "a.csv", b"a,b", "text/csv")
        assert await got(file, slack.bot_token) == ("text/csv", b"a,b")
        assert (await got(file, None))[0] == "text/html"
        with slack.expect_offence("file_refused"):
            assert (await got(file, slack.teams[slack.add_team("Other")].token))[0] == "text/html"
        assert await refused(client(slack).files_info(file="F404")) == "file_not_found"
        assert await refused(client(slack).files_delete(file=file.id)) == "cant_delete_file"
    async with FakeSlack(scopes=("chat:write",)) as slack:
        file = slack.upload(slack.alice, "a.csv", b"a,b", "text/csv")
        with slack.expect_offence("file_refused"):
            assert (await got(file, slack.bot_token))[0] == "text/html"


async def test_a_token_that_goes_to_another_host_is_written_down() -> None:
    async with FakeSlack() as slack:
        file = slack.upload(slack.alice, "a.csv", b"a,b", elsewhere=True)
        with slack.expect_offence("token_leaked"):
            await got(file, slack.bot_token)
        await got(file, None)
        assert [one["method"] for one in slack.elsewhere_calls] == ["GET", "GET"]
        sent_on = slack.upload(slack.alice, "b.csv", b"a,b", redirect=slack.elsewhere + "/trap")
        await got(sent_on, slack.bot_token)
        assert slack.elsewhere_calls[-1]["path"] == "/trap"
        slack.check()


async def test_a_person_without_the_file_cannot_send_it() -> None:
    async with FakeSlack() as slack:
        message = await slack.say(slack.alice, slack.general, files=[slack.upload(slack.alice, "a.txt", b"x")])
        assert text_of(message) == "[a.txt]"
        with pytest.raises(KeyError):
            slack.upload("U404", "a.txt", b"x")
