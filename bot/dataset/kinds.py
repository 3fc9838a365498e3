"""What can be wrong with a row or a file: severity, words, fix, and who says so."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

OPENAI_COOKBOOK = "OpenAI cookbook, chat data preparation"
OPENAI_SFT = "OpenAI supervised finetuning guide"
OPENAI_PRACTICE = "OpenAI finetuning best practices"
TOGETHER = "Together file check"
BEDROCK = "Amazon Bedrock data format"
OURS = "our own check"
TOKEN_LIMIT = 65_536
"""Tokens of a row beyond which OpenAI cuts its end off (best practices page)."""


@dataclass(frozen=True)
class Kind:
    """One kind of finding."""

    severity: Severity
    says: str
    fix: str
    source: str


KINDS: dict[str, Kind] = {
    # The row
    "not_json": Kind("error", "the line is not JSON", "Write one complete JSON object on each line.", OPENAI_COOKBOOK),
    "data_type": Kind("error", "the row is not an object", 'Write {"messages": [...]} in each row.', OPENAI_COOKBOOK),
    "messages_missing": Kind(
        "error",
        "the row has no list of messages",
        'Put the conversation under the key "messages", as a list with at least one message.',
        OPENAI_COOKBOOK,
    ),
    "other_form": Kind(
        "error",
        "the row has another form than chat messages",
        'Rewrite it as {"messages": [{"role": "user", "content": ...}, {"role": "assistant", "content": ...}]}.',
        OPENAI_SFT,
    ),
    "unreadable": Kind(
        "error",
        "the row cannot be read as its form says",
        "Mend or remove the row; the message says which part is missing.",
        OURS,
    ),
    "unknown_form": Kind(
        "error",
        "the row has none of the fields that tell what is asked and what is wanted",
        "Name the fields input and output, prompt and completion, or messages.",
        OURS,
    ),
    "mixed_form": Kind(
        "error",
        "the row has another form than the other rows",
        "Give all rows one form: trainers take the first row's for that of all.",
        OURS,
    ),
    "cells": Kind(
        "error",
        "the row has another number of cells than the table has names",
        "Put quotes around a text with the separator in it.",
        OURS,
    ),
    "row_unknown_key": Kind(
        "warning",
        "the row has keys beside messages that trainers may refuse",
        'Keep only "messages", and "tools" where tools are called.',
        TOGETHER,
    ),
    # A message
    "message_data_type": Kind(
        "error", "a message is not an object", 'Write {"role": ..., "content": ...}.', OPENAI_COOKBOOK
    ),
    "message_missing_key": Kind(
        "error", "a message lacks role or content", "Give every message a role and a content.", OPENAI_COOKBOOK
    ),
    "message_unknown_key": Kind(
        "error", "a message has an unknown key", "Remove the key; notes belong in another file.", OPENAI_COOKBOOK
    ),
    "unknown_role": Kind(
        "error",
        "a message has an unknown role",
        "Use system, developer, user, assistant or tool.",
        OPENAI_COOKBOOK,
    ),
    "content_type": Kind(
        "error", "a content is neither text nor a list of parts", "Write the content as a string.", OPENAI_COOKBOOK
    ),
    "empty_content": Kind(
        "error", "a message is empty", "Write the text, or leave the message or the row out.", OPENAI_COOKBOOK
    ),
    "weight": Kind("error", "a weight is not 0 or 1 on an assistant message", "Write 0 or 1, a number.", TOGETHER),
    "weights_zero": Kind(
        "error",
        "all assistant messages have weight 0, so nothing is learned",
        "Give weight 1 to at least one, or leave the row out.",
        OURS,
    ),
    "tool_calls": Kind(
        "error",
        "a tool call is malformed",
        'Each call needs a function with a "name" and "arguments" as JSON; OpenAI wants "id" and "type" too.',
        OPENAI_SFT,
    ),
    "tool_answer": Kind(
        "error",
        "a tool message answers no call",
        'Give it the "tool_call_id" of a call that stands before it.',
        OPENAI_SFT,
    ),
    # The conversation
    "no_assistant": Kind(
        "error", "no assistant message, so there is nothing to learn", "Add the ideal answer.", OPENAI_COOKBOOK
    ),
    "last_not_assistant": Kind(
        "error",
        "the last message is not the assistant's",
        "End the row with the ideal answer, or cut what follows it.",
        BEDROCK,
    ),
    "no_user": Kind("warning", "no user message", "Add what the assistant answers to.", OPENAI_COOKBOOK),
    "no_system": Kind(
        "warning",
        "no row has a system message",
        "Put the prompt that you will use in production into every row.",
        OPENAI_COOKBOOK,
    ),
    "some_system": Kind(
        "warning",
        "no system message, though other rows have one",
        "Give every row the prompt that you will use in production.",
        OPENAI_PRACTICE,
    ),
    "long_row": Kind(
        "warning",
        f"the row may exceed {TOKEN_LIMIT:,} tokens (estimate), and its end, the answer, would be cut off",
        "Shorten or split it.",
        OPENAI_PRACTICE,
    ),
    "duplicate": Kind(
        "warning",
        "the row repeats an earlier row",
        "Keep one; a copy in both training and test data hides mistakes.",
        OURS,
    ),
    "late_system": Kind(
        "warning",
        "a system message stands after others",
        "Put it first: most chat templates refuse or drop it elsewhere.",
        OURS,
    ),
    "assistant_first": Kind(
        "warning",
        "the assistant speaks before anybody asked",
        "Begin with a user message: several trainers and templates refuse the row.",
        BEDROCK,
    ),
    "same_role": Kind(
        "warning",
        "two messages of the same role follow each other",
        "Join them, or put the missing message between them: templates that want turns refuse the row.",
        BEDROCK,
    ),
    "odd_system": Kind(
        "warning",
        "a system message, though most rows have none",
        "Give every row the prompt that you will use in production.",
        OPENAI_PRACTICE,
    ),
    # Preferences and marks
    "preference_same": Kind(
        "error",
        "the preferred and the rejected answer are the same",
        "Leave the row out: nothing can be learnt from it.",
        OURS,
    ),
    "preference_missing": Kind(
        "error", "one of the two answers is missing or empty", "Write both, or leave the row out.", OURS
    ),
    "one_mark": Kind(
        "warning",
        "all answers are marked alike",
        "Answers marked good and bad are learnt from by their difference: add some of the other mark.",
        OURS,
    ),
    # What is said
    "echo": Kind(
        "warning",
        "the answer repeats the question",
        "Write the answer, or leave the row out.",
        OURS,
    ),
    "doubled_turn": Kind("warning", "a turn comes twice in the row", "Keep one of the two.", OURS),
    "boilerplate": Kind(
        "warning",
        "an answer speaks as an assistant about itself or declines in stock words",
        "Write what your own people would answer: the model learns to say this.",
        OURS,
    ),
    "placeholder": Kind(
        "warning",
        "a text has a placeholder or a note to its writer in it",
        "Fill it in or remove the row: the model learns to write it.",
        OURS,
    ),
    "html": Kind(
        "warning", "a text has HTML in it", "Take the tags out, unless they are what you want to learn.", OURS
    ),
    "mojibake": Kind(
        "warning",
        "a text was decoded in the wrong way (mojibake)",
        "Read the original as UTF-8 and write it again.",
        OURS,
    ),
    "language": Kind(
        "warning",
        "the answer is in another language than those of the other rows",
        "Leave it out, unless answers in that language are wanted.",
        OURS,
    ),
    "outlier": Kind(
        "warning",
        "the row is far longer than the others",
        "Look whether several texts ran together; split or shorten it.",
        OURS,
    ),
    # Personal data and secrets
    "mail": Kind("warning", "a person's mail address", "Take it out or put an invented one in its place.", OURS),
    "phone": Kind("warning", "a telephone number", "Take it out or put an invented one in its place.", OURS),
    "card": Kind("warning", "the number of a payment card", "Take it out: it must not be in training data.", OURS),
    "iban": Kind("warning", "the number of a bank account", "Take it out: it must not be in training data.", OURS),
    "secret": Kind(
        "warning", "a key, token or password", "Take it out, and have it replaced where it is in use.", OURS
    ),
    # Rows that repeat others
    "near_duplicate": Kind(
        "warning",
        "the row is nearly the same as an earlier row",
        "Keep one; a copy in both training and test data hides mistakes.",
        OURS,
    ),
    "contradiction": Kind(
        "warning",
        "the same question has another answer in an earlier row",
        "Decide which answer is right and keep that one.",
        OURS,
    ),
    # The file
    "form": Kind(
        "warning",
        "the rows are no chat messages",
        'Hosted trainers want {"messages": [{"role": "user", "content": ...}, {"role": "assistant", "content": ...}]}: '
        "rewrite them for one; TRL, Axolotl and LLaMA-Factory read them as they are.",
        OPENAI_SFT,
    ),
    "fields": Kind(
        "warning",
        "which field is the question and which is the answer is not certain",
        "Name them input and output, or prompt and completion.",
        OURS,
    ),
    "table": Kind(
        "warning",
        "the file is a table and not JSON lines",
        "Most trainers want JSON lines: write each row as an object on a line of its own.",
        OPENAI_SFT,
    ),
    "encoding": Kind("error", "the file is not UTF-8", "Save it as UTF-8.", OURS),
    "commas": Kind("error", "a comma stands where JSON allows none", "Remove it: strict readers stop there.", OURS),
    "comments": Kind(
        "error", "a comment stands in JSON, which has none", "Remove it: strict readers stop there.", OURS
    ),
    "titles": Kind(
        "warning",
        "lines stand above the names of the columns",
        "Remove them: readers of tables take the first line for the names.",
        OURS,
    ),
    "open_array": Kind("error", "the JSON array is not closed", "The file may be cut: look at its end.", OURS),
    "blank_line": Kind("warning", "blank lines between rows", "Remove them: some readers stop there.", OURS),
    "byte_order_mark": Kind("warning", "the file starts with a byte order mark", "Save it as UTF-8 without one.", OURS),
    "json_array": Kind(
        "error",
        "the file is one JSON array, not JSON lines (it was read anyway; row numbers count its entries)",
        "Write each entry on a line of its own, without commas between them.",
        OPENAI_SFT,
    ),
    "json_object": Kind(
        "error",
        "the file is JSON over several lines, not JSON lines (it was read anyway; row numbers count its entries)",
        "Write each row on one line.",
        OPENAI_SFT,
    ),
    "under_10": Kind(
        "warning",
        "fewer than 10 rows",
        "OpenAI starts no job with fewer than 10; write more pairs or put these into the prompt as examples.",
        OPENAI_SFT,
    ),
    "under_50": Kind(
        "warning",
        "fewer than 50 rows",
        "OpenAI advises to start with 50 good ones and to rethink task and prompt if those change nothing.",
        OPENAI_SFT,
    ),
    "under_200": Kind(
        "warning",
        "fewer than 200 rows",
        "The five rules ask for 200; a pilot with fewer is fine where others (OpenAI: 50, Google: 100) start lower.",
        "the five rules, rule 5",
    ),
}
FEW = ((10, "under_10"), (50, "under_50"), (200, "under_200"))
