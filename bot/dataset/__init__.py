"""Checks of a file of finetuning rows."""

from bot.dataset.check import Checked, Finding, Spread, check, check_text
from bot.dataset.read import Unreadable

__all__ = ["Checked", "Finding", "Spread", "Unreadable", "check", "check_text"]
