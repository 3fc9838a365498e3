"""Each of the small files beside this project has its right reading."""

from pathlib import Path

import pytest

from bot.samples.parse import parse
from tests.samples.test_makers import Pairs, pairs

SHARED = Path(__file__).parents[3] / "shared" / "cases" / "files"
ASK: Pairs = [("Is water wet?", "yes"), ("Is fire cold?", "no")]
HELLO: Pairs = [("Say hi", "Hello there"), ("Say bye", "Goodbye")]
SOUP: Pairs = [("soup good", "positive"), ("soup cold", "negative")]
SPAM: Pairs = [("See you at six", "ham"), ("Win a prize now", "spam"), ("Ok", "ham")]
UMLAUT: Pairs = [("Schöne Grüße", "positiv"), ("Übel", "negativ")]

FILES: dict[str, tuple[Pairs, str | None]] = {
    "alpaca_noinput.jsonl": ([("Name a cat.", "Tom"), ("Name a dog.", "Rex")], None),
    "alpaca_sys.jsonl": (
        [("Translate to French.\n\ncat", "chat"), ("Translate to German.\n\ndog", "Hund")],
        "You are terse.",
    ),
    "crlf_bom_blank.jsonl": ([("hi", "yo"), ("ha", "ye")], None),
    "dpo.jsonl": (HELLO, None),
    "excel_latin1.csv": (UMLAUT, None),
    "excel_semicolon.csv": ([("Suppe; kalt", "negativ"), ('Sehr "gut"', "positiv")], None),
    "excel_trailing.csv": (SPAM, None),
    "excel_utf16.txt.csv": (UMLAUT, None),
    "expected_answer.csv": (ASK, None),
    "gemini.jsonl": ([("Say hi", "Hi")], "Be brief."),
    "jsonl_trailing_comma.jsonl": (SOUP, None),
    "kto.jsonl": (HELLO[:1], None),
    "kto_msgs.jsonl": (HELLO[:1], None),
    "langfuse.csv": (ASK, None),
    "langfuse.jsonl": (ASK, None),
    "langfuse_str.jsonl": (ASK, None),
    "meta_source.csv": (
        [("Write a poem about rain", "Rain falls softly"), ("Write a poem about sun", "Sun shines")],
        None,
    ),
    "mistral_tools.jsonl": ([("{}", "Cold")], None),
    "nova.jsonl": ([("Say hi", "Hi")] * 2, "Be brief."),
    "num_labels.csv": ([("soup good", "1"), ("soup cold", "0"), ("soup fine", "1"), ("soup bad", "0")], None),
    "oai_dpo.jsonl": ([("hi", "hello")], None),
    "oai_evals.jsonl": (ASK, "Answer yes or no."),
    "oai_parts.jsonl": ([("Is the shop open?", "yes"), ("Is the bar open?", "no")], None),
    "oai_tools.jsonl": (
        [
            ("Weather in Oslo?", '[{"name": "w", "arguments": {"c": "Oslo"}}]'),
            ("Weather in Rome?", '[{"name": "w", "arguments": {"c": "Rome"}}]'),
        ],
        None,
    ),
    "promptfoo.yaml": (
        [("The soup was good", "positive"), ("The soup was cold", "negative")],
        "What is the mood? {input}",
    ),
    "promptfoo_tests3.csv": ([("The soup was good", "positive"), ("The soup was cold", "negative")], None),
    "qa_gt.csv": (ASK, None),
    "ragas.csv": (ASK, None),
    "reasoning_content.jsonl": ([("2+2?", "4")], None),
    "rft.jsonl": ([("2+2?", "4")], None),
    "sharegpt_id.json": ([("Say hi", "Hello"), ("Say bye", "Bye")], None),
    "thinking_oss.jsonl": ([("2+2?", "4")], "x"),
    "ticket_cat.csv": ([("I want my money back", "billing"), ("I cannot log in", "access")], None),
    "two_col_unknown.csv": ([("Ciao?", "Ciao a te"), ("Addio?", "Addio a te")], None),
    "u2028.csv": (
        [
            ("soup\u2028was good", "positive"),
            ("soup cold", "negative"),
            ("nel\x85here good", "positive"),
            ("vt\x0bhere", "negative"),
        ],
        None,
    ),
    "u2028.jsonl": ([("soup\u2028good", "positive"), ("soup cold", "negative")], None),
    "unquoted_comma.csv": ([("Great food", "positive")], None),
    "user_user.jsonl": ([("b", "c\n\nd"), ("a", "c"), ("a", "c")], None),
    "v1v2.csv": (SPAM, None),
}


@pytest.mark.parametrize("name", [*FILES, "u2028_40.jsonl"])
def test_each_kind_of_file_has_its_right_reading(name: str) -> None:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} is not among the files beside this project")
    given = parse(path.read_bytes(), name)
    if name == "u2028_40.jsonl":
        assert len(given.pairs) == 40
        return
    assert (pairs(given), given.prompt) == FILES[name]
