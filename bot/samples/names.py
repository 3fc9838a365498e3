"""What fields of records are called, and what their names say."""

import re
from functools import lru_cache

INPUTS = (
    "input", "inputs", "in", "prompt", "question", "q", "query", "user", "user_input", "user_query", "user_prompt",
    "user_message", "text_input", "input_text", "instruction", "customer", "client", "frage", "eingabe", "pregunta",
    "entrada", "domanda", "pergunta", "vraag", "soru", "вопрос", "问题", "質問",
)  # fmt: skip
"""Names of what is asked, the surest first."""
TEXTS = (
    "text", "ticket", "message", "request", "sentence", "review", "email", "mail", "document", "comment", "body",
    "problem", "article", "passage", "utterance", "tweet", "post", "goal", "content", "subject",
)  # fmt: skip
"""Names of texts that something is asked about."""
LAST_INPUTS = ("source", "x", "title")
"""Names that as often say where a row comes from."""
IDEALS = (
    "expected", "expected_output", "expected_answer", "expected_response", "ideal", "ideal_answer", "ground_truth",
    "ground_truths", "groundtruth", "reference", "references", "reference_answer", "reference_output", "gold",
    "gold_answer", "correct_answer", "wanted", "ideals",
)  # fmt: skip
"""Names of the wanted answer, whatever was answered."""
ANSWERS = (
    "output", "outputs", "out", "completion", "answer", "answers", "a", "response", "reply", "assistant", "output_text",
    "us", "agent", "support", "antwort", "ausgabe", "respuesta", "salida", "réponse", "risposta", "resposta",
    "antwoord", "cevap", "ответ", "答案", "回答",
)  # fmt: skip
LABELS = (
    "target", "label", "labels", "result", "category", "class", "sentiment", "summary", "translation", "intent",
    "topic", "priority", "annotation", "y",
)  # fmt: skip
OUTPUTS = (*IDEALS, *ANSWERS, *LABELS)
LEADS = ("instruction", "prompt")
"""Names of an instruction, where something else holds the text that it is about."""
SYSTEMS = ("system", "system_prompt", "system_instruction", "system_message")
SEVERAL = ("ideal", "ideals", "answers", "ground_truths", "references")
"""Names under which a list means that each of its members is right."""
LONGEST = 100
"""Characters of a name; what is longer is a text."""
LISTS = ("items", "pairs", "examples", "samples", "data", "rows", "records")
_ASIDE = frozenset(
    {"id", "index", "idx", "uuid", "no", "nr", "row", "metadata", "meta", "created_at", "updated_at", "status", "split"}
    | {"timestamp", "date", "url", "lang", "language", "author", "generator", "model", "tags", "name", "dataset_id"}
    | {"contexts", "retrieved_contexts", "context", "history", "tools", "tool_choice", "parallel_tool_calls", "weight"}
    | {"dataset", "version", "type", "schema_version", "source_trace_id", "source_observation_id", *SYSTEMS}
)


def plain(name: object) -> str:
    """Return a name in lower case with single underscores: `expectedOutput` and `Expected output` are the same."""
    text = str(name)
    return _plain(text) if len(text) <= LONGEST else text


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", text).strip("_").lower()


def is_aside(name: str) -> bool:
    """Tell whether a name says that a field is neither what is asked nor what is answered."""
    return name in _ASIDE or name.endswith("_id")
