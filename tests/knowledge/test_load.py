"""A folder of house rules: what it can change, and each mistake as a clear error with file and clause."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.decision import Held, decide
from knowledge.load import HERE, Knowledge, load
from knowledge.schema import FIVE, KnowledgeError
from tests.knowledge.clauses import CASES, GATES

House = Callable[[str], Path]

RULE = """---
id: house
title: How we do it here
sources: []
clauses:
{clauses}
---
## ours
about: [examples]

We want more pairs than others do. That is all.
"""
CLAUSE = '  - {{id: ours, {place}, verdict: dataset_not_ready, when: "{when}", cites: [ours]}}'


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Make a house folder whose one rule has these clauses."""

    def make(clauses: str) -> Path:
        (tmp_path / "rules").mkdir(exist_ok=True)
        (tmp_path / "rules" / "house.md").write_text(RULE.format(clauses=clauses), encoding="utf-8")
        return tmp_path

    return make


def clause(place: str, when: str = "examples < 1000") -> str:
    return CLAUSE.format(place=place, when=when)


def order(knowledge: Knowledge) -> list[str]:
    return [c.id for c in knowledge.clauses]


def faults(folder: Path) -> str:
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return "\n".join(caught.value.faults)


def test_a_house_clause_stands_before_after_or_instead_of_one_of_ours(house: House) -> None:
    ours = order(load())
    at = ours.index("few-rows")
    assert order(load(house(clause("before: few-rows")))) == [*ours[:at], "ours", *ours[at:]]
    assert order(load(house(clause("after: few-rows")))) == [*ours[: at + 1], "ours", *ours[at + 1 :]]
    assert order(load(house(clause("replace: few-rows")))) == [*ours[:at], "ours", *ours[at + 1 :]]
    assert order(load(house("  - {remove: few-rows}"))) == [c for c in ours if c != "few-rows"]


def test_a_house_rule_changes_the_verdict_without_code(house: House) -> None:
    decision = decide(load(house(clause("before: few-rows"))), Held(GATES))
    assert decision.clause is not None
    assert (decision.clause.id, decision.verdict) == ("ours", "dataset_not_ready")


def test_a_house_passage_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    text = (
        "---\nid: rule-5\ntitle: More work here\nsources: []\n---\n## samples\nabout: [examples]\n\nWe ask for 1,000.\n"
    )
    (tmp_path / "rules" / "r.md").write_text(text, encoding="utf-8")
    knowledge = load(tmp_path)
    assert knowledge.passages["rule-5#samples"].text == "We ask for 1,000."
    assert knowledge.passages["rule-5#pbj-test"].text == load().passages["rule-5#pbj-test"].text


@pytest.mark.parametrize(
    ("clauses", "said"),
    [
        (clause("before: few-rows", "exampels < 3"), r"house\.md: clause ours, column 1: `exampels` is no fact"),
        (clause("before: few-rows", "output == 'recrod'"), r"clause ours, column 11: 'recrod' is no value of `output`"),
        (clause("before: few-rows", "need == 'cost'"), r"clause ours, column 6: `need` is a set"),
        (clause("before: few-rows", "examples < 'x'"), r"clause ours, column 10: `<` cannot compare int with string"),
        (clause("before: few-rows", "examples < 0"), r"clause ours, column 10: nothing can make this true"),
        (clause("before: nowhere"), r"clause ours: there is no clause `nowhere`"),
        (clause("order: 190"), r"clause ours: order 190 is taken by `few-rows` in rules/rule-5\.md"),
        (clause("order: 5, before: few-rows"), r"clause ours: give its place once"),
        (clause("order: 300"), r"clause ours: the last clause must be `when: \"true\"`"),
        ("  - {remove: nowhere}", r"there is no clause `nowhere` to remove"),
        (clause("before: few-rows").replace("dataset_not_ready", "no_idea"), r"there is no verdict `no_idea`"),
        (
            clause("before: few-rows").replace("[ours]", "[theirs]"),
            r"it cites `house#theirs`, and there is no such passage",
        ),
        (clause("before: few-rows").replace("id: ours", "id: cost"), r"clause cost: another clause has this id"),
        (clause("before: few-rows").replace("verdict:", "verdikt:"), r"clause ours: `verdict`: field required"),
        ("  - [", r"house\.md: this is no valid YAML \(line"),
    ],
)
def test_a_mistake_in_a_clause_names_file_and_clause(house: House, clauses: str, said: str) -> None:
    assert re.search(said, faults(house(clauses)))


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("sources.yaml", "memo: {title: A memo, by: us, kind: note}", r"memo: a source needs the day it was checked"),
        ("facts.yaml", "colour: {type: choice, values: [red], about: x}", None),
        ("facts.yaml", "examples: {type: bool, about: x}", r"examples: its type is count"),
        ("recipes.yaml", "a: 1", r"recipes\.yaml: nothing reads a file of this name"),
        ("verdicts/x.md", "no front matter", r"verdicts/x\.md: it must begin with a part between two `---` lines"),
        (
            "questions/x.md",
            "---\nid: x\ntitle: X\norder: 99\nfacts: {height: {ask: a?, why: b}}\n---\nh",
            r"questions/x\.md: it asks `height`, which facts\.yaml does not have",
        ),
        ("rules/x.md", "---\nid: x\ntitle: X\nsources: [nobody]\n---\n## a\n\nText.", r"there is no source `nobody`"),
        (
            "rules/x.md",
            "---\nid: x\ntitle: X\nsources: []\n---\n## a\n\nText [@lima].",
            r"cites `lima`, which its `sources`",
        ),
    ],
)
def test_a_mistake_in_a_file_names_it(tmp_path: Path, file: str, text: str, said: str | None) -> None:
    (tmp_path / "rules").mkdir()
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if said is None:
        assert "colour" in load(tmp_path).facts
    else:
        assert re.search(said, faults(tmp_path))


def test_a_fact_that_no_question_asks_is_refused_in_a_clause(house: House) -> None:
    folder = house(clause("before: few-rows", "colour == 'red'"))
    (folder / "facts.yaml").write_text("colour: {type: choice, values: [red], about: x}", encoding="utf-8")
    assert "no question asks `colour` and nothing measures it" in faults(folder)


def test_a_house_can_add_a_fact_its_question_and_its_clause(house: House) -> None:
    folder = house(clause("before: own", "colour == 'red'"))
    (folder / "facts.yaml").write_text(
        "colour: {type: choice, values: [red, blue], assume: blue, about: x}", encoding="utf-8"
    )
    (folder / "questions").mkdir()
    question = "facts: {colour: {ask: 'Which?', why: 'it counts here', options: {red: Red, blue: Blue}}}"
    (folder / "questions" / "c.md").write_text(
        f"---\nid: c\ntitle: C\norder: 50\n{question}\n---\nHelp.", encoding="utf-8"
    )
    knowledge = load(folder)
    assert decide(knowledge, Held({})).ask[0] == "colour"
    assert decide(knowledge, Held({"colour": "red"})).verdict == "dataset_not_ready"


def test_a_house_clause_has_its_own_headline_and_steps_or_those_of_its_verdict(house: House) -> None:
    verdict = load().verdicts["dataset_not_ready"]
    plain = load(house(clause("replace: few-rows"))).clause("ours")
    assert (plain.headline, plain.next, plain.takes) == (verdict.headline, verdict.next, verdict.takes)
    first = 'headline: We ask for more, first: {do: "Count them.", takes: an hour}'
    own = load(house(clause(f"replace: few-rows, {first}"))).clause("ours")
    assert own.headline == "We ask for more"
    assert [step.do for step in own.next] == ["Count them.", *(step.do for step in verdict.next[1:])]
    then = "then: [{do: Two., takes: a day}, {do: Three., takes: a day}]"
    whole = load(house(clause(f"replace: few-rows, {first}, {then}"))).clause("ours")
    assert ([step.do for step in whole.next], whole.takes) == (["Count them.", "Two.", "Three."], "")
    assert "clause ours: `then` takes two to four steps" in faults(house(clause(f"replace: few-rows, {then}")))


def test_a_verdict_in_the_words_of_a_house_goes_before_those_of_our_clauses(tmp_path: Path) -> None:
    ours = load()
    (tmp_path / "verdicts").mkdir()
    own = (HERE / "verdicts" / "prompt-first.md").read_text(encoding="utf-8")
    own = own.replace("headline: Prompt first", "headline: Ask the platform team")
    own = own.replace(
        "Write the instruction as you would", "Book an hour with the platform team, or write it as you would"
    )
    (tmp_path / "verdicts" / "prompt-first.md").write_text(own, encoding="utf-8")
    knowledge = load(tmp_path)
    told = knowledge.clause("nobody")
    assert (told.headline, told.next) == ("Ask the platform team", knowledge.verdicts["prompt_first"].next)
    assert knowledge.clause("few-rows").headline == ours.clause("few-rows").headline


@pytest.mark.parametrize("field", ["may_become: [blue]", "may_lose: [blue]", "unlikely: [blue]"])
def test_a_value_that_a_fact_does_not_have_cannot_be_proposed(tmp_path: Path, field: str) -> None:
    fact = f"colour:\n  type: set\n  values: [red]\n  about: x\n  {field}\n"
    (tmp_path / "facts.yaml").write_text(fact, encoding="utf-8")
    name = field.partition(":")[0]
    assert f"colour: `{name}` has blue, which is no value of it" in faults(tmp_path)


def test_all_faults_are_told_at_once(house: House) -> None:
    folder = house("\n".join([clause("before: few-rows", "examples < 0"), "  - {remove: nowhere}"]))
    assert len(faults(folder).splitlines()) >= 2


def test_a_folder_that_is_not_there_or_the_wrong_one(tmp_path: Path) -> None:
    assert "there is no such folder" in faults(Path("/nonexistent/house"))
    assert "it has none of rules/" in faults(tmp_path)


def test_every_clause_has_one_case_and_every_case_a_clause() -> None:
    assert set(CASES) == set(order(load()))


def test_the_five_rules_and_their_passages_stand() -> None:
    knowledge = load()
    assert set(FIVE) <= set(knowledge.rules)
    assert all(p.short for p in knowledge.passages.values())
