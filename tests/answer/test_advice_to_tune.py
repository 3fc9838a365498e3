"""Advice to tune is told from what holds it back, in several languages."""

import pytest

from bot.answer.stance import advises_tuning

ADVISES = {
    "en": "You should fine-tune a small model for this.",
    "en imperative": "Finetune Llama on your rows.",
    "en yes": "Yes, go for a LoRA finetune.",
    "en verdict": "Fine-tuning is the right tool here.",
    "en despite a later negation": "I would recommend fine-tuning, since prompting will not help.",
    "de": "Ich empfehle ein Finetuning auf den Tickets.",
    "de verdict": "Finetuning ist hier sinnvoll.",
    "fr": "Je vous recommande un fine-tuning sur vos tickets.",
    "es": "Deberías hacer fine-tuning de un modelo pequeño.",
    "pt": "Você deve fazer o fine-tuning de um modelo.",
    "it": "Ti consiglio il fine-tuning di un modello.",
    "nl": "Je moet een model finetunen.",
    "ru": "Рекомендую дообучить модель на заявках.",
    "zh": "建议直接微调一个小模型。",
    "ja": "このタスクにはファインチューニングがおすすめです。",
}


HOLDS_BACK = {
    "en": "You should not fine-tune yet.",
    "en later": "Finetune only once the prompt has failed on 20 items.",
    "en before": "Before you fine-tune, put four replies into the prompt.",
    "en recipe": "If you train anyway, start small. Train LoRA with rank 16 for two passes.",
    "en noun": "Fine-tuning costs weeks here.",
    "en classifier": "Train an encoder on the 300 labels today.",
    "en leak": "Train and test must not share tickets.",
    "de": "Ich empfehle kein Finetuning.",
    "de later": "Ein Finetuning lohnt sich erst, wenn der Prompt ausgereizt ist.",
    "fr": "Je ne recommande pas le fine-tuning.",
    "es": "No deberías hacer fine-tuning todavía.",
    "pt": "Você não deve fazer fine-tuning agora.",
    "zh": "不建议微调。",
    "ja": "ファインチューニングはおすすめしません。",
}  # fmt: skip


@pytest.mark.parametrize("language", ADVISES)
def test_advice_to_tune_is_seen(language: str) -> None:
    assert advises_tuning(f"Tone first.\n\n{ADVISES[language]}") is not None


def test_that_something_can_be_done_is_no_advice_to_do_it() -> None:
    assert advises_tuning("Yes, technically: it is an open model, and QLoRA runs on one card.") is None
    assert advises_tuning("Ja, technisch geht das mit LoRA.") is None
    assert advises_tuning("Sí, también sirve para derecho; supongo que quiere entrenar un modelo.") is None
    assert advises_tuning("Yes, I see that you want to fine-tune a model for it.") is None
    assert advises_tuning("Yes, you should fine-tune it, since you want to.") is not None
    assert advises_tuning("Yes, it is possible, so you should fine-tune it now.") is not None


@pytest.mark.parametrize("language", HOLDS_BACK)
def test_holding_back_is_no_advice_to_tune(language: str) -> None:
    assert advises_tuning(HOLDS_BACK[language]) is None


def test_a_bold_line_holds_for_the_list_below_it_and_for_no_more() -> None:
    recipe = (
        "**If you train anyway**\n\n1. Start with LoRA on your 200 rows.\n2. Train for two passes.\n3. Compare both."
    )
    assert advises_tuning(recipe) is None
    assert advises_tuning("**When you train:**\n- Finetune Llama on the rows.\n- Hold out 20.") is None
    assert advises_tuning(f"{recipe}\n\nYou should fine-tune a small model for this.") is not None
    assert advises_tuning(f"{recipe}\n\n**Next**\n\n1. Finetune Llama on your rows.") is not None
    assert advises_tuning("**What to do**\n\n1. Finetune Llama on your rows.") is not None
