"""The Web API, a function for each method."""

from tests.slack.fake.methods import agents, chat, conversations, files, identity, streams, tokens, views
from tests.slack.fake.methods.base import METHODS, ApiError, Call

__all__ = ["METHODS", "ApiError", "Call", "agents", "chat", "conversations", "files", "identity", "streams"]
__all__ += ["tokens", "views"]
