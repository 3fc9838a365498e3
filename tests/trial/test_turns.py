"""What comes before an input reaches the model, and any of several outputs passes."""

from bot.consultation.model import Pair, Samples, Turn
from bot.trial.results.compare import keys_of
from bot.trial.rungs import BY_NAME
from bot.trial.rungs.base import sent
from bot.trial.scorers.equal import Text
from bot.trial.scorers.judged import Human
from bot.trial.task import task_of

BEFORE = (
    Turn(role="system", content="Be kind."),
    Turn(role="user", content="hi"),
    Turn(role="assistant", content="hello"),
)
TASK = task_of(Samples(pairs=(Pair(input="price?", output="5", before=BEFORE), Pair(input="size?", output="XL"))))


def test_turns_stay_turns_and_the_system_message_is_the_first_and_only_one() -> None:
    for name in ("bare", "instructed", "few_shot"):
        messages = sent(BY_NAME[name], TASK, 0)
        assert [m["role"] for m in messages].count("system") == 1
        assert messages[0]["role"] == "system" and "Be kind." in messages[0]["content"]
        assert messages[-3:-1] == [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
        assert "price?" in messages[-1]["content"]


def test_an_item_without_turns_is_sent_as_the_rung_says() -> None:
    for name in ("bare", "instructed", "few_shot"):
        assert sent(BY_NAME[name], TASK, 1) == BY_NAME[name].messages(TASK, 1)


def test_any_of_several_outputs_passes() -> None:
    task = task_of(Samples(pairs=(Pair(input="a", output="no", also=("none", "nil")),)))
    (item,) = task.items
    assert [item.passes(Text(), text) for text in ("no", "None.", "nil", "yes")] == [True, True, True, False]
    assert item.passes(Human(), "no") is None


def test_items_that_differ_in_their_turns_alone_are_different_items() -> None:
    pairs = (Pair(input="a", output="b"), Pair(input="a", output="b", before=BEFORE))
    assert len(set(keys_of(task_of(Samples(pairs=pairs))))) == 2
