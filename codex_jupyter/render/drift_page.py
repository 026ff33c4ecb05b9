"""A drift dashboard in one HTML file: counts and script, nothing from outside."""

from __future__ import annotations

import base64

from .html import Child, Markup, tag
from .words import spoken

# Only what stands in the file itself may run, and nothing may be asked of a network.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:"
)
_STYLE = """
:root { color-scheme: light dark; }
body { margin: 16px auto; max-width: 1100px; padding: 0 16px; background: #ffffff;
  color: #1f2328; font: 14px/1.5 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { body { background: #14181d; color: #e6edf3; } }
"""
_SCRIPT = """
const unpack = (id) => {
  const text = atob(document.getElementById(id).textContent);
  const packed = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const unzip = new DecompressionStream("gzip");
  return new Response(new Blob([packed]).stream().pipeThrough(unzip));
};
const code = await (await unpack("cx-code")).text();
const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
const { mount } = await import(address);
URL.revokeObjectURL(address);
const { message, buffers } = await (await unpack("cx-data")).json();
const parts = buffers.map(
  (part) => new DataView(Uint8Array.from(atob(part), (c) => c.charCodeAt(0)).buffer),
);
const model = { get: () => "", on() {}, off() {}, send() {} };
const early = [{ message: { kind: "drift", ...message }, buffers: parts }];
mount({ model, el: document.getElementById("cx-live"), early });
document.getElementById("cx-card").hidden = true;
"""


def drift_page(title: str, card: Child, code: bytes, data: bytes) -> str:
    """The text of the file; without a script it shows the card.

    Args:
        title: of the window.
        card: the static form.
        code: the panel's module, gzipped.
        data: its message as JSON, gzipped: ``message`` and ``buffers`` in base64.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", title),
        tag("style", Markup(_STYLE)),
    )
    body = tag(
        "body",
        tag("main", tag("div", id="cx-live"), tag("div", card, id="cx-card")),
        _kept("cx-code", code),
        _kept("cx-data", data),
        tag("script", Markup(_SCRIPT), type="module"),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang=spoken())}\n"


def _kept(name: str, packed: bytes) -> Markup:
    text = base64.b64encode(packed).decode()
    return tag("script", text, id=name, type="application/octet-stream")
