"""Where a file can be read in two ways, a trial of it says which one was taken."""

from pathlib import Path

from bot.trial.file import load


def test_a_trial_file_says_how_it_was_read(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("id,text,topic,priority\n1,no heat,warmth,high\n2,no light,power,low\n", encoding="utf-8")
    told = load(file).understood
    assert told is not None
    assert told.choice == ("Read text as the input and topic as the wanted answer; it could also be text and priority.")
    file.write_text("text,topic\nno heat,warmth\nno light,power\n", encoding="utf-8")
    told = load(file).understood
    assert told is not None
    assert told.choice == ""
