"""Long work that a turn asks for: typed, stored in the outbox, done in the same order as replies are said."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field

from bot.chat.events import Event
from bot.consultation.base import Plain
from bot.consultation.model import Samples


class _Work(Plain):
    """What all jobs have."""

    conversation: str
    id: str = ""
    """A name of its own, under which it is done once; empty where an older version wrote it."""
    at: datetime | None = None
    """When it was asked for."""
    signature: str = ""
    """The installation's, over all else."""


class RunTrial(_Work):
    """Run these samples as this trial."""

    kind: Literal["run_trial"] = "run_trial"
    trial: str
    samples: Samples
    by: str | None = None
    """Who started it, and pays for it."""


class InterruptTrial(_Work):
    """End the trial that runs, with what it has measured."""

    kind: Literal["interrupt_trial"] = "interrupt_trial"


class EndTrial(_Work):
    """Drop what is kept of a trial while it runs: its end was told."""

    kind: Literal["end_trial"] = "end_trial"
    trial: str


class DropTrial(_Work):
    """Drop whatever trial a forgotten conversation has."""

    kind: Literal["drop_trial"] = "drop_trial"


class ApplyPolicy(_Work):
    """Let the words of a command change what a workspace has decided."""

    kind: Literal["apply_policy"] = "apply_policy"
    event: Event
    words: str
    channels: tuple[str, ...] = ()


class ForgetWorkspace(_Work):
    """Delete all that is kept of a workspace, and of the other workspaces of its organisation where one is named."""

    kind: Literal["forget_workspace"] = "forget_workspace"
    platform: str
    workspace: str
    organisation: str = ""
    before: datetime | None = None
    """What came later belongs to a new installation."""


class ForgetPerson(_Work):
    """Delete what a person said and gave in all conversations but its own, where it was done already, and those that
    they asked for."""

    kind: Literal["forget_person"] = "forget_person"
    person: str


def _typed(given: Any) -> Any:
    """Read a job of version 0.1, which had a name and arguments that were all texts."""
    if not isinstance(given, dict):
        return given
    old = cast("dict[str, Any]", given)
    if set(old) != {"name", "arguments"}:
        return old
    name, arguments = str(old["name"]), cast("dict[str, str]", old["arguments"])
    kinds = {"trial": "run_trial", "stop": "interrupt_trial", "ended": "end_trial", "drop": "drop_trial"}
    kinds |= {"house": "apply_policy", "workspace": "forget_workspace"}
    read: dict[str, Any] = {**arguments, "kind": kinds.get(name, name)}
    for field in ("samples", "event"):
        if field in read:
            read[field] = json.loads(read[field])
    if "channels" in read:
        read["channels"] = [channel for channel in read["channels"].split(",") if channel]
    return read


_Job = RunTrial | InterruptTrial | EndTrial | DropTrial | ApplyPolicy | ForgetWorkspace | ForgetPerson
Job = Annotated[_Job, Field(discriminator="kind")]
StoredJob = Annotated[Job, BeforeValidator(_typed)]
"""A job as the outbox holds it, which may have been written by an older version."""
