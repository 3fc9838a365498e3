"""How much is kept of one consultation: the oldest goes first. Pure."""

from typing import Any

from bot.consultation.base import Plain
from bot.consultation.claims import put_together
from bot.consultation.model import Claim, Consultation
from bot.consultation.trial_state import Phase, TrialState

MOST_WORDS = 256 * 1024
"""Bytes of a consultation as it is stored, without its samples."""
MOST_SAMPLES = 2 * 2**20
"""Bytes of its samples as they are stored."""
_SAMPLES = {"samples", "given"}
_OLDEST_GO = (
    "replaced", "passed_on", "offered", "unread", "cited", "asks", "noted", "aside", "feedback", "told_them", "names",
)  # fmt: skip
"""What goes when all messages went and it is still too much, in this order; what holds of the case stays."""
QUOTED = 200
"""Signs of a quote that stay where even that is not enough."""

WORDS_WENT = (
    "This consultation has grown long: the oldest messages are kept no more. What was read from them still counts."
)
SAMPLES_WENT = "I keep 2 MiB of samples of one consultation: the oldest are kept no more."
LIGHTENED = (
    "To make room for newer consultations, the earlier messages and samples of this one are kept no more. "
    "What was read from them still counts."
)


def lightened(case: Consultation) -> Consultation:
    """Return the case without its messages and samples, so that there is room for others; what was read stays."""
    trial = TrialState(phase=Phase.offered) if case.trial.waits else case.trial
    bare = put_together(case.but(given={}, gave={}))
    return bare.but(
        transcript=(), passed_on={}, unread=(), trials=case.trials[-1:], trial=trial, lightened=True, replaced={}
    )


def bounded(case: Consultation) -> tuple[Consultation, tuple[str, ...]]:
    """Return what is kept of the case, and in sentences what went; that it is long is said once."""
    said: list[str] = []
    size = _samples_size(case)
    if size > MOST_SAMPLES:
        while case.given and _samples_size(case) > MOST_SAMPLES:
            _, *rest = case.given
            case = put_together(case.but(given={name: case.given[name] for name in rest}))
            case = case.but(gave={name: by for name, by in case.gave.items() if name in case.given})
        said.append(SAMPLES_WENT)
    excess = _words_size(case) - MOST_WORDS
    if excess > 0:
        case = _shortened(case, excess)
        if not case.long:
            said.append(WORDS_WENT)
        case = case.but(long=True)
    return case, tuple(said)


def _shortened(case: Consultation, excess: int) -> Consultation:
    """Return the case without its oldest lines, and where these are not enough without old answers and trials."""
    lines = list(case.transcript)
    while lines and excess > 0:
        excess -= _bytes(lines.pop(0)) + 1
    case = case.but(transcript=tuple(lines))
    for name in _OLDEST_GO:
        while (held := getattr(case, name)) and _words_size(case) > MOST_WORDS:
            case = case.but(**{name: _newer_half(held)})
    while len(case.trials) > 1 and _words_size(case) > MOST_WORDS:
        case = case.but(trials=case.trials[1:])
    if _words_size(case) > MOST_WORDS:
        claims = {fact: tuple(_quoted_in_short(each) for each in held) for fact, held in case.claims.items()}
        case = case.but(claims=claims, verdict=None)
    return case


def _newer_half(held: Any) -> Any:
    """Return what came last of a list, or of what stands by name; nothing of one."""
    names: list[Any] = [*held]
    kept = names[(len(names) + 1) // 2 :]
    return {name: held[name] for name in kept} if isinstance(held, dict) else tuple(kept)  # pyright: ignore[reportUnknownVariableType]


def _quoted_in_short(claim: Claim) -> Claim:
    return claim if claim.quote is None else claim.model_copy(update={"quote": claim.quote[:QUOTED]})


def _samples_size(case: Consultation) -> int:
    return _bytes(case, include=_SAMPLES) if case.given or case.samples.prompt else 0


def _words_size(case: Consultation) -> int:
    return _bytes(case, exclude=_SAMPLES)


def _bytes(what: Plain, *, include: set[str] | None = None, exclude: set[str] | None = None) -> int:
    return len(what.model_dump_json(include=include, exclude=exclude).encode())
