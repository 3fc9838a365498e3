"""How often each method may be called (docs/platforms.md#slack-rate-limits)."""

import math
from dataclasses import dataclass, field

PER_MINUTE = {
    20: ("chat.startStream", "chat.stopStream", "users.conversations", "users.list"),
    50: (
        "agents.sessions.rename",
        "agents.sessions.setStatus",
        "assistant.threads.setSuggestedPrompts",
        "assistant.threads.setTitle",
        "chat.delete",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.join",
        "conversations.leave",
        "conversations.open",
        "conversations.replies",
        "reactions.add",
        "reactions.remove",
    ),
    100: (
        "chat.appendStream",
        "chat.postEphemeral",
        "conversations.members",
        "files.completeUploadExternal",
        "files.getUploadURLExternal",
        "files.info",
        "users.info",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    ),
}
"""Methods by their tier, as Slack's own SDK for Java has them (slackapi/java-slack-sdk, rate_limit_tiers.json)."""
TIER = {method: calls for calls, methods in PER_MINUTE.items() for method in methods}
IN_A_CHANNEL = {"assistant.threads.setStatus": 60, "chat.postMessage": 60}
"""Methods that are counted in each channel or direct message: one a second."""


@dataclass
class Rates:
    """What is left of each limit: `burst` minutes' worth at most, which come back evenly."""

    burst: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    def wait(self, method: str, team: str, channel: str, now: float) -> int:
        """Count a call, and return 0; or for how many seconds the app is to wait, where it is one too many."""
        calls = IN_A_CHANNEL.get(method) or TIER.get(method)
        if calls is None:
            return 0
        key = f"{method} {channel if method in IN_A_CHANNEL else team}"
        most = max(1.0, calls * self.burst)
        left, since = self._left.get(key, (most, now))
        left = min(most, left + (now - since) * calls / 60)
        if left < 1:
            self._left[key] = (left, now)
            return max(1, math.ceil((1 - left) * 60 / calls))
        self._left[key] = (left - 1, now)
        return 0
