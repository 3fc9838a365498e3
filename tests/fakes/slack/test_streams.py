"""The states of a stream and the signs of an agent at work, and what is refused in each."""

from slack_sdk.models.messages.chunk import MarkdownTextChunk, TaskUpdateChunk

from tests.fakes.slack import FakeSlack, text_of
from tests.fakes.slack.raw import SECTION, bare_app, client, refused


async def test_a_stream_begins_grows_and_stops() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        stream = await web.chat_stream(channel=room, thread_ts=root.ts, buffer_size=4)
        await stream.append(markdown_text="One two ")
        assert slack.said(room)[0].text == "One two "
        update = web.chat_update(channel=room, ts=slack.said(room)[0].ts, text="t")
        assert await refused(update) == "streaming_state_conflict"
        await stream.append(chunks=[TaskUpdateChunk(id="1", title="Look", status="in_progress")])
        await stream.stop(markdown_text="three", blocks=[SECTION])
        assert text_of(slack.said(room)[0]) == "One two three\nwords"
        ts = slack.said(room)[0].ts
        late = web.chat_appendStream(channel=room, ts=ts, chunks=[MarkdownTextChunk(text="four")])
        assert await refused(late) == "message_not_in_streaming_state"
        assert await refused(web.chat_stopStream(channel=room, ts=ts)) == "message_not_in_streaming_state"
        await web.chat_update(channel=room, ts=ts, text="corrected")
        slack.check()


async def test_a_stream_gets_its_metadata_when_it_ends() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        marked = {"event_type": "answer", "event_payload": {"key": "7"}}
        begun = await web.chat_startStream(channel=room, thread_ts=root.ts, markdown_text="One", metadata=marked)
        assert slack.said(room)[0].metadata is None
        await web.chat_stopStream(channel=room, ts=begun["ts"], metadata=marked)
        assert slack.said(room)[0].metadata == marked


async def test_in_a_channel_a_stream_names_its_reader() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.general
        root = await slack.say(slack.alice, room, "hello")
        team = slack.home_team.id
        assert await refused(web.chat_startStream(channel=room, thread_ts=root.ts)) == "missing_recipient_team_id"
        half = web.chat_startStream(channel=room, thread_ts=root.ts, recipient_team_id=team)
        assert await refused(half) == "missing_recipient_user_id"
        nobody = web.chat_startStream(channel=room, thread_ts=root.ts, recipient_team_id=team, recipient_user_id="U404")
        assert await refused(nobody) == "user_not_found"


async def test_what_a_stream_does_not_take() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        ts = (await web.chat_startStream(channel=room, thread_ts=root.ts, markdown_text="a"))["ts"]
        append, stop = web.chat_appendStream, web.chat_stopStream
        assert await refused(append(channel=room, ts=ts)) == "no_text"
        chunks = [MarkdownTextChunk(text="b")]
        assert await refused(append(channel=room, ts=ts, chunks=chunks)) == "streaming_mode_mismatch"
        both = append(channel=room, ts=ts, markdown_text="b", chunks=chunks)
        assert await refused(both) == "cannot_provide_both_markdown_text_and_chunks"
        assert await refused(append(channel=room, ts=ts, chunks=[{"type": "song"}])) == "invalid_chunks"
        with slack.expect_offence("msg_too_long"):
            assert await refused(append(channel=room, ts=ts, markdown_text="x" * 12_001)) == "msg_too_long"
        many = [SECTION] * 51
        assert await refused(stop(channel=room, ts=ts, blocks=many)) == "msg_blocks_too_many"
        with slack.expect_offence("invalid_blocks"):
            assert await refused(stop(channel=room, ts=ts, blocks=[{"type": "poem"}])) == "invalid_blocks"
        with slack.expect_offence("msg_blocks_too_long"):
            await append(channel=room, ts=ts, markdown_text="x" * 12_000)
            assert await refused(append(channel=room, ts=ts, markdown_text="x" * 2000)) == "msg_blocks_too_long"
        assert await refused(stop(channel=room, ts=ts, session_status="asleep")) == "invalid_status"
        assert await refused(stop(channel=room, ts=root.ts)) == "message_not_owned_by_app"


async def test_a_quiet_stream_is_over() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        ts = (await web.chat_startStream(channel=room, thread_ts=root.ts, markdown_text="a"))["ts"]
        slack.pass_time(slack.stream_idle + 1)
        late = web.chat_appendStream(channel=room, ts=ts, markdown_text="b")
        assert await refused(late) == "message_not_in_streaming_state"
        await web.chat_update(channel=room, ts=ts, text="whole answer")


async def test_the_status_goes_with_a_message_or_after_two_minutes() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.general
        root = await slack.say(slack.alice, room, "hello")
        await web.assistant_threads_setStatus(channel_id=room, thread_ts=root.ts, status="is reading")
        assert slack.status(room, root.ts) == "is reading"
        await web.chat_postMessage(channel=room, thread_ts=root.ts, text="done")
        assert slack.status(room, root.ts) == ""
        await web.assistant_threads_setStatus(channel_id=room, thread_ts=root.ts, status="is counting")
        slack.pass_time(121)
        assert slack.status(room, root.ts) == ""
        nowhere = web.assistant_threads_setStatus(channel_id=room, thread_ts="1.0", status="s")
        assert await refused(nowhere) == "invalid_thread_ts"
        loud = web.assistant_threads_setStatus(
            channel_id=room, thread_ts=root.ts, status="s", loading_messages=["m"] * 11
        )
        assert await refused(loud) == "invalid_arguments"
        title = web.assistant_threads_setTitle(channel_id=room, thread_ts=root.ts, title="t")
        assert await refused(title) == "method_not_supported_for_channel_type"


async def test_prompts_with_a_thread_are_dropped_without_a_word() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        prompts = [{"title": "Start", "message": "Should we finetune?"}]
        setting = web.assistant_threads_setSuggestedPrompts
        with slack.expect_offence("prompts_with_thread_ts"):
            await setting(channel_id=room, thread_ts=root.ts, prompts=prompts)
        assert room not in slack.prompts
        assert await refused(setting(channel_id=room, thread_ts="", prompts=prompts * 5)) == "invalid_arguments"
        await web.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": room, "prompts": prompts})
        assert slack.prompts[room] == prompts


async def test_a_session_is_stopped_by_the_native_button() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        web, room = client(slack), slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        setting = web.agents_sessions_setStatus
        await setting(channel_id=room, thread_ts=root.ts, status="processing", title="Finetune?")
        ts = (await web.chat_startStream(channel=room, thread_ts=root.ts, markdown_text="a"))["ts"]
        await slack.stop_session(slack.alice, room, root.ts)
        (event,) = app.events("agent_session_stopped")
        assert event["event"]["streaming_message_ts"] == [ts]
        late = web.chat_appendStream(channel=room, ts=ts, markdown_text="b")
        assert await refused(late) == "message_not_in_streaming_state"
        assert slack.session_status(room, root.ts) == "processing"
        await setting(channel_id=room, thread_ts=root.ts, status="active")
        assert slack.sessions[room, root.ts].history == ["processing", "active"]
        await web.agents_sessions_rename(channel_id=room, thread_ts=root.ts, title="Better")
        assert slack.sessions[room, root.ts].title == "Better"
        assert await refused(setting(channel_id=room, thread_ts=root.ts, status="asleep")) == "invalid_status"
        assert await refused(setting(channel_id=room, status="active")) == "thread_ts_required"
        long = setting(channel_id=room, thread_ts=root.ts, status="active", title="x" * 201)
        assert await refused(long) == "invalid_arguments"
        other = await slack.say(slack.alice, room, "again")
        rename = web.agents_sessions_rename(channel_id=room, thread_ts=other.ts, title="t")
        assert await refused(rename) == "session_not_found"


async def test_a_session_without_the_stop_event_gets_a_warning() -> None:
    async with FakeSlack(events=("message.im",)) as slack:
        room = slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        answer = await client(slack).agents_sessions_setStatus(channel_id=room, thread_ts=root.ts, status="processing")
        assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_an_app_that_is_no_agent_has_no_sessions() -> None:
    async with FakeSlack(agent_view=False) as slack:
        room = slack.dm(slack.alice)
        root = await slack.say(slack.alice, room, "hello")
        setting = client(slack).agents_sessions_setStatus(channel_id=room, thread_ts=root.ts, status="active")
        assert await refused(setting) == "feature_disabled"
