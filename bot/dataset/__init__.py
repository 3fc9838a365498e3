"""Checks of a file of finetuning rows."""

from bot.dataset.check import check, check_text
from bot.dataset.source import Unreadable
from bot.dataset.tally import Checked, Finding, Spread

__all__ = ["Checked", "Finding", "Spread", "Unreadable", "check", "check_text"]
