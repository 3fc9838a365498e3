"""What a message is for, and what it states: its form first, then intents, numbers, options, and patterns last."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from bot.consultation.base import Value
from bot.reading import answers, by_patterns, phrased, questions, sentences
from bot.reading.intents import (
    ENDS,
    PLAIN_COMMAND,
    SHORT,
    command_of,
    exact,
    intents_of,
    is_for_others,
    is_people,
    remark_of,
    unsure_of,
)
from bot.reading.passages import WELL, beside_it, passages_of, plainly_asks, speaks_of
from bot.reading.quantities import quantities
from bot.reading.replies import Answers, corrected, replied
from bot.reading.result import Found, Reading, Remark, told_once
from bot.reading.stated import stated_in
from bot.reading.withdrawn import Withdrawn, withdrawn
from bot.text.hidden import hidden
from bot.text.orders import orders
from knowledge.load import Knowledge
from knowledge.lookup import ranked
from knowledge.schema import Intent

REPEATED = 120
"""Characters up to which a message is often one that came before: a command, an answer, what everybody begins with."""
OPTION = 3
"""Words of an answer that can be no statement about something else as well."""
PLAINLY = 2.4
"""At so many times the score from which on a passage is named, it is what was asked about."""
ASKS_BACK = 0.7
"""So near, a message is a question back also where none is open: "what should I ask my team?"."""
PLAIN_REMARK, APART = 0.8, 0.2
"""How near a remark stands that is plainly one, and how much nearer than any answer."""
_INTENTS: Mapping[Remark, Intent] = {"about": "help", "privacy": "help", "off_topic": "other"}
NOTHING: Mapping[str, Value] = MappingProxyType({})


def understand(
    text: str,
    asked: Sequence[str],
    knowledge: Knowledge,
    *,
    before: Mapping[str, Value] = NOTHING,
    overheard: bool = False,
    addressed: bool = False,
) -> Reading:
    """Read one message without a model: what it is for, and each fact it states with the words that do.

    `asked` are the facts of the open question, in order, and `before` is what is known of the case. A message that was
    `overheard` stands between people: of it only what is unmistakable counts. One that is `addressed` to the advisor
    stays so whoever else it names.

    The order: what is pasted, whom it is for, what it takes back or corrects, a command, "I don't know", what it
    states, small talk, a question; the first of these that the message is ends the reading.
    """
    read = _read_before if len(text) <= REPEATED else _read
    return read(text, tuple(asked), knowledge, tuple(before.items()), (overheard, addressed))


def _read(
    text: str, asked: Sequence[str], knowledge: Knowledge, held: tuple[tuple[str, Value], ...], heard: tuple[bool, bool]
) -> Reading:
    before, (overheard, addressed) = dict(held), heard
    pasted = by_patterns.samples(text)
    if pasted[0] is not None or pasted[1] is not None:
        return _with_samples(text, asked, knowledge, before)
    even = sentences.plain(text)
    asked = [name for name in asked if name in knowledge.facts]
    if not addressed and is_for_others(even, asked):
        return Reading(intent="other", left_alone=True)
    if overheard:
        return _overheard(text, even, asked, knowledge)
    if gone := withdrawn(even, before, knowledge):
        return _taken_back(text, gone, asked, knowledge, before)
    if questions.is_lost(even):
        return Reading(intent="counter")
    if before and (mended := corrected(text, even, before, knowledge)):
        return Reading(found=tuple(mended))
    short = len(even.split()) <= SHORT
    intents, rival = intents_of(even, asked, knowledge) if short else ({}, 0.0)
    command = command_of(text, intents, rival, knowledge) if short else None
    answered = replied(text, even, asked, knowledge)
    if hidden(text) or orders(text):
        # What is left of a message that hides something or gives orders is no answer by mere likeness.
        counts = [hit for hit in answered.found if knowledge.facts[hit.fact].type == "count"]
        answered = answered._replace(found=counts)
    unsure = unsure_of(even, asked, intents, answered, knowledge)
    question = questions.question(text)
    # "So should we or not" wants the verdict where questions were put, and begins the case where none was.
    begins = questions.is_case(even) and not (command == "verdict" and asked)
    if command in _AFTERTHOUGHTS and intents.get(command, 0.0) < PLAIN_COMMAND and plainly_asks(text, knowledge):
        command = None  # "it never stops, what now" asks of that, and of no verdict
    if command in _MILD and not exact(text) and (counted := quantities(text, even, knowledge.facts)):
        # "We collected 700 examples" is near a command, and asks for nothing; "…, now just tell me" does besides.
        beside = _without(even, counted)
        command = command_of(beside, *intents_of(beside, asked, knowledge), knowledge) if beside else None
    if command == "undo" and (_ABOUT.search(even) or _states(text, even, knowledge)):
        command = None  # "scratch that, we are on Bedrock" corrects, and takes back no answer
    if command is not None and not begins and not (answered.found and intents.get(command, 1.0) < 0.6):
        # "Why do you ask?" is about the open question, whatever passage has words of it.
        plain = intents.get(command, 0.0) >= PLAIN_COMMAND
        return Reading(
            unsure=unsure,
            intent=command,
            confirm=command in ENDS and not exact(text),
            skip=command == "skip" or questions.skips(text),
            question=question,
            passages=passages_of(question, knowledge) if question and not plain else (),
        )
    if unsure and len(unsure) == len(asked):
        return Reading(unsure=unsure, intent="unsure")
    remark = remark_of(text, even, intents, rival, knowledge) if short else None
    judged = any(knowledge.facts[hit.fact].type == "bool" for hit in answered.found)
    if remark and not judged and max(intents.values(), default=0.0) >= max(PLAIN_REMARK, rival + APART):
        return Reading(intent=_INTENTS.get(remark, "smalltalk"), remark=remark)  # "you are great" is no quality
    # "gpt-4o returns broken json" answers what was asked, and tells which model was run.
    short_answer = answers.is_answer(text, answered.found, unsure) and len(even.split()) <= OPTION
    whole = short_answer or _is_option(even, asked, knowledge)
    tuned = before.get("already_tuned") is True
    stated = [] if whole else stated_in(text, even, asked, knowledge, bar=knowledge.thresholds.opening, tuned=tuned)
    if short and not answered.found and not stated and not question:
        if remark:
            return Reading(intent=_INTENTS.get(remark, "smalltalk"), remark=remark)
        if intents and is_people(intents, rival, knowledge):
            return Reading(intent="other", left_alone=True)
    least = max(knowledge.thresholds.intent, rival, *(score for name, score in intents.items() if name != "counter"))
    puzzled = bool(asked) and intents.get("counter", 0.0) >= least  # "I do not get the question" asks as well
    asking = questions.is_asking(even) or puzzled
    if asking and questions.OPENS.match(even) and even.rstrip().endswith("?"):
        # "Does an email address count as personal?" asks, and answers nothing.
        answered = answered._replace(found=[])
    if answers.is_correction(text, [hit.fact for hit in stated], asked):
        answered = answered._replace(found=[hit for hit in answered.found if not answers.is_yes_no(hit.quote)])
    if asking and len(even.split()) <= 25 and not answered.found:
        passages = () if beside_it(intents, knowledge) else passages_of(text, knowledge)
        best = ranked(knowledge, text)[0][0] if passages else 0.0
        if questions.is_case(even):  # a passage may fit it, and it is no question about the rules
            joined = _joined(knowledge, answered, stated, unsure, question, text)
            # Beside a case that is told only what answers it well is named.
            fits = not stated or best >= WELL * knowledge.thresholds.passage
            return joined.model_copy(update={"passages": joined.passages or passages if fits else ()})
        # What a passage plainly answers is about finetuning, unless the words are those of a question back.
        answerable = best >= PLAINLY * knowledge.thresholds.passage
        least = knowledge.thresholds.intent if answerable else knowledge.thresholds.close
        least = least if asked else ASKS_BACK
        counter = intents.get("counter", 0.0) >= max(intents.get("question", 0.0), least)
        intent: Intent = (
            "counter" if counter or (asked and not passages) else "question" if passages or not stated else "answer"
        )
        return Reading(
            found=tuple(stated),
            intent=intent,
            question=question or (text.strip() if passages and intent == "question" else None),
            passages=() if intent == "counter" else passages,
        )
    tried = any(hit.fact == "prompts_tried" for hit in stated)  # asks for nothing: "we tried a schema and five prompts"
    if (
        not (asked or asking or question or command or tried)
        and len(even.split()) <= TELLS
        and speaks_of(text, knowledge)
    ):
        question = text.strip()  # "it never stops since we tuned it" wants to hear of that
    return _joined(knowledge, answered, stated, unsure, question, text)


_read_before = lru_cache(maxsize=1024)(_read)


def _taken_back(
    text: str, gone: Sequence[Withdrawn], asked: Sequence[str], knowledge: Knowledge, before: Mapping[str, Value]
) -> Reading:
    """Read the rest of a message that takes something back, and return it with what is left of that."""
    rest = text
    for one in gone:
        rest = rest[: one.start] + "\n" * (one.end - one.start) + rest[one.end :]
    reading = understand(rest, asked, knowledge, addressed=True) if any(each.isalnum() for each in rest) else Reading()
    found = {hit.fact: hit for hit in reading.found if hit.quote in text}
    for name in dict.fromkeys(one.fact for one in gone):
        denied = [one for one in gone if one.fact == name]
        held, new = before[name], found.get(name)
        if isinstance(held, tuple):
            kept = {*held, *(new.value if new and isinstance(new.value, tuple) else ())} - {o.value for o in denied}
            value = tuple(member for member in knowledge.facts[name].values if member in kept)
            quote = new.quote if new else text[denied[0].start : denied[0].end].strip()
            if value:
                found[name] = Found(fact=name, value=value, quote=quote, closed=True)
        elif new:
            found[name] = new.model_copy(update={"closed": True})
    corrects = tuple(dict.fromkeys(one.fact for one in gone))
    return reading.model_copy(
        update={
            "found": tuple(found[name] for name in knowledge.facts if name in found),
            "intent": "answer",
            "left_alone": False,
            "corrects": corrects,
            "candidates": {name: near for name, near in reading.candidates.items() if name not in corrects},
        }
    )


_ABOUT = re.compile(r"\babout\b", re.IGNORECASE)


def _states(text: str, even: str, knowledge: Knowledge) -> bool:
    return bool(stated_in(text, even, (), knowledge, bar=knowledge.thresholds.opening))


def _without(even: str, found: Sequence[Found]) -> str:
    """Return a text without its clauses in which something was found, "" where nothing is left."""
    spans = phrased.spans(even)[1:] or phrased.spans(even)
    clear = (even[s.start : s.end] for s in spans if not any(hit.quote in even[s.start : s.end] for hit in found))
    rest = ", ".join(clear)
    return rest if any(map(str.isalnum, rest)) else ""


_MILD = frozenset({"verdict", "skip", "status", "why", "help"})
"""Commands that end nothing, so that a count beside words like theirs is heard first."""
_AFTERTHOUGHTS = frozenset({"why", "verdict", "skip", "help"})
"""Commands in words that also end a question: "…, why", "…, what now", "…, next", "…, what can I do"."""
TELLS = 14
"""Words of a first message that may be a complaint of one thing, and no more."""


_TOPIC = re.compile(
    r"\b(?:models?|prompts?|prompting|gpt\S*|claude|gemini|llama\S*|llms?|fine-?\s?tun\w*|tuned|lora|tokens?|json"
    r"|repl(?:y|ies)|answers?"
    r"|calls|requests|examples?|pairs|labell?ed|tickets|chat ?bots?|bot|tone|outputs?|data|servers?|cases|accuracy"
    r"|measured|scores?"
    r"|thumbs|hallucinat\w*|azure|openai|bedrock|vertex|gpus?|owns it|categories|extract\w*|classif\w*|summar\w*)\b",
    re.IGNORECASE,
)
"""A word that talk about the case has, and talk about lunch hardly."""
_TO_US = re.compile(r"\bfine-?\s?tun\w*|\b(?:lora|dpo|rlhf|few[- ]shot|training data)\b", re.IGNORECASE)


def _is_option(even: str, asked: Sequence[str], knowledge: Knowledge) -> bool:
    """Tell whether a message is an option of the open question as it is shown: it states nothing else."""
    shown = (label for fact in asked for label in knowledge.asks[fact].options.values())
    return even.strip(" .!").lower() in {label.strip(" .!").lower() for label in shown}


def _overheard(text: str, even: str, asked: Sequence[str], knowledge: Knowledge) -> Reading:
    """Read what people say to each other: what is unmistakable, and an answer in the words of the open question."""
    facts = {name: knowledge.facts[name] for name in asked}
    plain, unsure = answers.answers(text, facts, asked, knowledge.asks)
    whole = answers.is_answer(text, plain, unsure)
    stated: list[Found] = []
    if not whole and _TOPIC.search(even):
        stated = stated_in(text, even, asked, knowledge, bar=knowledge.thresholds.overheard, telling=False)
        # "One test is missing" counts nothing.
        stated = [
            hit for hit in stated if not isinstance(hit.value, int) or hit.value is True or hit.value not in (1, 2)
        ]
    held = told_once({hit.fact: hit for hit in (*stated, *plain)})
    found = tuple(held[name] for name in knowledge.facts if name in held)
    question = questions.question(text) if _TO_US.search(even) else None
    alone = not (found or unsure or question)
    return Reading(
        found=found, unsure=unsure, question=question, left_alone=alone, skip=bool(asked) and questions.skips(text),
        intent="other" if alone else "answer" if found else "question" if question else "unsure",
    )  # fmt: skip


def between_people(even: str, knowledge: Knowledge) -> list[Found]:
    """Return what a `plain` text states of itself, whatever it is about: whoever asks has to tell that apart."""
    return stated_in(even, even, (), knowledge, bar=knowledge.thresholds.overheard, telling=False)


def _joined(
    knowledge: Knowledge,
    answered: "Answers",
    stated: Sequence[Found],
    unsure: tuple[str, ...],
    question: str | None,
    text: str,
) -> Reading:
    """Put together what was answered and what was stated beside it."""
    skips = questions.skips(text) and not answered.found
    if skips and {hit.fact for hit in stated} <= {"examples"}:
        stated = ()  # "no samples" leaves them out
    held = {hit.fact: hit for hit in stated if hit.fact not in answered.disputed}
    held |= {hit.fact: _with_more(_in_its_words(hit, held.get(hit.fact)), held, knowledge) for hit in answered.found}
    held = told_once(held)
    return Reading(
        found=tuple(held[name] for name in knowledge.facts if name in held),
        unsure=tuple(name for name in unsure if name not in held),
        candidates={name: near for name, near in answered.close.items() if name not in held},
        question=question,
        intent="answer" if held or answered.close else "question" if question else "other",
        passages=passages_of(question, knowledge) if question else (),
        notes=answered.notes,
        skip=skips and not held,
        cut=len(text) > by_patterns.LONGEST,
    )


def _with_more(answer: Found, stated: Mapping[str, Found], knowledge: Knowledge) -> Found:
    """Return an answer that is a set with the members that the message states beside it."""
    fact, more = knowledge.facts[answer.fact], stated.get(answer.fact)
    if more is None or not isinstance(answer.value, tuple) or not isinstance(more.value, tuple):
        return answer
    members = {*answer.value, *more.value}
    if not members.isdisjoint((*fact.alone, *fact.yields)):
        return answer
    return answer.model_copy(update={"value": tuple(value for value in fact.values if value in members)})


def _in_its_words(answer: Found, stated: Found | None) -> Found:
    """Return an answer with the words that say what it counts, where the message has them as well."""
    if stated is None or stated.value != answer.value or answer.quote not in stated.quote:
        return answer
    return answer.model_copy(update={"quote": stated.quote})


def _with_samples(text: str, asked: Sequence[str], knowledge: Knowledge, before: Mapping[str, Value]) -> Reading:
    """Read what stands beside what was pasted to be tried, as any message where it is more than a few words."""
    samples, fault, pasted_at = by_patterns.samples(text)
    given = Reading(samples=samples, samples_fault=fault, cut=len(text) > by_patterns.LONGEST)
    if rest := _beside_samples(text, pasted_at):
        reading = understand(rest, asked, knowledge, before=before, addressed=True)
        shown = ("found", "unsure", "corrects", "question", "passages", "notes")
        return given.model_copy(update={"beside": rest} | {name: getattr(reading, name) for name in shown})
    askable = {n: f for n, f in knowledge.facts.items() if f.known_by == "asked"}
    even = sentences.plain(text)[: by_patterns.LONGEST]
    even = even[: pasted_at[0]] + "\n" * len(even[slice(*pasted_at)]) + even[pasted_at[1] :]
    settled = by_patterns.settled(text, even, askable, knowledge.models, asked=asked, telling=True)
    stated = [hit for hit in settled.values() if hit is not None]
    stated += quantities(text, even, askable.keys() - {hit.fact for hit in stated})
    found = tuple(hit.model_copy(update={"closed": hit.fact in asked}) for hit in stated)
    return given.model_copy(update={"found": found})


LEAST_BESIDE = 8
"""Words beside samples from which on they tell a case; fewer say what to do with them."""


def _beside_samples(text: str, pasted_at: tuple[int, int]) -> str:
    """Return a message without the lines of its samples, every other character in its place; "" for a few words."""
    start = text.rfind("\n", 0, pasted_at[0]) + 1
    end = text.find("\n", pasted_at[1])
    rest = text[:start] + "\n" * ((len(text) if end < 0 else end) - start) + (text[end:] if end >= 0 else "")
    return rest if len(sentences.plain(rest).split()) >= LEAST_BESIDE and by_patterns.samples(rest)[0] is None else ""
