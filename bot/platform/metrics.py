"""What this process counts, for /metrics. Who it was is never told: a workspace is named by a digest alone."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()
REGISTRY = CollectorRegistry()

EVENTS = Counter(
    "advisor_events", "Events that came in, by what became of them: accepted, repeated, refused.", ["outcome"],
    registry=REGISTRY,
)  # fmt: skip
TAKING = Histogram(
    "advisor_intake_seconds", "How long it took to store an event, after which it is acknowledged.",
    registry=REGISTRY, buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0),
)  # fmt: skip
REFUSALS = Counter(
    "advisor_refusals", "What was not done for somebody, by why: policy, outsider, admin, hidden, earlier, cap, limit.",
    ["why"], registry=REGISTRY,
)  # fmt: skip
TURN_SECONDS = Histogram(
    "advisor_turn_seconds", "How long turns took, their model calls included.",
    registry=REGISTRY, buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 25.0, 40.0),
)  # fmt: skip
MODEL_SECONDS = Histogram(
    "advisor_model_seconds", "How long answered model calls took, of turns and of trials.", ["of"],
    registry=REGISTRY, buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 8.0, 15.0, 25.0, 60.0, 180.0),
)  # fmt: skip
MODEL_FAILURES = Counter("advisor_model_failures", "Model calls of turns that failed.", registry=REGISTRY)
TOKENS = Counter(
    "advisor_tokens", "Tokens of model calls, by direction (in, out) and workspace.", ["direction", "workspace"],
    registry=REGISTRY,
)  # fmt: skip
USD = Counter("advisor_usd", "What model calls cost by the price list, by workspace.", ["workspace"], registry=REGISTRY)
TURNS = Counter("advisor_turns", "Turns taken; one that was taken again counts again.", registry=REGISTRY)
QUESTIONS = Counter("advisor_questions", "Questions asked.", registry=REGISTRY)
VERDICTS = Counter("advisor_verdicts", "Verdicts given, by name.", ["verdict"], registry=REGISTRY)
FEEDBACK = Counter("advisor_feedback", "Judgements of verdicts by people: up, down.", ["how"], registry=REGISTRY)
DELIVERIES = Counter(
    "advisor_deliveries", "Sends of the outbox, by outcome: delivered, retried, refused.", ["outcome"],
    registry=REGISTRY,
)  # fmt: skip
TRIAL_CALLS = Counter("advisor_trial_calls", "Model calls of trials, by outcome.", ["outcome"], registry=REGISTRY)
OLDEST_WAITING = Gauge(
    "advisor_oldest_waiting_seconds", "For how long the oldest event has been waiting.", registry=REGISTRY
)
DEAD_LETTERS = Gauge("advisor_dead_letters", "What could not be delivered or worked on.", registry=REGISTRY)
READY = Gauge("advisor_ready", "1 where /readyz says that this process can do its part, else 0.", registry=REGISTRY)


def paid(person: str | None, tokens_in: int, tokens_out: int, usd: float | None) -> None:
    """Count what model calls took, by the workspace of who caused them (`platform:workspace:person`)."""
    workspace = digest((person or "").rpartition(":")[0])
    TOKENS.labels("in", workspace).inc(tokens_in)
    TOKENS.labels("out", workspace).inc(tokens_out)
    USD.labels(workspace).inc(usd or 0.0)


def together(counted: Mapping[str, str]) -> bytes:
    """Return the figures of several processes as one page, each with the name of its process as a label."""
    from prometheus_client import generate_latest
    from prometheus_client.core import Metric
    from prometheus_client.parser import text_string_to_metric_families

    families: dict[str, Metric] = {}
    for process, page in counted.items():
        for family in text_string_to_metric_families(page):
            held = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            held.samples += [each._replace(labels={"process": process, **each.labels}) for each in family.samples]

    class All(CollectorRegistry):
        def collect(self) -> Iterable[Metric]:
            return families.values()

    return generate_latest(All())


def digest(name: str) -> str:
    """Return what stands for a workspace: the first 12 digits of the SHA-256 of `slack:T0123`; "none" for none."""
    return sha256(name.encode()).hexdigest()[:12] if name else "none"
