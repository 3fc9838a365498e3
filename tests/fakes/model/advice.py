"""What a model that does well sends back to the requests of a turn, beside those of a trial."""

import json
import re
from typing import Any

from tests.fakes.model.server import Answer, Body, says

ADVICE = "Show the model your own good replies first, since nothing else is tried as fast [1]."


def form(body: Body) -> dict[str, Any]:
    """Return the properties of the object that a request wants; none where it wants plain text."""
    return body.get("response_format", {}).get("json_schema", {}).get("schema", {}).get("properties", {})


def reads_nothing(body: Body) -> Answer | None:
    """Read no fact in a message, so that the patterns alone count; None for any other request."""
    wanted = form(body)
    return reads(body, dict.fromkeys(wanted["facts"]["properties"])) if "facts" in wanted else None


def reads(body: Body, facts: dict[str, Any]) -> Answer:
    """Read these facts in a message, and nothing else."""
    sent: dict[str, Any] = {
        "language": "English",
        "addressed": "advisor",
        "situation": "",
        "complaint": None,
        "asks": [],
        "wants": "nothing",
        "facts": facts,
        "corrects": [],
        "unsure": None,
    }
    return says(json.dumps({name: sent[name] for name in form(body)}))


def advises(body: Body, text: str = ADVICE, **more: Any) -> Answer | None:
    """Answer a case with its stance and the first source that is offered; None for any other request."""
    if "calculations" not in form(body):
        return None
    said = str(body["messages"][1]["content"])
    stance, source = re.search(r"Stance to keep: ([a-z ]+)\.", said), re.search(r"(?m)^\[id ([^\]]+)\]", said)
    assert stance and source, said
    sent = {
        "direct": "",
        "changes": [],
        "whether": True,
        "language": "English",
        "stance": stance.group(1),
        "calculations": [],
        "text": text,
        "footnotes": [{"number": 1, "source": source.group(1)}],
        "steps": [],
        "question": None,
        "lines": [],
        "objection": None,
    }
    return says(json.dumps(sent | more))
