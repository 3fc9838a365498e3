"""A trial as one picture: pass rate by rung, with its interval and the bar."""

import io
import math
import textwrap
import unicodedata
from importlib.util import find_spec

from bot.consultation.trial_results import TrialResult
from bot.text.extras import command
from bot.trial.report.card import all_alike, called, percent, share, short
from bot.trial.results.summary import equally_good

# Okabe and Ito's palette: told apart with every common form of colour blindness; the marks differ in form too.
MISSING = f"The picture is left out: {command('picture')} adds it."
BLUE, LIGHT, ORANGE, GREY, PALE = "#0072B2", "#A6CEE3", "#D55E00", "#767676", "#E3E3E3"
WIDTH, LEFT, RIGHT, MARGIN, FINE = 960, 340, 56, 26, 2
ROW, CROWDED, CLOSE = 120, 4, 96
"""From more rungs than this on the rows are closer."""
LINE, NAME = 52, 22


def title(result: TrialResult) -> str:
    """Say what was run: "5 items × 5 runs, gpt-6-luna"."""
    judged = max((rung.items for rung in result.rungs), default=0)
    items = max([judged, *(len(passed) for passed in result.items.values())])
    runs = max((math.ceil(rung.runs / items) for rung in result.rungs if items), default=0)
    counted = f"{items} item{'' if items == 1 else 's'} × {runs} run{'' if runs == 1 else 's'}"
    some = f", {judged} item{'' if judged == 1 else 's'} judged" if judged < items else ""
    return f"{counted}{some}, {short(result.model)}"


def alt(result: TrialResult) -> str:
    """Return the picture in words."""
    measured = [rung for rung in result.rungs if rung.items]
    rungs = "; ".join(f"{called(rung, result)} {percent(rung)}" for rung in measured) or "nothing measured"
    best = "" if all_alike(result) else ", ".join(called(rung, result) for rung in equally_good(result) if rung.passes)
    best = f" Best: {best}." if best else ""
    return f"Pass rate by rung with 95 % intervals, {title(result)}: {rungs}.{best} The bar is {share(result.bar)}."


def can_draw() -> bool:
    """Tell whether the library that draws is installed."""
    return find_spec("PIL") is not None


def draw(result: TrialResult) -> bytes:
    """Return the picture as PNG, readable at the width of a phone."""
    # Only a finished trial needs it.
    from PIL import Image, ImageDraw, ImageFont

    rungs = [rung for rung in result.rungs if rung.items]
    best = [] if all_alike(result) else equally_good(result)
    heading = _heading(result)
    row = CLOSE if len(rungs) > CROWDED else ROW
    top = MARGIN + len(heading) * 38 + 50
    bottom = top + row * max(1, len(rungs))
    size = WIDTH, bottom + 128
    # Shapes come out with hard edges: everything is drawn twice as large.
    image = Image.new("RGB", (size[0] * FINE, size[1] * FINE), "white")
    pen = ImageDraw.Draw(image)

    def line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> None:
        pen.line([(x * FINE, y * FINE) for x, y in (start, end)], colour, round(width * FINE))

    def say(
        at: tuple[float, float], text: str, size: int, colour: str = "black", anchor: str = "ls", bold: float = 0
    ) -> None:
        font = ImageFont.load_default(size * FINE)
        place = at[0] * FINE, at[1] * FINE
        pen.text(place, _drawable(text), colour, font, anchor=anchor, stroke_width=bold * FINE, stroke_fill=colour)

    for number, words in enumerate(heading):
        say((MARGIN, MARGIN + 30 + number * 38), words, 31)
    for mark, label in zip(range(0, 101, 25), ("0 %", "25", "50", "75", "100 %"), strict=True):
        line((_x(mark), top), (_x(mark), bottom), PALE, 1.5)
        say((_x(mark), bottom + 34), label, 26, GREY, "ms")
    line((_x(0), bottom), (_x(100), bottom), GREY, 2)
    say((_x(50), bottom + 74), "passed, with 95 % interval", 26, anchor="ms")
    say((_x(50), bottom + 106), "(best rung in bold)", 26, anchor="ms")
    bar = _x(result.bar * 100)
    for dash in range(top, bottom, 18):
        line((bar, dash), (bar, min(dash + 12, bottom)), ORANGE, 4)
    say((min(bar, WIDTH - 80), top - 10), f"bar {share(result.bar)}", 26, ORANGE, "ms")
    for place, rung in enumerate(rungs):
        y = top + row * (place + 0.5)
        low, rate, high = (_x(each * 100) for each in (rung.low, rung.rate, rung.high))
        line((low, y), (high, y), LIGHT, 11)
        for end in (low, high):
            line((end, y - 15), (end, y + 15), BLUE, 4)
        pen.ellipse([(rate - 13) * FINE, (y - 13) * FINE, (rate + 13) * FINE, (y + 13) * FINE], BLUE)
        bold = 0.7 if rung in best else 0
        name = called(rung, result)
        say((LEFT - 22, y - 4), name if len(name) <= NAME else f"{name[: NAME - 1]}…", 28, anchor="rs", bold=bold)
        say((LEFT - 22, y + 28), percent(rung).partition(" (")[0], 28, anchor="rs", bold=bold)
    out = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _heading(result: TrialResult) -> list[str]:
    heading = title(result)
    if len(heading) <= LINE:
        return [heading]
    return [part for half in heading.split(", ", 1) for part in textwrap.wrap(half, LINE)]


def _x(percent_: float) -> float:
    return LEFT + (WIDTH - RIGHT - LEFT) * percent_ / 100


def _drawable(text: str) -> str:
    """Put signs in the place of those that the font lacks; it has the letters of English and little else."""
    plain = unicodedata.normalize("NFKD", text.replace("×", "x").replace("…", "..."))
    return "".join(sign if sign.isascii() else "?" for sign in plain if not unicodedata.combining(sign))
