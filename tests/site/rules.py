"""The rules as a picture: every clause in the order in which it is asked, under the verdict that it leads to."""

import textwrap
from html import escape
from itertools import groupby

from knowledge.load import Knowledge, load

WIDTH, ROW, LEFT, TOP = 420, 24, 16, 112
"""Pixels; as wide as a phone, on which a wider picture could not be read."""
LONGEST = 50
STYLE = """\
text { font: 14px system-ui, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
.head { font-size: 18px; font-weight: 600; }
.low { fill: #59636e; }
.pill { fill: #ddf4ff; }
.paper { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .low { fill: #9198a1; }
  .pill { fill: #1f3a5f; }
  .paper { fill: #0d1117; }
}"""


def picture(knowledge: Knowledge | None = None) -> str:
    """Return docs/rules.svg, drawn from the rules that are shipped unless others are given."""
    knowledge = knowledge or load()
    alt = f"{len(knowledge.clauses)} clauses in order, each with the verdict that it leads to"
    drawn: list[str] = []
    y, place = TOP, 0
    for verdict, clauses in groupby(knowledge.clauses, key=lambda clause: clause.verdict):
        drawn += [
            f'<rect class="pill" x="{LEFT}" y="{y - 16}" width="{WIDTH - 2 * LEFT}" height="{ROW - 2}" rx="11"/>',
            f'<text x="{LEFT + 12}" y="{y}">→ {escape(verdict.replace("_", " "))}</text>',
        ]
        for clause in clauses:
            y, place = y + ROW, place + 1
            headline = escape(textwrap.shorten(clause.headline, LONGEST, placeholder="…"))
            drawn += [
                f'<text class="low" x="{LEFT + 28}" y="{y}" text-anchor="end">{place}</text>',
                f'<text x="{LEFT + 38}" y="{y}">{headline}<title>{escape(clause.condition.source)}</title></text>',
            ]
        y += ROW + 8
    height = y - 8
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" '
        f'aria-label="{alt}">',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        f'<text class="head" x="{LEFT}" y="32">How a verdict is found</text>',
        f'<text class="low" x="{LEFT}" y="56">From the top: the first line that holds gives</text>',
        f'<text class="low" x="{LEFT}" y="76">the verdict above it. An open one is asked about.</text>',
    ]
    return "\n".join([*head, *drawn, "</svg>"]) + "\n"
