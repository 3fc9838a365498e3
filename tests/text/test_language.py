"""The language of what people write, without a library: told where a few small words tell it, else not claimed."""

import pytest

from bot.text.language import language_of

SAID = {
    "English": "should we finetune a model for this?",
    "German": "Hallo, sollen wir dafür ein Modell nachtrainieren oder nicht?",
    "French": "Bonjour, est-ce que nous devons entraîner un modèle pour cela ?",
    "Spanish": "Buenas tardes, algo así también deseo hacer pero para el área de derecho",
    "Portuguese": "Olá, quero um modelo que responda como nós para os clientes, mas não sei como",
    "Italian": "Ciao, vorrei fare la stessa cosa per il diritto, come si può?",
    "Dutch": "Hallo, moeten we hiervoor een model trainen of is dat niet nodig?",
    "Swedish": "Hej, ska vi träna en modell för det eller är det inte bra?",
    "Polish": "Cześć, czy dla tego zadania warto trenować model i jak to zrobić?",
    "Turkish": "Merhaba, bizim için bir model eğitmek iyi mi yoksa değil mi?",
    "Chinese": "我们应该微调一个模型吗？",
}


@pytest.mark.parametrize(("language", "said"), SAID.items())
def test_a_sentence_is_enough(language: str, said: str) -> None:
    assert language_of([said]) == language


@pytest.mark.parametrize(
    "said", ["ok", "gpt-4o-mini", "a no 5", "boss says 'as good as a human'. no number", "DE/AT/CH", "die cut labels"]
)
def test_what_does_not_tell_is_not_claimed_to_be_foreign(said: str) -> None:
    assert language_of([said]) in (None, "English")
