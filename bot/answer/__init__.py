"""The advisor's answer: composed and checked before it is said, or assembled without a model."""

from bot.answer.assembled import assembled, in_between
from bot.answer.compose import compose
from bot.answer.items import Item
from bot.answer.material import Material, collect
from bot.answer.objection import admissible
from bot.consultation.answer import Answer, Footnote

__all__ = ["Answer", "Footnote", "Item", "Material", "admissible", "assembled", "collect", "compose", "in_between"]
