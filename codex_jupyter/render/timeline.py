"""A value of each period as bars, in SVG without script: for pages that stand alone."""

from __future__ import annotations

from collections.abc import Sequence

from .html import Markup, tag

_WIDTH, _HEIGHT, _TOP, _FOOT = 960, 190, 22, 26
_MOST_LABELS = 13
# Below the first PSI is stable, above the second significant.
LIMITS = (0.1, 0.25)


def timeline(points: Sequence[tuple[str, float | None, str]], told: str) -> Markup:
    """The drawing; colours are those of the page's classes ``ok``, ``busy``, ``bad``.

    Args:
        points: label, value (None where there is none) and class of each period.
        told: what is drawn, for those who do not see it.
    """
    top = max([LIMITS[1] * 1.2, *(value or 0.0 for _, value, _ in points)])
    space = _HEIGHT - _TOP - _FOOT
    width = _WIDTH / max(len(points), 1)
    every = -(-len(points) // _MOST_LABELS)
    drawn: list[Markup] = [_limit(limit, space, top) for limit in LIMITS]
    for at, (label, value, kind) in enumerate(points):
        middle = f"{(at + 0.5) * width:.1f}"
        shown = at % every == 0
        if value is not None:
            height = max(1.0, space * value / top)
            y = _HEIGHT - _FOOT - height
            bar = min(width * 0.6, 46.0)
            drawn.append(
                tag(
                    "rect",
                    tag("title", f"{label}: {value:.3f}"),
                    x=f"{(at + 0.5) * width - bar / 2:.1f}",
                    y=f"{y:.1f}",
                    width=f"{bar:.1f}",
                    height=f"{height:.1f}",
                    rx="2",
                    class_=kind,
                    fill="currentColor",
                )
            )
            if shown:
                drawn.append(_text(f"{value:.2f}", middle, f"{y - 5:.1f}"))
        if shown:
            drawn.append(_text(label, middle, str(_HEIGHT - 8), "soft"))
    return tag(
        "svg",
        drawn,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        width="100%",
        role="img",
        aria_label=told,
    )


def _limit(value: float, space: float, top: float) -> Markup:
    y = f"{_HEIGHT - _FOOT - space * value / top:.1f}"
    line = tag(
        "line",
        x1="0",
        x2=str(_WIDTH),
        y1=y,
        y2=y,
        stroke="currentColor",
        stroke_width="1",
        stroke_dasharray="3 4",
        opacity="0.5",
    )
    name = _text(f"{value:g}", str(_WIDTH - 14), f"{float(y) - 4:.1f}")
    return tag("g", line, name, class_="soft")


def _text(text: str, x: str, y: str, kind: str | None = None) -> Markup:
    return tag(
        "text",
        text,
        x=x,
        y=y,
        text_anchor="middle",
        font_size="12",
        class_=kind,
        fill="currentColor",
    )
