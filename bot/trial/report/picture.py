"""A trial as one picture: pass rate by rung, with its interval and the bar."""

import io
import math
import textwrap
from typing import Any

from bot.consultation.trial_results import TrialResult
from bot.trial.report.card import called, percent, share, short

# Okabe and Ito's palette: told apart with every common form of colour blindness; the marks differ in form too.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"
WIDTH, ROW, FRAME, DPI = 6.0, 0.75, 1.9, 160
CROWDED, CLOSE = 4, 0.62
"""From more rungs than this on the rows are closer."""
LINE, NAME = 42, 22


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
    passed = [called(rung, result) for rung in measured if rung.name == result.best and rung.passes]
    best = f" Best: {passed[0]}." if passed else ""
    return f"Pass rate by rung with 95 % intervals, {title(result)}: {rungs}.{best} The bar is {share(result.bar)}."


def draw(result: TrialResult) -> bytes:
    """Return the picture as PNG, readable at the width of a phone."""
    # Most of a second to import, and only a finished trial needs it. No pyplot: it keeps figures in global state.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rungs = [rung for rung in result.rungs if rung.items]
    heading = title(result)
    if len(heading) > LINE:
        heading = "\n".join(part for half in heading.split(", ", 1) for part in textwrap.wrap(half, LINE))
    lines = heading.count("\n") + 1
    row = CLOSE if len(rungs) > CROWDED else ROW
    height = FRAME + row * max(1, len(rungs)) + 0.25 * (lines - 1)
    # matplotlib's own types are partly unknown.
    figure: Any = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    FigureCanvasAgg(figure)
    axes: Any = figure.subplots()
    for place, rung in enumerate(rungs):
        low, rate, high = rung.low * 100, rung.rate * 100, rung.high * 100
        axes.plot([low, high], [place, place], color=BLUE, linewidth=5, alpha=0.35, solid_capstyle="butt", zorder=2)
        axes.plot([low, low, high, high], [place] * 4, "|", color=BLUE, markersize=14, markeredgewidth=2, zorder=2)
        axes.plot([rate], [place], "o", color=BLUE, markersize=11, clip_on=False, zorder=3)
    axes.axvline(result.bar * 100, color=ORANGE, linestyle=(0, (4, 2)), linewidth=2, zorder=1)
    axes.annotate(
        f"bar {share(result.bar)}",
        (result.bar * 100, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        color=ORANGE,
        fontsize=12,
    )
    whole = [called(rung, result) for rung in rungs]
    names = [name if len(name) <= NAME else f"{name[: NAME - 1]}…" for name in whole]
    counts = [percent(rung).partition(" (")[0] for rung in rungs]
    axes.set_yticks(range(len(rungs)), [f"{name}\n{count}" for name, count in zip(names, counts, strict=True)])
    for rung, label in zip(rungs, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if rung.name == result.best else "normal")
    axes.tick_params(axis="y", length=0, labelsize=13)
    axes.tick_params(axis="x", labelsize=12, color=GREY)
    axes.set_ylim(max(1, len(rungs)) - 0.5, -0.5)
    axes.set_xlim(-2, 102)
    axes.set_xticks([0, 25, 50, 75, 100], ["0 %", "25", "50", "75", "100 %"])
    axes.set_xlabel("passed, with 95 % interval\n(best rung in bold)", fontsize=12)
    axes.grid(axis="x", color="#E3E3E3")
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    figure.suptitle(heading, fontsize=14, x=0.02, ha="left")
    out = io.BytesIO()
    figure.savefig(out, format="png", pad_inches=0.1)
    return out.getvalue()
