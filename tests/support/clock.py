"""The day on which the tests' consultations take place."""

from datetime import UTC, date, datetime

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
