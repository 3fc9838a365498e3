"""Answers of one trial that need not be asked for twice: where nothing is sampled, the same call has one answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.model.response import Completion


class Answers:
    """Answers by what was asked; calls that run side by side wait for one another. Faults are not kept."""

    def __init__(self) -> None:
        self._held: dict[str, asyncio.Future[Completion]] = {}
        self.served = 0

    async def get(
        self, asked: Mapping[str, Any], ask: Callable[[], Awaitable[Completion]], sampled: Callable[[], bool]
    ) -> Completion:
        """Return the answer to this request; one that was there before took no tokens and no time.

        `sampled` tells, once there is an answer, whether the server chose it by chance after all; then it is not kept.
        """
        key = json.dumps(asked, sort_keys=True)
        while (held := self._held.get(key)) is not None:
            try:
                done = await asyncio.shield(held)
            except asyncio.CancelledError:
                if not held.cancelled():
                    raise
                continue  # whoever asked gave up, so this call asks
            self.served += 1
            return replace(done, tokens_in=0, tokens_out=0, seconds=0.0, cached=True)
        self._held[key] = turn = asyncio.get_running_loop().create_future()
        try:
            done = await ask()
        except BaseException:
            del self._held[key]
            turn.cancel()
            raise
        if sampled():
            del self._held[key]
            turn.cancel()
        else:
            turn.set_result(done)
        return done
