"""Posts as teams write them, for loads: 20 to 800 characters, every second one with facts of its case."""

import random

MENTION = "should we finetune?"
"""A mention of one line, which states nothing."""
TOPICS = (
    "refund mails",
    "support tickets",
    "lab reports",
    "invoices",
    "job ads",
    "meeting notes",
    "product texts",
    "claims",
)
FACTS = (
    "Our replies never keep our tone.",
    "The JSON comes back with keys that we never asked for.",
    "It makes up prices that stand nowhere.",
    "We have {n} examples that our own people wrote.",
    "We tried {few} system prompts so far.",
    "There are about {n} calls a day.",
    "We ran it on gpt-4o and it still fails.",
    "We have a test set of {few} items.",
    "All of it has to stay inside our network.",
    "The answer must cite the paragraph that it is from.",
    "Prices change every week.",
    "The model answers too slowly, people wait nine seconds.",
)
TALK = (
    "hey all, quick one about {topic}",
    "we have been going back and forth on this for a while and nobody here agrees with anybody.",
    "my manager saw a talk and now everything is supposed to be tuned, so I said I would ask somebody first.",
    "the thread from last month about {topic} never came to an end, and I cannot find it any more.",
    "for context: we are a team of {few}, and {topic} are what we spend most of the day on.",
    "happy to share more if that helps, just tell me what you need.",
    "there was a spreadsheet once, but the person who kept it has left.",
    "what would you do in our place with {topic}?",
    "not urgent, but it would be good to know before the next planning.",
    "I looked at a few posts about it and each one says something else.",
)


def posts(count: int, seed: int = 1) -> list[str]:
    """Return so many different posts, the same ones for the same seed."""
    rng = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        size = rng.randint(20, 800)
        parts = rng.sample(FACTS, rng.randint(1, 4)) if len(made) % 2 else []
        text = ""
        while len(text) < size:
            text = f"{text} {parts.pop() if parts else rng.choice(TALK)}".strip()
            text = text.format(topic=rng.choice(TOPICS), n=rng.randint(20, 9000), few=rng.randint(2, 60))
        made[text[:size].strip()] = None
    return list(made)
