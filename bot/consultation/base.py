"""The plain data that a consultation is made of."""

from pydantic import BaseModel, ConfigDict

Value = bool | int | float | str | tuple[str, ...]


class Plain(BaseModel):
    """Immutable data that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
