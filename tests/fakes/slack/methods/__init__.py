"""The Web API, a function for each method."""

from tests.fakes.slack.methods import agents, chat, conversations, files, identity, streams, tokens, views
from tests.fakes.slack.methods.base import METHODS, ApiError, Call

__all__ = ["METHODS", "ApiError", "Call", "agents", "chat", "conversations", "files", "identity", "streams"]
__all__ += ["tokens", "views"]
