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
        'Each call needs "id", "type": "function", and a function with a "name" and "arguments" as JSON in a string.',
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
        "no system message",
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
    # The file
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
        "the file is one JSON object over several lines (it was read as one row)",
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
