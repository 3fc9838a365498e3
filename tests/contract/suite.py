"""What every adapter keeps to. A module for each adapter binds these classes to a harness that plays its people."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import pytest

from bot.chat import wording
from bot.chat.events import Answered, Body, Pressed, Said
from bot.chat.reply import Choices, Feedback, Form, Option, Part, Text
from knowledge.load import load

P = TypeVar("P")
KNOWLEDGE = load(None)
SAID = "Our support replies never keep our tone"
OFFER = Choices(action="trial", text="Or let us see.", options=(Option(value="paste", label="Paste samples"),))


class Harness(Protocol):
    """One person in one conversation, on one platform."""

    async def say(self, text: str) -> None:
        """Say this to the advisor."""
        ...

    async def show(self, *parts: Part) -> None:
        """Bring a reply to the conversation; somebody has spoken in it."""
        ...

    async def choose(self, label: str) -> None:
        """Choose what has this label in the reply that was shown last, and be done with it."""
        ...

    async def fill(self, text: str) -> None:
        """Type this into the one field of the form that was shown last."""
        ...

    def heard(self) -> Sequence[Body]:
        """Return what the core was given of all this, in order."""
        ...

    def shown(self) -> Sequence[str]:
        """Return what the person reads of the advisor, message by message."""
        ...


class Remote(Harness, Protocol):
    """The same on a platform that is reached over a network."""

    longest: int
    """Characters that a message may have."""

    async def again(self) -> None:
        """Bring the last words of the person once more, as after an acknowledgement that got lost."""
        ...

    async def echo(self, text: str) -> None:
        """Bring the advisor its own message."""
        ...

    async def ask(self, *parts: Part, answered: str = "", again: bool = False) -> None:
        """Bring what stands open to the conversation; with `again` once more, as after an answer that got lost."""
        ...

    def pressable(self) -> Sequence[Sequence[str]]:
        """Return the labels of what can be pressed or chosen, message by message."""
        ...


def question(kind: str) -> Form:
    """Return the question for the first fact of this type."""
    return wording.form(KNOWLEDGE, [next(name for name in KNOWLEDGE.asks if KNOWLEDGE.facts[name].type == kind)])


def loses_nothing(encode: Callable[[P], str], decode: Callable[[str], P], one: P, other: P) -> None:
    """Fail where a conversation's id says less than where it is held, or two places share one. For hypothesis."""
    assert decode(encode(one)) == one
    assert (encode(one) == encode(other)) == (one == other)


class Contract:
    """What holds everywhere."""

    async def test_words_arrive_as_they_were_said(self, harness: Harness) -> None:
        text = f'{SAID}: 1 < 2 && "ja" > \'nein\', ünïcödé 🙂 `{{"a": 1}}`'
        await harness.say(text)
        assert list(harness.heard()) == [Said(text=text)]

    @pytest.mark.parametrize("kind", ["choice", "bool", "set"])
    async def test_a_choice_comes_back_as_its_value(self, harness: Harness, kind: str) -> None:
        [field] = question(kind).fields
        await harness.say(SAID)
        option = field.options[-1]
        await harness.show(question(kind))
        await harness.choose(option.label)
        value = {"bool": option.value == "true", "set": (option.value,)}.get(kind, option.value)
        assert harness.heard()[-1] == Answered(facts={field.fact: value})

    @pytest.mark.parametrize("kind", ["choice", "bool", "set"])
    async def test_not_knowing_is_an_answer(self, harness: Harness, kind: str) -> None:
        [field] = question(kind).fields
        await harness.say(SAID)
        await harness.show(question(kind))
        await harness.choose(wording.UNKNOWN)
        assert harness.heard()[-1] == Answered(facts={field.fact: None})

    @pytest.mark.parametrize(("typed", "value"), [("400", 400), ("20k", 20_000), ("1,200", 1200), ("?", None)])
    async def test_a_number_comes_back_as_one(self, harness: Harness, typed: str, value: int | None) -> None:
        [field] = question("count").fields
        await harness.say(SAID)
        await harness.show(question("count"))
        await harness.fill(typed)
        assert harness.heard()[-1] == Answered(facts={field.fact: value})

    async def test_what_can_be_done_next_comes_back_as_its_action(self, harness: Harness) -> None:
        await harness.say(SAID)
        options = tuple(Option(value=each, label=each.title()) for each in ("record", "skip", "more"))
        await harness.show(Text(markdown="Next:"), Choices(action="again", options=options))
        await harness.choose("Skip")
        assert harness.heard()[-1] == Pressed(action="again", values=("skip",))

    async def test_a_long_reply_is_shown_whole(self, harness: Harness) -> None:
        await harness.say(SAID)
        marks = [f"mark{number}end" for number in range(3000)]
        await harness.show(Text(markdown="\n\n".join(" ".join(marks[at : at + 30]) for at in range(0, 3000, 30))))
        read = "\n".join(harness.shown())
        assert [mark for mark in marks if mark not in read] == []


class RemoteContract(Contract):
    """What holds for what comes over a network besides."""

    async def test_what_is_delivered_again_is_heard_once(self, harness: Remote) -> None:
        await harness.say(SAID)
        await harness.again()
        await harness.again()
        assert list(harness.heard()) == [Said(text=SAID)]

    async def test_the_advisor_does_not_hear_itself(self, harness: Remote) -> None:
        await harness.say(SAID)
        await harness.echo("You asked whether you should finetune.")
        assert list(harness.heard()) == [Said(text=SAID)]

    async def test_a_choice_counts_once(self, harness: Remote) -> None:
        await harness.say(SAID)
        await harness.show(Choices(action="again", options=(Option(value="skip", label="Skip"),)))
        await harness.choose("Skip")
        await harness.choose("Skip")
        assert [each for each in harness.heard() if isinstance(each, Pressed)] == [
            Pressed(action="again", values=("skip",))
        ]

    async def test_the_open_question_exists_once(self, harness: Remote) -> None:
        await harness.say(SAID)
        await harness.ask(Text(markdown="First?", voice="ask"), question("bool"))
        [first] = harness.pressable()
        await harness.ask(Text(markdown="Second?", voice="ask"), question("choice"), OFFER)
        before, now = harness.pressable()
        assert first and now and not before
        assert "First?" in harness.shown()[0] and "Or " not in harness.shown()[0], "its words stay, its hint goes"
        await harness.ask(Text(markdown="Prompt first."), Feedback(about="c"))
        *before, now = harness.pressable()
        assert now and not any(before)

    async def test_what_was_answered_stays_with_its_question(self, harness: Remote) -> None:
        await harness.say(SAID)
        await harness.ask(Text(markdown="First?", voice="ask"), question("count"))
        await harness.ask(Text(markdown="Second?", voice="ask"), question("bool"), answered="example pairs: *400*")
        chosen = question("bool").fields[0].options[-1].label
        await harness.choose(chosen)
        await harness.ask(Text(markdown="Third?", voice="ask"), question("count"), answered="tuned: yes")
        first, second, _ = harness.shown()
        assert "example pairs: " in first and "400" in first
        assert chosen in second and "tuned: yes" not in second, "the press has told it"
        assert [bool(each) for each in harness.pressable()] == [False, False, True]

    async def test_what_is_delivered_twice_does_not_end_itself(self, harness: Remote) -> None:
        await harness.say(SAID)
        asked = Text(markdown="First?", voice="ask"), question("bool")
        await harness.ask(*asked)
        await harness.ask(*asked, again=True)
        assert [bool(each) for each in harness.pressable()] == [True]
        await harness.ask(Text(markdown="Second?", voice="ask"), question("count"))
        assert [bool(each) for each in harness.pressable()] == [False, True]

    async def test_what_has_controls_of_its_own_keeps_them(self, harness: Remote) -> None:
        await harness.say(SAID)
        stop = Choices(action="stop", options=(Option(value="stop", label="Stop"),))
        await harness.ask(Text(markdown="First?", voice="ask"), question("bool"), stop)
        await harness.ask(Text(markdown="Second?", voice="ask"), question("count"))
        assert list(harness.pressable()[0]) == ["Stop"]

    @pytest.mark.parametrize(
        "text", ["word " * 8000, "```python\n" + "x = 1\n" * 4000 + "```", "a" * 20_000, "👩‍👩‍👧‍👦" * 3000]
    )
    async def test_no_message_is_longer_than_it_may_be(self, harness: Remote, text: str) -> None:
        await harness.say(SAID)
        await harness.show(Text(markdown=text))
        shown = harness.shown()
        assert len(shown) > 1 and max(map(len, shown)) <= harness.longest
