"""How many calls a server gets at once: half as many after it says that it is too much, then one more a round.

Additive increase and multiplicative decrease, as in TCP (RFC 5681): calls that share a server find their share of it
without knowing of each other.
"""

import asyncio
from collections import deque

LEAST = 1.0


class Flow:
    """The slots of one server. A call takes one while it is with the server, not while it waits to try again."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.room = float(most)
        """Slots there are now; whole ones count."""
        self.busy = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._cuts = 0

    async def take(self, *, again: bool = False) -> None:
        """Wait for a slot; a call that comes `again` waits before all that have not been tried."""
        if not self._queue and self.busy < int(self.room):
            self.busy += 1
            return
        turn = asyncio.get_running_loop().create_future()
        (self._queue.appendleft if again else self._queue.append)(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give()  # it came in the very moment of giving up
            elif turn in self._queue:  # else it was passed over already, since it had given up
                self._queue.remove(turn)
            raise

    def give(self) -> None:
        """Leave a slot to the next call."""
        self.busy -= 1
        self._admit()

    def mark(self) -> int:
        """Return a mark for a call that starts now; `limited` wants it back."""
        return self._cuts

    def answered(self) -> None:
        """Note an answer: a full round of them makes room for one call more."""
        self.room = min(self.most, self.room + 1 / self.room)
        self._admit()

    def limited(self, mark: int) -> None:
        """Note that the server limits the speed; of calls that were sent together only the first one counts."""
        if mark == self._cuts:
            self._cuts += 1
            self.room = max(LEAST, self.room / 2)

    def _admit(self) -> None:
        while self._queue and self.busy < int(self.room):
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                self.busy += 1
