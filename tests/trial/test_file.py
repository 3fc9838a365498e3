"""The trial file: what it may hold, and one clear sentence for each thing that is wrong with it."""

import json
from pathlib import Path

import pytest

from bot.trial.budget import Cap
from bot.trial.file import FileFault, TrialFile, load
from bot.trial.scorers.found import Contains, NotContains, Regex
from bot.trial.scorers.judged import Judge
from bot.trial.scorers.label import Label
from bot.trial.scorers.value import Json, Number
from bot.trial.task import RUNG_NAMES

FULL = """\
prompt: "Is this kind? {input}"
premise: The shop is closed on Mondays.
scorer: {label: {labels: ["yes", "no", "on"]}}
rungs: [few_shot, bare]
models: [gpt-6-luna, gpt-4.1, o-next]
repeats: 2
threshold: 0.9
cap: {calls: 20, usd: 0.5}
items:
  - {input: Thank you, output: yes}
  - [Go away, no]
  - input: Read this at 12:30
    output: on
"""


def read(folder: Path, text: str, name: str = "task.yaml") -> TrialFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_every_key_is_read(tmp_path: Path) -> None:
    got = read(tmp_path, FULL)
    task = got.task
    assert [(p.input, p.output) for p in task.pairs] == [
        ("Thank you", "yes"),
        ("Go away", "no"),
        ("Read this at 12:30", "on"),
    ]
    assert task.prompt == "Is this kind? {input}"
    assert task.premise == "The shop is closed on Mondays."
    assert task.scorer == Label(labels=("yes", "no", "on"))
    assert task.rungs == ("bare", "few_shot", "model")
    assert task.models == ("gpt-4.1", "o-next")
    assert (task.repeats, task.bar) == (2, 0.9)
    assert (got.model, got.cap) == ("gpt-6-luna", Cap(calls=20, usd=0.5))


def test_json_of_the_same_keys_is_the_same(tmp_path: Path) -> None:
    keys = {"items": [["a", "yes"], ["b", "no"]], "threshold": 0.5, "scorer": "exact"}
    got = read(tmp_path, json.dumps(keys), "task.json")
    assert (len(got.task.pairs), got.task.bar, got.task.scorer.name) == (2, 0.5, "exact")


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    got = read(tmp_path, "items: [[a, yes], [b, no]]")
    assert (got.task.rungs, got.task.repeats, got.task.bar) == (RUNG_NAMES, 5, 0.8)
    assert got.task.scorer == Label(labels=("no", "yes"))
    assert (got.model, got.task.models, got.cap) == (None, (), Cap(calls=200, usd=0.5))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pairs.jsonl", '{"input": "a", "output": "yes"}\n["b", "no"]\n'),
        ("pairs.csv", "text,label\na,yes\nb,no\n"),
        ("pairs.json", '[["a", "yes"], ["b", "no"]]'),
        ("pairs.txt", "input: a\noutput: yes\n\ninput: b\noutput: no"),
        ("pairs.yaml", "- {input: a, output: yes}\n- [b, no]\n"),
    ],
)
def test_pairs_alone_are_a_trial_and_can_be_named_by_path(tmp_path: Path, name: str, text: str) -> None:
    wanted = [("a", "yes"), ("b", "no")]
    assert [(p.input, p.output) for p in read(tmp_path, text, name).task.pairs] == wanted
    if not name.endswith("yaml"):
        got = read(tmp_path, f"items: {name}\nrepeats: 1")
        assert [(p.input, p.output) for p in got.task.pairs] == wanted


def test_answers_are_as_written_and_records_as_meant(tmp_path: Path) -> None:
    fields = "{n: 1, ok: true, day: 2026-11-22, word: no, at: 12:30, code: 007, x: 1.5, none: null}"
    got = read(tmp_path, f"items:\n- [a, 007]\n- [b, 1.50]\n- [c, {fields}]\n- [d, true]")
    assert [p.output for p in got.task.pairs[:2]] == ["007", "1.50"]
    more = {"at": "12:30", "code": "007", "x": 1.5, "none": None}
    assert json.loads(got.task.pairs[2].output) == {"n": 1, "ok": True, "day": "2026-11-22", "word": "no", **more}
    assert got.task.pairs[3].output == "true"


@pytest.mark.parametrize(
    ("text", "scorer"),
    [
        ("number", Number()),
        ("{number: {tolerance: 0.5}}", Number(tolerance=0.5)),
        ("{name: number, tolerance: 2}", Number(tolerance=2)),
        ('{regex: "^a"}', Regex(pattern="^a")),
        ("json", Json()),
        ("{contains: [a, b]}", Contains(texts=("a", "b"))),
        ("{must-not-contain: sorry}", NotContains(texts=("sorry",))),
        ("{judge: It is kind.}", Judge(rubric="It is kind.")),
        ("{number: 0.5}", Number(tolerance=0.5)),
    ],
)
def test_a_scorer_can_be_named(tmp_path: Path, text: str, scorer: object) -> None:
    assert read(tmp_path, f"scorer: {text}\nitems: [[a, 7]]").task.scorer == scorer


def test_tests_of_promptfoo_are_a_trial(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        """\
description: reviews
prompts: ["What is the mood? {{text}}"]
providers: [openai:gpt-4o-mini]
tests:
  - vars: {text: The soup was good}
    assert: [{type: contains, value: positive}]
  - vars: {text: The soup was cold}
    assert: [{type: icontains, value: negative}]
""",
        "promptfooconfig.yaml",
    )
    assert [(p.input, p.output) for p in got.task.pairs] == [
        ("The soup was good", "positive"),
        ("The soup was cold", "negative"),
    ]
    assert (got.task.prompt, got.task.scorer) == ("What is the mood? {input}", Contains())


def test_of_items_that_could_mean_several_the_named_fields_are_run(tmp_path: Path) -> None:
    rows = "- {id: 1, text: no heat, topic: warmth, priority: high}\n- {id: 2, text: dark, topic: power, priority: low}"
    text = f"items:\n{rows}"
    told = read(tmp_path, text).understood
    assert told is not None and told.others
    got = load(tmp_path / "task.yaml", ("text", "priority"))
    assert [p.output for p in got.task.pairs] == ["high", "low"]
    assert got.understood is not None and not got.understood.others


def test_one_prompt_alone_is_a_trial(tmp_path: Path) -> None:
    got = read(tmp_path, "prompt: Write a haiku.")
    assert got.task.pairs == ()
    assert got.task.scorer.name == "human"


def test_after_fifty_items_the_rest_is_counted(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps({"items": [[f"{n}", "x"] for n in range(60)]}), "t.json").left_out == 10


FAULTS = {
    "unknown key": ("treshold: 1\nitems: [[a, b]]", "no key treshold; did you mean threshold?"),
    "far from any key": ("zzz: 1\nitems: [[a, b]]", "the keys are items, prompt"),
    "unknown rung": ("rungs: [magic]\nitems: [[a, b]]", "there is no rung magic; bare, instructed, few_shot"),
    "unknown scorer": ("scorer: vibes\nitems: [[a, b]]", "there is no scorer vibes; there are exact, text"),
    "a wrong option": ("scorer: {number: {tolerance: x}}\nitems: [[a, b]]", "scorer number: tolerance is wrong"),
    "threshold over one": (
        "threshold: 80\nitems: [[a, b]]",
        "threshold is wrong: input should be less than or equal to 1",
    ),
    "no repeats": ("repeats: 0\nitems: [[a, b]]", "repeats is wrong"),
    "a cap of words": ("cap: {calls: many}\nitems: [[a, b]]", "cap.calls is wrong"),
    "a broken item": ("items: [[a, b], [c]]", "item 2 is not an input and an output"),
    "an item without output": ("items: [{input: a}, [b, c]]", "item 1 has no output"),
    "too many models": ("models: [a, b, c, d, e, f, g]\nitems: [[a, b]]", "6 models are the most"),
    "a pattern that grows": (
        "scorer: {regex: '(a{65535}){65535}'}\nitems: [[a, b]]",
        "its repetitions come to more than",
    ),
    "a wanted pattern that grows": (
        "scorer: regex\nitems: [[a, '((b{900}){900}){9}']]",
        "its repetitions come to more",
    ),
    "a deep pattern": ("scorer: regex\nitems: [[a, '" + "(" * 2000 + ")" * 2000 + "']]", "nested too deeply"),
    "a broken pattern": ("scorer: {regex: '('}\nitems: [[a, b]]", "scorer regex: pattern is wrong: this is no pattern"),
    "nothing to look for": ("scorer: not_contains\nitems: [[a, b]]", "scorer not_contains: texts is wrong"),
    "no number": ("scorer: number\nitems: [[a, 1], [b, y]]", "item 2's output 'y' is no number."),
    "no JSON": ("scorer: json\nitems: [[a, '{b']]", "is no JSON"),
    "no label": ("scorer: {label: [x, y]}\nitems: [[a, z]]", "item 1's output 'z' is none of the labels x, y."),
    "no items": ("repeats: 2", "There is nothing to run yet"),
    "a place and no items": ("prompt: Sort {input}", "has a place for {input}, but no inputs"),
    "broken YAML": ("items: [[a, b\nprompt: x", "is no valid YAML at line"),
    "empty": ("", "has no keys"),
    "no such path": ("items: none.csv", "There is no file"),
    "a broken file of items": ("items: bad.csv", "Row 2 has only 1 column"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_is_one_sentence(tmp_path: Path, case: str) -> None:
    (tmp_path / "bad.csv").write_text("input,output\na\n", encoding="utf-8")
    text, said = FAULTS[case]
    with pytest.raises(FileFault) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert str(caught.value).rstrip().endswith((".", "?"))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_too_large_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="There is no file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(FileFault, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(FileFault, match="over 1 MiB"):
        read(tmp_path, "x" * 2**21)
    (tmp_path / "latin.yaml").write_bytes(b"prompt: caf\xe9")
    with pytest.raises(FileFault, match="not UTF-8"):
        load(tmp_path / "latin.yaml")


def test_rungs_may_be_written_as_people_say_them(tmp_path: Path) -> None:
    task = read(tmp_path, "rungs: [Few-Shot, verb swap, steps]\nitems: [[a, yes], [b, no]]").task
    assert task.rungs == ("few_shot", "verb_swap", "steps")


def test_the_named_labels_are_those_of_the_pairs(tmp_path: Path) -> None:
    task = read(tmp_path, "scorer: {label: {}}\nitems: [[a, late], [b, early]]").task
    assert task.scorer == Label(labels=("early", "late"))
