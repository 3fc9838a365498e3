"""A trial for a team's CI: a page in Markdown, and JUnit's XML."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

from bot.chat.reply import File, Part, Table, Text
from bot.consultation.trial_results import RungResult, TrialResult
from bot.text.markdown import short
from bot.trial.report.card import called, percent, share
from bot.trial.report.picture import title
from bot.trial.task import PREPARED, Call, Task

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML 1.0 has no place for (its production `Char`)."""


def summary(result: TrialResult, task: Task, calls: Sequence[Call], parts: Iterable[Part], name: str) -> list[File]:
    """Return a trial's page and its JUnit file, named after the trial; `parts` are what a person is shown of it."""
    return [
        File(name=f"{name}.md", content=_page(result, task, parts, name)),
        File(name=f"{name}.xml", content=_junit(result, task, calls, name)),
    ]


def _page(result: TrialResult, task: Task, parts: Iterable[Part], name: str) -> str:
    said = [f"# {'Reached' if reached(result, task) else 'Not reached'}: {name}", title(result)]
    for part in parts:
        if isinstance(part, Text):
            said.append(part.markdown)
        elif isinstance(part, Table):
            said.append(_table(part))
    return "\n\n".join(said) + "\n"


def reached(result: TrialResult, task: Task) -> bool:
    """Tell whether the best rung reaches the threshold in a trial that ran to its end."""
    best = _best(result)
    return best is not None and not result.stopped and best.rate >= task.bar


def _best(result: TrialResult) -> RungResult | None:
    return next((rung for rung in result.rungs if rung.name == result.best), None)


def _table(table: Table) -> str:
    lines = [table.headers, tuple("---" for _ in table.headers), *table.rows]
    drawn = "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)
    return f"{table.caption}\n\n{drawn}" if table.caption else drawn


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _junit(result: TrialResult, task: Task, calls: Sequence[Call], name: str) -> str:
    """Return one case for the threshold and one for each item of the best rung.

    An item that fails where the threshold is reached is skipped, so that a build is red only where the trial is.
    """
    best, good = _best(result), reached(result, task)
    suite = ET.Element("testsuite", name=name)
    case = _case(suite, name, f"the best rung reaches {share(task.bar)}", sum(call.seconds for call in calls))
    told = f"{called(best, result)}: {percent(best)}" if best else "nothing was measured"
    if not good:
        _outcome(case, "failure", f"{told}{'; it was stopped' if result.stopped else ''}")
    for item, wanted in enumerate(task.items) if best else ():
        made = [call for call in calls if best and call.rung == best.name and call.item == item != PREPARED]
        case = _case(suite, name, f"item {item + 1}: {short(wanted.input)}", sum(call.seconds for call in made))
        judged = [call for call in made if call.passed is not None]
        passed = sum(call.passed is True for call in judged)
        if not judged:
            _outcome(case, "skipped", "nobody has judged it")
        elif 2 * passed <= len(judged):
            missed = next(call for call in judged if not call.passed)
            said = f"passed {passed} of {len(judged)} runs"
            wish = f"wanted: {wanted.wanted}\n" if wanted.wanted is not None else ""
            _outcome(case, "skipped" if good else "failure", said, f"{wish}got: {missed.text}")
    cases = list(suite)
    for kind in ("failure", "skipped"):
        count = str(sum(case.find(kind) is not None for case in cases))
        suite.set({"failure": "failures"}.get(kind, kind), count)
    suite.set("tests", str(len(cases)))
    suite.set("errors", "0")
    suite.set("time", f"{sum(call.seconds for call in calls):.3f}")
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, of: str, name: str, seconds: float) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=of, name=_NO_XML.sub("\ufffd", name), time=f"{seconds:.3f}")


def _outcome(case: ET.Element, kind: str, message: str, text: str = "") -> None:
    ET.SubElement(case, kind, message=message).text = _NO_XML.sub("\ufffd", text) or None
