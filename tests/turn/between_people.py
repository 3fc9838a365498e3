"""Lines that people write to each other at work, and lines among them that are about the case."""

import json
from pathlib import Path

from bot.consultation.base import Value
from bot.reading.overheard.unmistakable import unmistakable
from tests.support.consulting import ADVISOR

BETWEEN_PEOPLE = [
    "anyone up for coffee at 4?", "5 minutes", "the staging box has 12 gigs free", "two of the tests are flaky again",
    "it took 40 minutes to deploy", "ok merging", "who owns the release?", "I own that one",
    "the office in Lyon said no", "we sold 300 tickets for the concert!", "the form on the website is broken",
    "we always forget the milk", "no idea, ask dana", "great, 2 more to go", "that is too expensive",
    "the new laptop is good enough", "yes, both", "none of us", "nobody has seen him", "thumbs up from me",
    "we tried the thai place", "changed every week, apparently", "short answer: no", "a number of people are sick",
    "one of these days", "could be faster", "the wifi is slow", "as I said: 14", "my train is late",
    "did you label the boxes", "he wrote the answer himself", "I never measured it", "we have 3 rooms",
    "azure is down again", "the tone in that meeting was off", "retro facts: 3 incidents", "99", "k", "lol no",
    "please stop", "it is what it is", "rule 1: no meetings on friday", "the safety training is at 10",
    "our team is 5 people", "they want a discount", "we could train the juniors on it", "that's a hard no", "1,200",
    "my prompt reply: no", "we need it by friday", "the contract must stay inside the folder",
    "you are the best model!",
]  # fmt: skip

ABOUT_THE_CASE: list[tuple[str, dict[str, Value]]] = [
    ("we have about 600 labelled examples by now", {"examples": 600}),
    ("the model never keeps our tone", {"need": ("style",)}),
    ("we do 3,000 calls a day at peak", {"calls_per_day": 3000}),
    ("our customer data must not leave our servers", {"data_limits": "must_stay_inside"}),
    ("we tried several different prompts", {"prompts_tried": ("several",)}),
    ("40 test cases are in the eval folder", {"eval_items": 40}),
    ("the model hallucinates our product facts", {"need": ("facts",)}),
    ("each prompt is about 1,200 tokens", {"tokens_in": 1200}),
    ("it breaks the json schema half of the time", {"need": ("format",)}),
    ("all the pairs were written by our support team", {"examples_from": "people"}),
]

_DATA = Path(__file__).parent / "data"
SMALL_TALK = (_DATA / "between_people.txt").read_text().splitlines()
"""More of the first kind, many with a word that talk about a case has as well."""
STATED: list[tuple[str, str, Value]] = [
    (told["line"], told["fact"], told["value"] if not isinstance(told["value"], list) else tuple(told["value"]))
    for told in map(json.loads, (_DATA / "about_the_case.jsonl").read_text().splitlines())
]
"""More of the second kind, each with one of the facts that it states."""


def read(line: str, asked: str | None) -> dict[str, Value]:
    """Return what is taken from a line, while this fact is asked for."""
    found = unmistakable(line, (asked,) if asked else (), ADVISOR.knowledge)
    return {one.fact: one.value for one in found}
