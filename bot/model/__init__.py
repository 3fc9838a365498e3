"""The OpenAI-compatible client: time limits, retries, spending, and the local model."""

from bot.model.client import Model
from bot.model.errors import ModelError
from bot.model.prices import usd
from bot.model.response import Completion
from bot.model.select import Chosen, choose, open_model

__all__ = ["Chosen", "Completion", "Model", "ModelError", "choose", "open_model", "usd"]
