"""The main messages, as people look at them: nothing in them breaks a limit, and what matters is on them."""

from pathlib import Path

import pytest

from tests.discord.pictures import SCENES, painted

ON_IT = {
    "question": ("What kind of answer should come out?", "Choose one", "Or reply with your answer."),
    "several": ("Answer all 4", "Continue", "or reply to this message"),
    "verdict": ("(Rule ", "This would change if", "Why", "Sources", "A fact is wrong", "data:image/png;base64,"),
    "use_offer": ("What kind of answer should come out?", "Ben: example pairs: 400", "Use it"),
    "file_check": ("rows.jsonl", "12 rows"),
    "passed_on": ("In what you passed on I read:", "400", "Is that your case?", "That is us", "Not us"),
    "trial": (
        "few-shot",
        "and is now:",
        "(Rule ",
        "This would change if",
        "data:image/png;base64,",
        "Details",
        "Files",
    ),
    "trial_question": ("For your case:", "data:image/png;base64,", "Details", "What kind of answer"),
    "trial_details": ("Counted in your case:", "The prompt that did best"),
    "facts": ("what should get better", "The tone or style is off"),
    "voices": ("<b>Problem:</b>", "Paste samples", "$124.00", "Words first"),
    "progress": ("31 of 45", "Stop"),
    "private": ("Only you can see this", "Answer both", "Continue"),
    "in_the_channel": ("I may not open a thread here", "should we finetune?"),
    "facts_form": ("The goal", "I don&#x27;t know", "How many pairs of an input and its ideal"),
    "volume_form": ("calls a day, for example", "if you don&#x27;t know"),
    "paste_form": ("Run your own samples", "Or files"),
    "dataset_form": ("Check a finetuning file", "Or files"),
    "continue_form": ("Your answer, or anything else",),
}


@pytest.mark.parametrize("name", SCENES)
async def test_a_scene_shows_what_matters(name: str, tmp_path: Path) -> None:
    shown, html = await painted(name, tmp_path)
    assert shown
    for words in ON_IT[name]:
        assert words in html
