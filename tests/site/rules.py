"""The rules as a picture: every clause in the order in which it is asked, and the verdict that it leads to."""

import textwrap
from html import escape

from knowledge.load import Knowledge, load

WIDTH, ROW, LEFT, RIGHT, TOP = 860, 26, 16, 560, 92
LONGEST = 62
STYLE = """\
text { font: 14px system-ui, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
.head { font-size: 18px; font-weight: 600; }
.low { fill: #59636e; }
.line { stroke: #d1d9e0; }
.pill { fill: #ddf4ff; }
.paper { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .low { fill: #9198a1; }
  .line { stroke: #3d444d; }
  .pill { fill: #1f3a5f; }
  .paper { fill: #0d1117; }
}"""


def picture(knowledge: Knowledge | None = None) -> str:
    """Return docs/rules.svg, drawn from the rules that are shipped unless others are given."""
    knowledge = knowledge or load()
    height = TOP + ROW * len(knowledge.clauses) + 24
    alt = f"{len(knowledge.clauses)} clauses in order, each with the verdict that it leads to"
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{alt}">',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        f'<text class="head" x="{LEFT}" y="32">How a verdict is found</text>',
        f'<text class="low" x="{LEFT}" y="56">From the top: the first clause that holds gives the verdict. One that a '
        "missing fact leaves open is asked about.</text>",
    ]
    for place, clause in enumerate(knowledge.clauses):
        y = TOP + ROW * place
        headline = escape(textwrap.shorten(clause.headline, LONGEST, placeholder="…"))
        verdict = escape(clause.verdict.replace("_", " "))
        drawn += [
            f'<line class="line" x1="{LEFT}" x2="{WIDTH - LEFT}" y1="{y + 17}" y2="{y + 17}"/>',
            f'<text class="low" x="{LEFT + 22}" y="{y + 10}" text-anchor="end">{place + 1}</text>',
            f'<text x="{LEFT + 34}" y="{y + 10}">{headline}<title>{escape(clause.condition.source)}</title></text>',
            f'<rect class="pill" x="{RIGHT}" y="{y - 6}" width="{WIDTH - LEFT - RIGHT}" height="20" rx="10"/>',
            f'<text x="{RIGHT + 12}" y="{y + 9}">→ {verdict}</text>',
        ]
    return "\n".join([*drawn, "</svg>"]) + "\n"
