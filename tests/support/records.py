"""A consultation with a verdict, a trial and advice, of which there is a decision record."""

from bot.answer.record.model import Record
from bot.answer.record.record import record
from bot.consultation.model import Consultation
from bot.consultation.trial_results import RungResult, TrialResult
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR, PRICES, Talk

ASKED = "should we finetune a model for our support replies? it never keeps our tone. ~3k tickets a month"


def rung(name: str, passes: int, low: float, high: float) -> RungResult:
    """Return a rung on 3 items that ran 5 times each."""
    return RungResult(
        name=name,
        model="gpt-6-luna",
        items=3,
        runs=15,
        judged=15,
        passes=passes,
        items_passed=passes // 5,
        rate=passes / 15,
        low=low,
        high=high,
        agreement=0.93,
        errors=0,
        tokens_in=4200,
        tokens_out=900,
        usd=0.0041,
        seconds=12.0,
    )


TRIAL = TrialResult(
    id="trial-1",
    at=NOON,
    model="gpt-6-luna",
    demonstration=False,
    scorer="judge",
    bar=0.8,
    rungs=(rung("bare", 5, 0.06, 0.79), rung("instructed", 10, 0.21, 0.94), rung("few_shot", 15, 0.44, 1.0)),
    best="few_shot",
    facts={"models_tried": ("current",)},
)


async def decided(said: str = ASKED) -> Talk:
    """Hold a consultation of Ana and Ben to its verdict."""
    talk = Talk()
    await talk.say(said)
    await talk.say("we tried three prompts", by="ben")
    await talk.say("verdict")
    talk.case = talk.case.but(trials=(TRIAL,))
    return talk


def record_of(case: Consultation) -> Record:
    """Return the record of a consultation."""
    return record(case, ADVISOR.knowledge, ADVISOR.derive, ADVISOR.explain, PRICES)
