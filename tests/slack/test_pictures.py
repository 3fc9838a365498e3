"""The main messages as people see them. `python -m tests.slack.pictures FOLDER` makes pictures of the same."""

from html import unescape
from pathlib import Path

import pytest

from tests.fakes.slack import text_of
from tests.slack.pictures import SCENES, painted

SHOWN = {
    "question": ["What kind of answer should come out?", "I don't know", "answer in words"],
    "several": ["How many times a day", "Answer all 4", "How many times a day"],
    "verdict": ["(Rule ", "Because", "This would change if", "Why", "Sources", "Useful", "A fact is wrong", "bare"],
    "use_offer": ["What kind of answer", "Ben: example pairs: 400", "Use it"],
    "file_check": ["rows.jsonl", "12 rows"],
    "passed_on": ["In what you passed on I read:", "400", "Is that your case?", "That is us", "Not us"],
    "trial": ["few-shot", "and is now:", "(Rule ", "This would change if", "Details", "Files"],
    "trial_question": ["For your case:", "Details", "What kind of answer"],
    "trial_details": ["Counted in your case:", "The prompt that did best"],
    "facts": ["what should get better", "Ana", "example pairs"],
    "voices": ["Noted:", "Problem:", "Paste samples", "What it costs a day", "$124.00"],
    "progress": ["31/45", "instructed: item 4 of 5, run 2", "Stop"],
    "private": ["/finetune", "into our direct messages"],
    "home": ["Start a new one", "Open", "A trial is running.", "With a verdict", "Forget", "30 days"],
    "empty_home": ["Start a new one", "no consultation yet"],
    "facts_modal": ["The goal", "What should get better?", "I don't know", "How many pairs"],
    "paste_modal": ["Run your own samples", "Or files"],
    "dataset_modal": ["Check a finetuning file", "Or files"],
    "fix_modal": ["How many times a day", "20000"],
}


@pytest.mark.parametrize("name", SCENES)
async def test_what_people_see_is_in_its_order_and_painted(name: str, tmp_path: Path):
    shown, html = await painted(name, tmp_path)
    whole = "\n".join(text_of(each) for each in shown)
    at = 0
    for words in SHOWN[name]:
        assert words in whole[at:], f"{words!r} does not come after what should come before it."
        at = whole.index(words, at) + len(words)
    for words in SHOWN[name]:
        assert words in unescape(unescape(html))
