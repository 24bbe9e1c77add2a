"""Draw the learning curve of the model card: ``python -m viva_eval.training.curve``.

It reads figures that were measured and written down, ``docs/learning-curve.json``, and measures
nothing itself.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment

from viva.domain import Frozen, Text

FIGURES = Path("docs/learning-curve.json")
_WIDTH, _HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 44, 52
"""Margins in the units of the view box."""
_LOWEST, _STEP = 0.55, 0.05
"""Macro-F1 at the bottom, and between two lines of the grid."""
_WANTED = 0.70

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{ width }} {{ height }}" role="img" \
aria-labelledby="title note" font-family="system-ui, sans-serif" font-size="13">
<title id="title">{{ curve.title }}</title>
<desc id="note">{{ curve.note }}</desc>
<style>
.ground { fill: #ffffff } text { fill: #1f2328 } .soft { fill: #57606a }
.grid { stroke: #d0d7de } .wanted { stroke: #9a6700; stroke-dasharray: 6 4 }
.value { paint-order: stroke; stroke: #ffffff; stroke-width: 4 }
.line { fill: none; stroke: #0757b0; stroke-width: 2 } .dot { fill: #0757b0 }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9aa4af }
.value { stroke: #0d1117 } .grid { stroke: #30363d } .wanted { stroke: #d4a72c }
.line { stroke: #6cb0ff } .dot { fill: #6cb0ff }
}
</style>
<rect class="ground" width="{{ width }}" height="{{ height }}"/>
<text x="{{ left }}" y="20" font-weight="600">{{ curve.title }}</text>
<text x="{{ left }}" y="36" class="soft">{{ curve.note }}</text>
{% for line in grid -%}
<line class="grid" x1="{{ left }}" x2="{{ right }}" y1="{{ line.y }}" y2="{{ line.y }}"/>
<text class="soft" x="{{ left - 8 }}" y="{{ line.y + 4 }}" text-anchor="end">{{ line.label }}</text>
{% endfor -%}
<line class="wanted" x1="{{ left }}" x2="{{ right }}" y1="{{ wanted }}" y2="{{ wanted }}"/>
<text class="soft" x="{{ right }}" y="{{ wanted - 6 }}" text-anchor="end">\
wanted of the test split</text>
<polyline class="line" points="{% for at in marks %}{{ at.x }},{{ at.y }} {% endfor %}"/>
{% for at in marks -%}
<circle class="dot" cx="{{ at.x }}" cy="{{ at.y }}" r="4"><title>{{ at.said }}</title></circle>
<text class="value" x="{{ at.x }}" y="{{ at.y - 10 }}" text-anchor="middle">{{ at.label }}</text>
<text class="soft" x="{{ at.x }}" y="{{ bottom + 18 }}" text-anchor="middle">\
{{ at.questions }}</text>
{% endfor -%}
<text class="soft" x="{{ (left + right) / 2 }}" y="{{ bottom + 38 }}" text-anchor="middle">\
questions that the cross-encoder learned from</text>
</svg>
"""


class Point(Frozen):
    """One measurement."""

    questions: int
    """Questions from outside the deck that the network learned from."""
    macro_f1: float
    how: Text


class Curve(Frozen):
    """What was measured, and what to say of it."""

    title: Text
    note: Text
    points: tuple[Point, ...]


class _Mark(NamedTuple):
    x: float
    y: float
    label: str
    questions: int
    said: str


class _Line(NamedTuple):
    y: float
    label: str


def load_curve(path: Path = FIGURES) -> Curve:
    """Return the recorded figures."""
    return Curve.model_validate_json(path.read_text(encoding="utf-8"))


def draw(curve: Curve) -> str:
    """Return the curve as SVG; it follows the reader's light or dark scheme."""
    most = max(point.questions for point in curve.points)
    marks = [
        _Mark(
            x=round(_LEFT + 24 + point.questions / most * (_WIDTH - _LEFT - _RIGHT - 48), 1),
            y=_height(point.macro_f1),
            label=f"{point.macro_f1:.3f}",
            questions=point.questions,
            said=f"{point.questions} questions: {point.macro_f1:.3f} ({point.how})",
        )
        for point in curve.points
    ]
    steps = round((_WANTED + _STEP - _LOWEST) / _STEP)
    levels = [_LOWEST + _STEP * place for place in range(steps + 1)]
    return (
        Environment(autoescape=True)
        .from_string(_SVG)
        .render(
            curve=curve,
            marks=marks,
            grid=[_Line(_height(level), f"{level:.2f}") for level in levels],
            wanted=_height(_WANTED),
            width=_WIDTH,
            height=_HEIGHT,
            left=_LEFT,
            right=_WIDTH - _RIGHT,
            bottom=_HEIGHT - _BOTTOM,
        )
        + "\n"
    )


def _height(macro_f1: float) -> float:
    share = (macro_f1 - _LOWEST) / (_WANTED + _STEP - _LOWEST)
    return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def main() -> int:
    """Write the SVG beside the figures; return the exit code."""
    path = FIGURES.with_suffix(".svg")
    path.write_text(draw(load_curve()), encoding="utf-8")
    print(f"{path} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
