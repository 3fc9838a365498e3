"""What the terminal loads before it asks."""

from benchmarks.start import loaded


def test_the_prompt_waits_for_nothing_that_only_an_answer_needs() -> None:
    assert loaded() == []
