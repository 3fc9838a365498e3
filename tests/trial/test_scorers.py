"""What counts as the wanted answer, and which scorer a team's pairs call for."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.model import Pair, Samples
from bot.text.language import identified, language_of
from bot.trial.rungs import BY_NAME
from bot.trial.scorers.base import Scorer
from bot.trial.scorers.equal import Exact, Text
from bot.trial.scorers.form import Language, Length
from bot.trial.scorers.found import Contains, NotContains, Regex
from bot.trial.scorers.judged import Human, Judge
from bot.trial.scorers.label import Label
from bot.trial.scorers.normalise import by_field, number
from bot.trial.scorers.registry import fitting, infer, named
from bot.trial.scorers.value import Json, Number
from bot.trial.task import task_of

ROOT = Path(__file__).parent.parent.parent
LABELS = Label(labels=("negative", "positive"))
ESSAY = 'The sentiment of this review is "positive" because the customer is happy.'
RIGHT: list[tuple[Scorer, str, str]] = [
    (Exact(), "a b", "a b"),
    (Text(), "Hello there", "hello   there."),
    (Text(), "Paris", "```\nParis\n```"),
    (LABELS, "positive", "positive"),
    (LABELS, "positive", " Positive.\n"),
    (LABELS, "positive", '"positive"'),
    (LABELS, "positive", "**Positive**"),
    (LABELS, "positive", "`positive`."),
    (Number(), "42", "42"),
    (Number(), "1200", "1,200"),
    (Number(), "12.50", "$12.5"),
    (Number(), "€12.50", "12.5 EUR"),
    (Number(), "$12.50", "CAD 12.5"),
    (Number(), "-3", "−3"),
    (Number(), "1200", "1 200"),
    (Number(), "1200", "1\u202f200,00 €"),
    (Number(), "1000", "1e3"),
    (Number(), "1250", "EUR 1.250,00"),
    (Number(), "5", "[5]"),
    (Number(), "5", "(5)"),
    (Number(brackets=True), "(1,250)", "-1250"),
    (Number(comma=True), "1.234", "1234"),
    (Number(comma=True), "3,5", "3.5"),
    (Number(comma=True), "1.234,5", "1234,50"),
    (Number(), "12", "12 kr"),
    (Text(), "Cafe\u0301", "café"),
    (Number(), "15", "15%."),
    (Number(tolerance=0.5), "10", "10.4"),
    (Json(), '{"a": 1, "b": "X"}', '{"b": "x", "a": 1.0}'),
    (Json(), '{"a": 1}', '```json\n{"a": 1}\n```'),
    (Json(), '{"a": 1}', '{"a": 1, "b": null}'),
    (Json(), "[1, [2]]", "[1,[2]]"),
    (Contains(), "refund", "We will REFUND you."),
    (Regex(pattern=r"^\d{4}$"), "", "2026"),
    (Regex(), r"\bsorry\b", "We are sorry."),
    (Contains(texts=("refund", "sorry")), "", "Sorry, your refund is on its way."),
    (NotContains(texts=("as an AI",)), "", "We will repay you."),
    (Length(), "one two three four five", "a b c d e f"),
    (Length(least=2, most=3), "", "a b"),
    (Length(least=2), "", "a b c d e f g"),
    (Language(), "Wir haben die Rechnung und das ist für Sie.", "Das ist nicht mit der Post und auf dem Weg."),
    (Language(language="French"), "", "Nous vous remercions et la lettre est pour vous."),
    (Language(), "これはペンです、どうぞ", "ありがとうございます"),
]
WRONG: list[tuple[Scorer, str, str]] = [
    (Number(), "$12.50", "€12.50"),
    (Number(), "12 EUR", "12 USD"),
    (Exact(), "a b", "a  b"),
    (Text(), "Paris", "The capital is Paris"),
    (LABELS, "positive", "negative"),
    (LABELS, "positive", ESSAY),
    (LABELS, "positive", "positive\n\nExplanation: happy"),
    (LABELS, "positive", "Label: positive"),
    (LABELS, "positive", "positive, negative"),
    (Number(), "42", "The answer is 42"),
    (Number(), "42", "43"),
    (Number(), "123456789012", "123456789013"),
    (Number(), "1.234", "1234"),
    (Number(comma=True), "1,234", "1234"),
    (Number(brackets=True), "(5)", "5"),
    (Number(), "1.2.3", "123"),
    (Number(), "12", "12 kroner"),
    (Number(), "42", "42 or 43"),
    (Number(tolerance=0.5), "10", "10.6"),
    (Json(), '{"a": 1}', '{"a": 2}'),
    (Json(), '{"a": 1}', '{"a": 1, "b": 2}'),
    (Json(), '{"a": 1, "b": 2}', '{"a": 1}'),
    (Json(), '{"a": true}', '{"a": 1}'),
    (Json(), '{"a": 1}', 'Here it is: {"a": 1}'),
    (Json(), '{"a": 1}', '{"a": 1'),
    (Contains(), "refund", "We will repay you."),
    (Regex(pattern=r"^\d{4}$"), "", "in 2026"),
    (Contains(texts=("refund", "sorry")), "", "Your refund is on its way."),
    (NotContains(texts=("as an AI",)), "", "As an  AI model I cannot."),
    (Length(), "one two three four five", "a b c"),
    (Length(least=2, most=3), "", "a b c d"),
    (Language(), "Wir haben die Rechnung und das ist für Sie.", "It is on the way and we will write to you."),
    (Language(language="Greek"), "", "Спасибо за ваше письмо"),
]


@pytest.mark.parametrize(("scorer", "wanted", "got"), RIGHT)
def test_what_passes(scorer: Scorer, wanted: str, got: str) -> None:
    assert scorer.score(wanted, got) is True


@pytest.mark.parametrize(("scorer", "wanted", "got"), WRONG)
def test_what_fails(scorer: Scorer, wanted: str, got: str) -> None:
    assert scorer.score(wanted, got) is False


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The order is on its way and we will write to you.", "English"),
        ("Vi har skickat det och du får ett brev för att det är din.", "Swedish"),
        ("Nie ma go w domu i to jest dla nas za mało.", "Polish"),
        ("Спасибо за ваше письмо", "Cyrillic letters"),
        ("Ευχαριστώ πολύ", "Greek"),
        ("謝謝你的來信", "Chinese"),
        ("お手紙ありがとうございます", "Japanese"),
        ("감사합니다", "Korean"),
        ("ok", None),
        ("positive", None),
        ("Lorem ipsum dolor sit amet", None),
        ("12345 !!!", None),
    ],
)
def test_a_language_is_named_or_left_open(text: str, language: str | None) -> None:
    assert language_of([text]) == language


SHORT = {
    "English": ("Where is my parcel?", "Thank you, we fixed it.", "Your refund is on its way.", "Sorry about that!"),
    "German": ("Wo ist mein Paket?", "Danke, es ist da.", "Das tut uns leid.", "Wir kümmern uns darum."),
    "French": ("Où est mon colis ?", "Merci beaucoup.", "Votre commande est partie.", "Nous sommes désolés."),
    "Spanish": ("¿Dónde está mi paquete?", "Muchas gracias.", "Lo sentimos mucho.", "Su pedido ha salido hoy."),
    "Italian": ("Dov'è il mio pacco?", "Grazie mille.", "Ci dispiace molto.", "Il suo ordine è partito."),
    "Portuguese": ("Onde está a minha encomenda?", "Muito obrigado.", "Pedimos desculpa.", "O pedido foi enviado."),
    "Turkish": ("Kargom nerede?", "Çok teşekkürler.", "Özür dileriz.", "Siparişiniz yola çıktı."),
    "Polish": ("Gdzie jest moja paczka?", "Bardzo dziękuję."),
    "Russian": ("Где моя посылка?",),
    "Arabic": ("أين طردي؟",),
}  # fmt: skip


def test_short_sentences_are_told_with_the_library() -> None:
    pytest.importorskip("py3langid")
    told = [(language, identified([text])) for language, texts in SHORT.items() for text in texts]
    assert len(told) == 32
    assert sum(language == name for language, name in told) >= 28
    assert {name for language, name in told if name != language} <= {None}


@given(st.text(max_size=30))
def test_what_cannot_be_told_is_left_to_a_person(text: str) -> None:
    """Too short a text in Latin letters is never called wrong."""
    if identified([text]) is None:
        assert Language(language="English").score("", text) is None


def test_a_label_outside_the_list_has_not_the_form() -> None:
    assert [LABELS.valid(text) for text in ("Positive.", "good", ESSAY)] == [True, False, False]
    assert [Number().valid(text) for text in ("3", "three")] == [True, False]
    assert [Json().valid(text) for text in ("{}", "{")] == [True, False]
    assert Text().valid("x") is None


def test_a_record_is_told_field_by_field() -> None:
    wanted = {"name": "Ana", "age": 31, "city": None}
    assert by_field(wanted, {"name": "ana", "age": 30}) == {"name": True, "age": False, "city": True}
    assert by_field(wanted, {"name": "Ana", "age": 31, "more": 1})["(others)"] is False
    assert by_field(wanted, "nonsense") == {"name": False, "age": False, "city": True}
    assert by_field([1], [1]) == {}


@pytest.mark.parametrize("pattern", ["(", "[a", "*"])
def test_a_broken_pattern_is_refused_before_anything_runs(pattern: str) -> None:
    with pytest.raises(ValueError, match="no pattern"):
        Regex(pattern=pattern)


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(?:a+){10,}$", r"(.*)*(.*)*x\1"])
def test_a_pattern_that_would_be_searched_for_without_end_is_not_found(pattern: str) -> None:
    assert Regex(pattern=pattern).score("", "a" * 60 + "!") is False


@given(st.lists(st.sampled_from(["yes", "no", "12", '{"a": 1}', "Dear Ana, thank you for it."]), max_size=5))
def test_every_scorer_that_is_offered_passes_what_is_wanted(outputs: list[str]) -> None:
    offered = fitting(pairs(*outputs))
    assert infer(pairs(*outputs)).name in offered
    for name in offered:
        scorer = named(name, pairs(*outputs))
        assert scorer.name == name
        assert scorer.said
        assert all(scorer.score(text, text) in (True, None) for text in outputs)


def test_what_samples_cannot_set_up_is_refused() -> None:
    for name in ("not_contains", "no-such-scorer"):
        with pytest.raises(ValueError, match=name):
            named(name, pairs("yes", "no"))
    assert named("label", pairs("b", "a", "b")) == Label(labels=("a", "b"))
    assert named("length", pairs("one two three four five")) == Length(least=4, most=6)


def test_a_judge_says_by_what_and_by_whom() -> None:
    assert "kind to its own answers" in Judge().said
    assert Judge(model="gpt-x", rubric="Polite.").said == "judged by gpt-x, by this rubric: Polite"


@given(st.text(), st.text())
def test_a_person_must_say(wanted: str, got: str) -> None:
    assert Human().score(wanted, got) is None


@pytest.mark.parametrize("scorer", [Exact(), Text(), LABELS, Contains()])
@given(text=st.text())
def test_every_wanted_answer_passes_itself(scorer: Scorer, text: str) -> None:
    assert scorer.score(text, text) is True


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9).map(lambda x: f"{x:.3f}"))
def test_every_number_is_read(text: str) -> None:
    assert number(text) == pytest.approx(float(text))
    assert Number().score(text, text)


def pairs(*outputs: str) -> list[Pair]:
    return [Pair(input=f"input {n}", output=text) for n, text in enumerate(outputs)]


LETTER = "Dear Ana,\n\nSorry for the delay. We have sent a new one.\n\nYours, Tim"
INFERRED = [
    (pairs("positive", "negative", "positive"), LABELS, "label, one of negative, positive"),
    (pairs("Yes", "no"), Label(labels=("no", "Yes")), "label, one of no, Yes"),
    (pairs("billing", "delivery", "billing", "Other"), Label(labels=("billing", "delivery", "Other")), "label, one of"),
    (pairs("Paris", "Rome", "Bern"), Text(), "text"),
    (pairs("3", "17", "1,024"), Number(), "number, exactly"),
    (pairs("3.5", "$17.25"), Number(tolerance=0.005), "number, within 0.005"),
    (pairs("3,5", "17,25 €"), Number(tolerance=0.005, comma=True), "number, within 0.005"),
    (pairs("1.234", "2.000,5"), Number(tolerance=0.05, comma=True), "number, within 0.05"),
    (pairs("(5.5)", "7"), Number(tolerance=0.05, brackets=True), "number, within 0.05"),
    (pairs("1", "0", "1", "0"), Label(labels=("0", "1")), "label, one of 0, 1"),
    (pairs("00123", "00777", "01200"), Text(), "text, whatever its case, spaces and last full stop"),
    (pairs('{"a": 1}', '{"a": 2}'), Json(), "JSON, field by field"),
    (pairs("[1]", "[]"), Json(), "JSON"),
    (pairs(LETTER, LETTER + " Weber"), Human(), "by you"),
    (pairs("Sure, I can help you with that order of yours today.", "positive"), Human(), "by you"),
    (pairs(), Human(), "by you"),
    (pairs("positive"), Label(labels=("positive",)), "label"),
    (pairs("Paris"), Text(), "text"),
]


@pytest.mark.parametrize(("given_pairs", "scorer", "said"), INFERRED)
def test_the_scorer_is_inferred_and_explained(given_pairs: list[Pair], scorer: Scorer, said: str) -> None:
    assert infer(given_pairs) == scorer
    assert infer(given_pairs).said.startswith(said)


ADDED = '''
from typing import ClassVar

from bot.trial.rungs import BY_NAME
from bot.trial.scorers.base import Scorer


class Loud(Scorer):
    """The answer is the wanted one in capitals."""

    label: ClassVar[str] = "In capitals"
    name: str = "loud"
    marks: int = 0
    option: ClassVar[str] = "marks"

    @property
    def said(self) -> str:
        return "in capitals"

    def score(self, wanted: str, got: str) -> bool | None:
        return got == wanted.upper() + "!" * self.marks

    def code(self) -> str | None:
        return 'return got == wanted.upper() + "!" * MARKS'

    def constants(self) -> dict[str, object]:
        return {"MARKS": self.marks}
'''
USED = """
import sys
from pathlib import Path
from bot.consultation.model import Consultation, Pair, Samples
from bot.trial import scorers
scorers.__path__.append(sys.argv[1])
from datetime import UTC, datetime
from bot.trial.file import load
from bot.trial.report.choices import other_scorers
from bot.trial.report.export_code import scoring
from bot.trial.scorers.registry import fitting, named, names
from bot.trial.task import Task, task_of
pairs = (Pair(input="a", output="yes"), Pair(input="b", output="no"))
assert names()[-1] == "loud" and "loud" in fitting(pairs), names()
now = datetime.now(UTC)
case = Consultation(id="c", started=now, updated=now, samples=Samples(pairs=pairs))
assert "In capitals" in {option.label for option in other_scorers(case, "text")[0].options}
assert task_of(Samples(pairs=pairs, scorer="loud")).scorer.score("yes", "YES")
file = Path(sys.argv[1]) / "task.yaml"
file.write_text("items: [[a, yes], [b, no]]\\nscorer: {loud: 2}\\n")
task = load(file).task
assert task.scorer.score("yes", "YES!!") and not task.scorer.score("yes", "YES")
assert Task.model_validate_json(task.model_dump_json()) == task
made = {}
exec(scoring(task), made)
assert made["passes"]("yes", "YES!!") and not made["passes"]("yes", "yes")
"""


def test_a_scorer_is_added_by_one_file_and_known_everywhere(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(ADDED, "utf-8")
    run = [sys.executable, "-c", USED, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_labels_that_people_named_are_asked_for_although_no_sample_has_them() -> None:
    pairs = tuple(Pair(input=name, output=name) for name in ("billing", "order", "repair"))
    task = task_of(Samples(pairs=pairs, labels=("other",)))
    assert BY_NAME["bare"].shown(task).startswith("Which of these fits the text: billing, order, repair or other?")
    assert "one of these labels: billing, order, repair, other." in BY_NAME["instructed"].shown(task)
