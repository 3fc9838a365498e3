"""A large file that is checked in parts: the same is found as in one go, whatever stands where it is cut."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dataset import check, parts
from bot.dataset.read import rows
from bot.dataset.source import open_source
from tests.dataset.makers import FAULTS, Row, chat, clean, lines

ODD = ("\n", "  \n", '{"messages": \n', "[1]\n", '{"messages": []},\n')


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("many", [2, 3, 7])
def test_a_file_in_parts_has_the_findings_of_the_whole(
    many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [chat(*pair) for pair in clean(4, 600)]
    faulty: list[Row | str] = [*made[:300], *(make(made[n]) for n, (_, make) in enumerate(FAULTS.values(), 30))]
    content = lines([*faulty, *made[300:], made[5], {"messages": [*made[6]["messages"][:2], made[7]["messages"][2]]}])
    cut = content.replace("\n", "\n\n", 4).replace("\n", "\n \n", 9)
    path = written(tmp_path / "rows.jsonl", cut.encode() + "café\n".encode("latin-1") + b"\n")
    monkeypatch.setattr(parts, "_cores", lambda: 1)
    whole = check(path)
    monkeypatch.setattr(parts, "_cores", lambda: many)
    monkeypatch.setattr(parts, "LEAST", 100)
    assert len(parts.parts(open_source(path), many)) == many
    assert check(path) == whole
    assert {"blank_line", "duplicate", "contradiction", "encoding"} <= {each.code for each in whole.findings}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*ODD, '{"messages": [{"role": "user", "content": "é"}]}\n'])), st.integers(1, 9))
def test_parts_hold_each_line_once_under_its_number(content: list[str], many: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "LEAST", 1)
        source = open_source(written(Path(folder) / "rows.jsonl", '{"a": 1}\n' + "".join(content)))
        divided = parts.parts(source, many)
        assert [row for part in divided for row in rows(part)] == [*rows(source)]
        assert divided[0].begin == 0
        assert all(one.end == other.begin and one.last == other.line - 1 for one, other in pairwise(divided))


def test_only_a_large_file_of_lines_is_divided(tmp_path: Path) -> None:
    small = open_source(written(tmp_path / "small.jsonl", '{"messages": []}\n' * 40))
    assert parts.parts(small, 8) == [small]
    array = open_source(written(tmp_path / "rows.json", "[" + '{"messages": []},' * 2_000_000 + "{}]"))
    assert array.size > 2 * parts.LEAST and parts.parts(array, 8) == [array]
