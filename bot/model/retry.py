"""When a refused call is worth another try, and after how long."""

import email.utils
import random
import time
from collections.abc import Mapping

FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
RETRIED = (408, 409, 429)


def wait_before(status: int, headers: Mapping[str, str], attempt: int, retries: int) -> float | None:
    """Return the seconds to wait before trying again, None where another try is of no use.

    `attempt` counts from 0. What the server asks for (Retry-After) is the least; without it the wait doubles.
    """
    if attempt >= retries or headers.get("x-should-retry") == "false":
        return None
    if status not in RETRIED and status < 500 and headers.get("x-should-retry") != "true":
        return None
    asked = retry_after(headers)
    # The jitter keeps calls that were refused together from coming back together, again and again.
    if asked is not None:
        return asked * random.uniform(1, 1.1)  # noqa: S311
    return min(LONGEST_WAIT, FIRST_WAIT * 2**attempt) * random.uniform(0.75, 1)  # noqa: S311


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return the wait that the server asks for in seconds, None where it names none that can be read."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = headers.get(name, "").strip().removesuffix("s")
        if value.replace(".", "", 1).isdecimal():
            return float(value) / unit
    try:
        at = email.utils.parsedate_to_datetime(headers.get("retry-after", "")).timestamp()
    except (ValueError, TypeError):
        return None
    return max(0.0, at - (time.time() if now is None else now))
