"""What this process counts, for /metrics."""

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics

disable_created_metrics()
REGISTRY = CollectorRegistry()

EVENTS = Counter(
    "advisor_events", "Events that came in, by what became of them: accepted, repeated, refused.", ["outcome"],
    registry=REGISTRY,
)  # fmt: skip
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
