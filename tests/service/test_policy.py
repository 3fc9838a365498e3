"""What a workspace decides: who is answered where, and what the commands say about it afterwards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.events import Event, Said
from bot.service.workspace.policy import EVERYWHERE, Policy, changed, for_members, left_unread, refusal
from tests.support.clock import NOON

HERE, THERE, THIRD = "C0HERE001", "C0THERE01", "C0THIRD01"
NUMBER, ROLE, OTHER_ROLE, SERVER = (
    "123456789012345678",
    "223456789012345678",
    "323456789012345678",
    "423456789012345678",
)


def event(channel: str = HERE, **more: Any) -> Event:
    given = {"workspace": SERVER, "channel": channel, "message": "1", "author": "test:T1:ana", "at": NOON, **more}
    return Event.model_validate(
        {"conversation": f"test:T1:{channel}:1", "platform": "test", "body": Said(text="should we?"), **given}
    )


def after(*commands: str, channel: str = HERE, default: tuple[str, ...] = ()) -> tuple[Policy, str]:
    """The decisions after these commands, and what the last one was answered."""
    policy, said = Policy(), ""
    for command in commands:
        done = changed(policy, command, event(channel), default)
        assert done, command
        policy, said = done
    return policy, said


def answered(policy: Policy, *default: str) -> list[str]:
    return [channel for channel in (HERE, THERE, THIRD) if refusal(policy, default, event(channel)) is None]


@pytest.mark.parametrize(
    ("policy", "default", "more", "says"),
    [
        (Policy(), (), {}, None),
        (Policy(), (HERE,), {}, None),
        (Policy(), (THERE,), {}, "`/finetune allow`"),
        (Policy(channels=(HERE,)), (THERE,), {}, None),
        (Policy(channels=(THERE,)), (HERE,), {}, "in this channel"),
        (Policy(channels=()), (), {}, "in this channel"),
        (Policy(channels=EVERYWHERE), (THERE,), {}, None),
        (Policy(channels=EVERYWHERE, denied=(HERE,)), (), {}, "in this channel"),
        (Policy(denied=(HERE,)), (HERE,), {}, "in this channel"),
        (Policy(roles=(ROLE,)), (), {}, "`/finetune allow role`"),
        (Policy(roles=(ROLE,)), (), {"roles": (OTHER_ROLE,)}, "certain roles"),
        (Policy(roles=(ROLE, OTHER_ROLE)), (), {"roles": (OTHER_ROLE,)}, None),
        (Policy(channels=(THERE,), roles=(ROLE,)), (), {"roles": (ROLE,)}, "in this channel"),
        (Policy(off=True), (), {}, "switched off"),
        # In private only the switch counts.
        (Policy(channels=(), roles=(ROLE,), denied=(HERE,)), (THERE,), {"private": True}, None),
        (Policy(off=True), (), {"private": True}, "switched off"),
    ],
)
def test_who_is_answered_where(policy: Policy, default: tuple[str, ...], more: dict[str, Any], says: str | None):
    why = refusal(policy, default, event(**more))
    assert (why is None) == (says is None)
    assert why is None or (says and says in why and why.endswith(".") and why.count(". ") == 0)


@pytest.mark.parametrize(
    ("platform", "word", "other"), [("discord", "server", "workspace"), ("slack", "workspace", "server")]
)
def test_a_group_is_called_as_its_platform_calls_it(platform: str, word: str, other: str):
    asked = event(platform=platform)
    off = changed(Policy(), "off", asked)
    told = [refusal(policy, (), asked) for policy in (Policy(off=True), Policy(channels=()), Policy(roles=(ROLE,)))]
    for said in (*told, off and off[1], for_members(asked), left_unread(asked)):
        assert said and f"this {word}" in said and other not in said


def test_roles_do_not_hold_for_those_who_manage_the_workspace():
    assert refusal(Policy(roles=(ROLE,)), (), event(), manages=True) is None
    assert refusal(Policy(channels=(THERE,), roles=(ROLE,)), (), event(), manages=True)
    assert refusal(Policy(off=True), (), event(), manages=True)


@pytest.mark.parametrize(
    ("commands", "default", "where", "says"),
    [
        (["allow"], (), [HERE], "I answer in this channel only, and everybody there."),
        (["Allow  Here"], (), [HERE], "in this channel only"),
        (["/allow this channel"], (), [HERE], "in this channel only"),
        (["allow here"], (THERE,), [HERE, THERE], "in this channel and 1 other,"),
        (["allow", f"allow <#{THERE}|general>"], (), [HERE, THERE], "in this channel and 1 other,"),
        ([f"allow <#{THERE}> <#{THIRD}|>"], (), [THERE, THIRD], "in 2 channels, but not in this one,"),
        ([f"allow {THERE}, {THIRD}"], (), [THERE, THIRD], "in 2 channels"),
        ([f"allow #{THERE}"], (), [THERE], "in 1 channel, but not in this one,"),
        (["allow", "allow"], (), [HERE], "in this channel only"),
        (["allow", "allow everywhere"], (THERE,), [HERE, THERE, THIRD], "I answer in all channels, and everybody"),
        (["allow everywhere", f"allow {THERE}"], (), [HERE, THERE, THIRD], "in all channels,"),
        # The last one that is denied does not open all the others.
        (["allow", "deny"], (), [], "in no channel, only in direct messages"),
        (["deny"], (HERE,), [], "in no channel"),
        (["allow", f"allow {THERE}", "deny"], (), [THERE], "in 1 channel, but not in this one"),
        (["deny"], (), [THERE, THIRD], "in all channels, but not in this one,"),
        (["deny"], (HERE, THERE), [THERE], "in 1 channel, but not in this one,"),
        (["deny", f"deny {THERE}"], (), [THIRD], "but not in this one and 1 other,"),
        ([f"deny <#{THERE}>"], (), [HERE, THIRD], "but not in 1 of them,"),
        (["deny", "allow"], (), [HERE, THERE, THIRD], "in all channels,"),
        (["deny", "allow"], (HERE,), [HERE], "in this channel only,"),
        (["deny", "allow"], (THERE,), [HERE, THERE], "in this channel and 1 other,"),
        (["allow everywhere", "deny"], (), [THERE, THIRD], "in all channels, but not in this one,"),
        (["deny everywhere"], (), [], "in no channel"),
        (["deny everywhere", "allow"], (THERE,), [HERE], "in this channel only"),
        (["off"], (), [], "I answer nobody"),
        (["off", "allow"], (), [], "switched off"),
        (["off", "allow", "on"], (), [HERE], "in this channel only"),
        (["on"], (THERE,), [THERE], "in 1 channel, but not in this one,"),
    ],
)
def test_commands_decide_where_and_say_how_things_stand(
    commands: list[str], default: tuple[str, ...], where: list[str], says: str
):
    policy, said = after(*commands, default=default)
    assert answered(policy, *default) == where
    assert says in said and said.endswith(".")


@pytest.mark.parametrize(
    ("commands", "roles", "says"),
    [
        ([f"allow role <@&{ROLE}>"], (ROLE,), "only those with the allowed role."),
        ([f"allow role {ROLE}"], (ROLE,), "the allowed role"),
        ([f"allow <@&{ROLE}>"], (ROLE,), "the allowed role"),
        ([f"allow roles <@&{ROLE}> <@&{OTHER_ROLE}>"], (ROLE, OTHER_ROLE), "one of 2 allowed roles"),
        ([f"allow role {ROLE}", f"allow role {ROLE}"], (ROLE,), "the allowed role"),
        ([f"allow role {ROLE}", f"allow role {OTHER_ROLE}", f"deny role {ROLE}"], (OTHER_ROLE,), "the allowed role"),
        ([f"allow role {ROLE}", f"deny role {ROLE}"], (), "and everybody there"),
        ([f"allow role {ROLE}", "allow everyone"], (), "and everybody there"),
        ([f"allow role {ROLE}", "allow role everyone"], (), "and everybody there"),
        ([f"allow role {ROLE}", f"allow role <@&{SERVER}>"], (), "and everybody there"),
        ([f"allow role {ROLE}", "allow everywhere"], (ROLE,), "in all channels, but only those with the allowed role"),
        ([f"allow role {ROLE}", f"allow <#{NUMBER}>"], (ROLE,), "in 1 channel"),
    ],
)
def test_commands_decide_whom(commands: list[str], roles: tuple[str, ...], says: str):
    policy, said = after(*commands)
    assert policy.roles == roles
    assert says in said


@pytest.mark.parametrize("command", ["allow", "deny here"])
@pytest.mark.parametrize("channel", ["", "D0DIRECT1"])
def test_a_direct_message_is_no_channel_to_decide_about(command: str, channel: str):
    policy, said = after(command, channel=channel)
    assert policy == Policy()
    assert "allow #channel" in said


def test_a_channel_whose_id_the_platform_did_not_give_is_asked_for():
    policy, said = after("allow #general")
    assert policy == Policy()
    assert "#general" in said and "`allow here`" in said


@pytest.mark.parametrize(
    "words", ["", "help", "allow the others", "allow role", "allow role admins", "off now", "deny role everyone"]
)
def test_other_words_are_no_command(words: str):
    assert changed(Policy(), words, event()) is None


ABOUT_HERE = ("allow", "deny", "allow everywhere", "deny everywhere")
COMMANDS = st.sampled_from(ABOUT_HERE) | st.sampled_from(
    [f"allow {THERE}", f"deny {THERE}", "off", "on", f"allow role {ROLE}", f"deny role {ROLE}", "allow everyone"]
)


@given(st.lists(COMMANDS, min_size=1, max_size=8), st.sampled_from([(), (HERE,), (THERE, THIRD)]))
def test_the_last_word_about_a_channel_holds(commands: list[str], default: tuple[str, ...]):
    policy, said = after(*commands, default=default)
    assert said.startswith("I ")
    mine = event(roles=(ROLE,))
    last = next((command for command in reversed(commands) if command in ABOUT_HERE), "")
    if policy.off or last.startswith("deny"):
        assert refusal(policy, default, mine)
    elif last.startswith("allow"):
        # Naming others later makes a list of them, unless all are allowed already.
        later = commands[len(commands) - commands[::-1].index(last) :]
        assert refusal(policy, default, mine) is None or f"allow {THERE}" in later
    assert Policy.model_validate_json(policy.model_dump_json()) == policy
