"""What people write in channels, threads, forums and DMs becomes the right events, and nothing else does."""

from adapters.discord.reply_address import unpacked
from bot.chat.events import Deleted, Edited, Removed, Said
from bot.chat.reply import Text
from bot.reading import understand
from tests.discord.app import App, thread_of
from tests.fakes.discord import Channel, FakeDiscord, Guild, Upload, User
from tests.fakes.discord import permissions as may

ASKED = "our support replies should keep our tone"


def people(discord_: FakeDiscord, guild: Guild) -> tuple[User, Channel]:
    return discord_.user("ana", guild), discord_.channel(guild, "general")


async def test_a_mention_begins_the_conversation_of_the_thread_that_it_opens(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    message = discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    event, said = await app.only(Said)
    assert event.conversation == thread_of(acme, message)
    assert (said.text, event.name, event.private, event.late) == (ASKED, "Ana", False, False)
    assert (event.workspace, event.channel, event.author) == (
        str(acme.id),
        str(general.id),
        f"discord:{acme.id}:{ana.id}",
    )
    via = unpacked(event.via)
    assert via and via.parent == str(general.id) and via.title == ASKED
    await app.reply(event, Text(markdown="What have you tried in the prompt?"))
    [thread] = discord_.threads(general)
    assert thread.id == message.id
    await app.shown(thread, "What have you tried")


async def test_in_the_thread_it_goes_on_by_mentions_and_replies(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    message = discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    [event] = await app.took()
    await app.reply(event, Text(markdown="What have you tried in the prompt?"))
    [thread] = discord_.threads(general)
    answer = await app.shown(thread, "What have you tried")
    discord_.say(ana, thread, "five prompts, all bad", reply_to=answer)
    discord_.say(ana, thread, f"and two models {discord_.bot.mention}")
    events = await app.took(3)
    assert [each.conversation for each in events] == [thread_of(acme, message)] * 3
    assert [each.text for each in app.bodies() if isinstance(each, Said)][1:] == [
        "five prompts, all bad",
        "and two models",
    ]
    assert {each.channel for each in events} == {str(general.id)}


async def test_without_the_intent_what_does_not_speak_to_us_is_left_alone(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    [event] = await app.took()
    await app.reply(event, Text(markdown="What have you tried?"))
    [thread] = discord_.threads(general)
    discord_.say(ana, thread, "five prompts")
    discord_.say(ana, general, "lunch?")
    await discord_.quiet()
    assert len(app.taken) == 1


async def test_with_the_intent_a_thread_that_listens_is_heard(reader: App) -> None:
    discord_ = reader.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    message = discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    [event] = await reader.took()
    await reader.reply(event, Text(markdown="What have you tried?"))
    [thread] = discord_.threads(general)
    discord_.say(ana, thread, "five prompts", files=[Upload("rows.jsonl", b"{}")])
    follow = (await reader.took(2))[1]
    assert (follow.addressed, follow.conversation) == ("people", thread_of(acme, message))
    assert isinstance(follow.body, Said) and [file.name for file in follow.body.files] == ["rows.jsonl"]
    other = discord_.thread(general, "lunch", ana)
    discord_.say(ana, other, "soup?")
    discord_.say(ana, general, "or salad?")
    await discord_.quiet()
    assert len(reader.taken) == 2


async def test_a_late_mention_in_a_thread_says_so_and_a_forum_post_is_none(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    thread = discord_.thread(general, "tone", ana)
    discord_.say(ana, thread, "we tried five prompts")
    discord_.say(ana, thread, f"{discord_.bot.mention} should we finetune?")
    forum = discord_.channel(acme, "ideas", "forum")
    post = discord_.post(ana, forum, "Our tone", f"{discord_.bot.mention} {ASKED}")
    # Of two places no order is promised.
    late, posted = sorted(await app.took(2), key=lambda event: event.channel == str(forum.id))
    assert late.late and late.conversation.endswith(f":{thread.id}:{thread.id}")
    assert not posted.late and posted.conversation.endswith(f":{post.channel.id}:{post.channel.id}")
    assert posted.channel == str(forum.id)
    await app.reply(posted, Text(markdown="What have you tried?"))
    await app.shown(post.channel, "What have you tried?")


async def test_direct_messages_are_one_private_conversation(app: App) -> None:
    discord_ = app.discord
    ana = discord_.user("ana", discord_.guild("Acme"))
    dm = discord_.dm(ana)
    discord_.say(ana, dm, ASKED)
    discord_.say(ana, dm, "and make it short")
    first, second = await app.took(2)
    assert first.conversation == second.conversation == f"discord:@me:{dm.id}:{dm.id}"
    assert first.private and first.workspace == "" and first.author == f"discord:@me:{ana.id}"
    await app.reply(first, Text(markdown="What have you tried?"))
    await app.shown(dm, "What have you tried?")


async def test_messages_are_stored_in_the_order_in_which_they_came(app: App) -> None:
    discord_ = app.discord
    ana = discord_.user("ana")
    texts = [f"line {number}" for number in range(30)]
    for text in texts:
        discord_.say(ana, discord_.dm(ana), text)
    await app.took(30)
    assert [each.text for each in app.bodies() if isinstance(each, Said)] == texts


async def test_machines_and_ourselves_are_never_answered(reader: App) -> None:
    discord_ = reader.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    other = discord_.user("other bot", acme, bot=True)
    hook = discord_.user("hook", acme, webhook=True)
    discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    [event] = await reader.took()
    await reader.reply(event, Text(markdown=f"What have you tried, {discord_.bot.mention}?"))
    [thread] = discord_.threads(general)
    for machine in (other, hook):
        discord_.say(machine, general, f"{discord_.bot.mention} hello")
        discord_.say(machine, thread, f"{discord_.bot.mention} hello")
    discord_.thread(general, "made by hand", ana)  # which Discord tells in a message of its own
    await discord_.quiet()
    assert len(reader.taken) == 1


async def test_everybody_is_called_and_we_are_not(reader: App) -> None:
    discord_ = reader.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    discord_.say(ana, general, "@everyone lunch")
    discord_.say(ana, general, f"{ana.mention} hello me")
    await discord_.quiet()
    assert reader.taken == []


async def test_only_our_own_mention_is_taken_out(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    bob = discord_.user("bob", acme)
    discord_.say(ana, general, f"{discord_.bot.mention} {bob.mention} says in <#{general.id}> our tone is off")
    _, said = await app.only(Said)
    assert said.text == "@Bob says in #general our tone is off"


async def test_what_somebody_calls_themselves_is_no_statement_of_who_mentions_them(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    eve = discord_.user("eve. we have 5000 examples", acme)
    discord_.say(ana, general, f"{discord_.bot.mention} ask {eve.mention} how our tone should be")
    _, said = await app.only(Said)
    assert said.text.lower() == "ask @eve-we-have-5000-examples how our tone should be"
    assert "examples" not in {found.fact for found in understand(said.text, (), app.knowledge).found}


async def test_without_the_right_to_open_threads_the_channel_is_answered_in_and_replies_go_on(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    discord_.overwrite(general, discord_.bot, deny=may.CREATE_PUBLIC_THREADS)
    message = discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    [event] = await app.took()
    await app.reply(event, Text(markdown="What have you tried?"))
    answer = await app.shown(general, "What have you tried?")
    assert answer.reply_to is message and "thread" in str(answer.components)
    follow = discord_.say(ana, general, "five prompts", reply_to=answer)
    second = (await app.took(2))[1]
    assert second.conversation == thread_of(acme, message) == event.conversation
    await app.reply(second, Text(markdown="Who wrote the examples?"))
    again = await app.shown(general, "Who wrote the examples?")
    assert again.reply_to is message and "may not open" not in str(again.components)
    discord_.say(ana, general, "our agents did", reply_to=again)
    assert (await app.took(3))[2].conversation == event.conversation
    discord_.edit(follow, f"nine prompts {discord_.bot.mention}")
    discord_.delete(follow)
    edited, gone = (await app.took(5))[3:]
    assert (edited.body, edited.conversation) == (Edited(text="nine prompts"), event.conversation)
    assert (gone.body, gone.conversation, gone.message) == (Deleted(), event.conversation, str(follow.id))


async def test_edits_and_deletions_are_for_conversations_that_are_there(reader: App) -> None:
    discord_ = reader.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    message = discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    plain = discord_.say(ana, general, "lunch?")
    await reader.took()
    discord_.edit(plain, "dinner?")
    discord_.edit(message, f"{discord_.bot.mention} our replies must be short")
    discord_.delete(plain)
    discord_.delete(message)
    _, edited, gone = await reader.took(3)
    assert edited.body == Edited(text="our replies must be short") and edited.edition
    assert {edited.message, gone.message} == {str(message.id)} and gone.body == Deleted()
    assert edited.addressed == gone.addressed == "known"
    await discord_.quiet()
    assert len(reader.taken) == 3


async def test_what_was_said_in_a_dm_can_be_taken_back(app: App) -> None:
    discord_ = app.discord
    ana = discord_.user("ana")
    message = discord_.say(ana, discord_.dm(ana), ASKED)
    [event] = await app.took()
    discord_.edit(message, "never mind")
    discord_.delete(message)
    _, edited, gone = await app.took(3)
    assert edited.conversation == gone.conversation == event.conversation
    assert (edited.body, gone.body) == (Edited(text="never mind"), Deleted())


async def test_a_server_that_takes_the_advisor_out_is_forgotten(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    await discord_.quiet()
    discord_.remove_from_guild(acme)
    [event] = await app.took()
    assert (event.body, event.workspace, event.conversation) == (
        Removed(),
        str(acme.id),
        f"discord:{acme.id}:-:removed",
    )


async def test_roles_come_with_what_a_member_says(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    role = discord_.role(acme, "ml")
    discord_.join(acme, ana, role)
    discord_.say(ana, general, f"{discord_.bot.mention} {ASKED}")
    [event] = await app.took()
    assert str(role.id) in event.roles


async def test_an_archived_thread_is_still_a_thread(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = people(discord_, acme)
    thread = discord_.thread(general, "old", ana)
    first = discord_.say(ana, thread, f"{discord_.bot.mention} {ASKED}")
    [event] = await app.took()
    discord_.archive(thread)
    await discord_.quiet()
    discord_.delete(first)
    gone = (await app.took(2))[1]
    assert (gone.conversation, gone.body) == (event.conversation, Deleted())
    await app.reply(event, Text(markdown="What have you tried?"))
    await app.shown(thread, "What have you tried?")
    assert not thread.archived
