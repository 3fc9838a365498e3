"""What a file of samples leaves open, what is refused of it by name, and what is mended and said."""

import json
import sys

import pytest

from bot.samples.parse import SampleError, parse
from tests.samples.test_makers import OWN, TWO, lines, pairs, turn

AMBIGUOUS: dict[str, tuple[str, str, tuple[str, str], set[tuple[str, str]]]] = {
    "two labels": (
        "id,text,topic,priority\n1,a b,x,hi\n2,c d,y,lo\n",
        "a.csv",
        ("text", "topic"),
        {("text", "priority")},
    ),
    "two texts": ("body,subject,label\na b,c,x\nd e,f,y\n", "a.csv", ("body", "label"), {("subject", "label")}),
    "unknown names": (
        "kysymys,vastaus\nWer da?,Ich bin es\nWas nun?,Gar nichts\n",
        "a.csv",
        ("kysymys", "vastaus"),
        {("vastaus", "kysymys")},
    ),
    "labels first, without names": (
        "yes\tthe app is down again\nno\tall is well here\nyes\tit hangs at start\n",
        "a.tsv",
        ("column 1", "column 2"),
        {("column 2", "column 1")},
    ),
    "labels first": ("k1,k2\nja,es geht gut\nnein,es geht nicht\nja,na gut\n", "a.csv", ("k2", "k1"), {("k1", "k2")}),
}


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_where_two_readings_are_possible_both_are_said_and_either_can_be_taken(kind: str) -> None:
    data, name, chosen, others = AMBIGUOUS[kind]
    told = parse(data, name).understood
    assert told is not None
    assert (told.input, told.wanted) == chosen
    assert {(o.input, o.wanted) for o in told.others} == others
    for other in others:
        again = parse(data, name, other).understood
        assert again is not None
        assert (again.input, again.wanted) == other


def test_what_is_not_known_is_refused_by_name_with_the_nearest_form() -> None:
    with pytest.raises(SampleError, match="it names foo, bar, baz; the nearest form that is read") as told:
        parse(lines({"foo": "a", "bar": "b", "baz": "c"}, {"foo": "d", "bar": "e", "baz": "f"}))
    assert ("foo", "baz") in {(o.input, o.wanted) for o in told.value.others}
    assert pairs(parse(lines({"foo": "a", "bar": "b", "baz": "c"}), None, ("foo", "baz"))) == [("a", "c")]
    with pytest.raises(SampleError, match="preferences"):
        parse(
            lines({"prompts": "a", "choosen": "b", "rejectd": "c"}, {"prompts": "a2", "choosen": "b2", "rejectd": "c2"})
        )


FIELDS: dict[str, tuple[str, str | None, tuple[str, str], str]] = {
    "a table": ("q,a\nb,c\nd,e\n", "a.csv", ("q", "z"), "There is no field z; there are q, a."),
    "lines": (lines({"q": "b", "a": "c"}), None, ("y", "z"), "no field y and no field z; there are q, a."),
    "YAML": ("- q: b\n  a: c\n", "a.yaml", ("y", "a"), "There is no field y; there are q, a."),
    "a Markdown table": ("| q | a |\n|--|--|\n| b | c |\n", None, ("y", "a"), "There is no field y; there are q, a."),
    "labels": ("Q: b\nA: c\n\nQ: d\nA: e\n", None, ("y", "a"), "There is no field y; there are q, a."),
    "conversations": (str(OWN["chat"][0]), None, ("q", "a"), "no field q and no field a; there is messages."),
    "one twice": ("q,a\nb,c\n", "a.csv", ("q", "q"), "q cannot be the input and q the wanted answer"),
}


@pytest.mark.parametrize("case", FIELDS)
def test_a_field_that_no_row_has_is_refused_with_those_that_are_there(case: str) -> None:
    data, name, fields, said = FIELDS[case]
    with pytest.raises(SampleError) as told:
        parse(data, name, fields)
    assert said in str(told.value)


def test_lists_of_records_under_several_names_are_refused_by_these() -> None:
    with pytest.raises(SampleError, match=r"several lists \(train, test\): give one of them"):
        parse(json.dumps({"train": [{"q": "a", "a": "b"}], "test": [{"q": "c", "a": "d"}]}))


@pytest.mark.parametrize("part", [{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "value": "x"}])
def test_a_part_that_is_no_text_is_named_and_the_other_rows_are_kept(part: dict[str, object]) -> None:
    bad = {"messages": [turn("user", [part]), turn("assistant", "x")]}
    given = parse(OWN["chat"][0].splitlines()[0] + "\n" + lines(bad))  # type: ignore[operator, arg-type]
    assert given.understood is not None
    assert "row 2 has message 1 with a part" in given.understood.gaps
    assert pairs(given) == TWO[:1]
    with pytest.raises(SampleError, match="Row 1 has message 1 with a part"):
        parse(lines(bad))


def test_a_cell_too_many_is_named_and_never_shifts_an_answer() -> None:
    given = parse("text,label\ngood,x\nbad, really,y\nfine,x\n", "a.csv")
    assert given.understood is not None
    assert "row 3 has 3 cells under 2 names: put quotes" in given.understood.gaps
    assert pairs(given) == [("good", "x"), ("fine", "x")]


def test_rows_beyond_those_that_run_stop_nothing() -> None:
    given = parse(lines(*({"input": f"in {n}", "output": f"out {n}"} for n in range(60))) + '{"input": "c", "out\n')
    assert (len(given.pairs), given.left_out) == (50, 10)
    assert given.understood is not None
    assert [each.row for each in given.understood.left_out] == [61]


def test_notes_say_what_was_mended() -> None:
    for kind, words in (
        ("Latin-1", "Latin-1"),
        ("UTF-16, big end first", "UTF-16"),
        ("a comma after the last", "commas"),
        ("JSON with comments", "comments are passed over"),
        ("a report", "2 lines above the names of the columns passed over: Tickets March"),
    ):
        told = parse(*OWN[kind]).understood
        assert told is not None
        assert any(words in note for note in told.notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &a [*a]\n", "inside of what it stands for"),
        ("a: &a [x, x, x, x, x, x]\n" + "".join(f"{n}: &n{n} [{', '.join([f'*n{n - 1}' if n else '*a'] * 6)}]\n"
         for n in range(9)), "over 50,000 values"),
    ],
)  # fmt: skip
def test_references_that_never_end_are_refused(text: str, words: str) -> None:
    with pytest.raises(SampleError, match=words):
        parse(text, "a.yaml")


def test_only_fields_that_are_not_used_are_called_so() -> None:
    row = {"id": "1", "system_prompt": "Be kind.", "question": "a", "response": "b"}
    told = parse(lines(row, {**row, "question": "c", "system_prompt": ""})).understood
    assert told is not None
    assert told.notes == ("not used: id",)


@pytest.mark.parametrize(("head", "library"), [(b"PK\x03\x04", "openpyxl"), (b"PAR1", "pyarrow")])
def test_a_sheet_is_refused_with_what_it_takes_to_read_it(head: bytes, library: str) -> None:
    with pytest.raises(SampleError, match=rf"{library}|is no (?:Excel|Parquet) file that can be read"):
        parse(head + b"\0" * 40, "a.xlsx")


@pytest.mark.parametrize(("head", "library"), [(b"PK\x03\x04", "openpyxl"), (b"PAR1", "pyarrow")])
def test_where_what_reads_a_sheet_is_not_installed_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, head: bytes, library: str
) -> None:
    for module in (library, f"{library}.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SampleError, match=rf'{library}, which is not .* `pip install "\.\[tables\]"`'):
        parse(head + b"\0" * 40, "a.xlsx")
