"""The advisor's answer: composed and checked before it is said, or assembled without a model."""

from bot.answer.assembled import assembled
from bot.answer.compose import compose
from bot.answer.kept import Answer, Footnote
from bot.answer.material import Item, Material, collect
from bot.answer.objection import admissible

__all__ = ["Answer", "Footnote", "Item", "Material", "admissible", "assembled", "collect", "compose"]
