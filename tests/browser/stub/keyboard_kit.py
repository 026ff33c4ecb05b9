"""Walking through a panel with Tab alone, as a person without a mouse does."""

from __future__ import annotations

# The element that has the focus, shadow roots looked through; null at the page's end.
_AT = """
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (at === document.body) at = null;
"""
_NAME = """
    const name = (one) => `${one.localName}.${one.className} ${one.id} `
        + `${one.ariaLabel ?? one.name ?? ''} ${(one.textContent ?? '').slice(0, 40)}`;
"""
# Whether it is a stop that was not there before, its name, and whether a ring shows it.
STOP = f"""() => {{
    {_AT} {_NAME}
    const stops = window.stops ??= new Set();
    const names = window.names ??= new Set();
    // A date has stops of its own within.
    const within = at && window.stop === at;
    if (!at || (stops.has(at) && !within)) return null;
    window.stop = at;
    stops.add(at);
    names.add(name(at));
    let [ring, seen] = [false, at];
    while (seen && !ring) {{
        const {{ outlineStyle, outlineWidth }} = getComputedStyle(seen);
        ring = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
        seen = seen.parentElement;
    }}
    return {{ name: name(at), ring, within }};
}}"""
# What can be used with the mouse and was no stop; of a group one is enough.
MISSED = f"""() => {{
    {_NAME}
    const missed = [];
    const walk = (root) => {{
        for (const one of root.querySelectorAll('*')) {{
            if (one.shadowRoot) walk(one.shadowRoot);
            const can = one.matches(
                'button, select, input, textarea, summary, a[href], [tabindex="0"]');
            if (!can || one.disabled || one.matches('[tabindex="-1"]')) continue;
            if (!one.checkVisibility({{ visibilityProperty: true }})) continue;
            const group = one.type === 'radio' && one.name;
            const same = group && root.querySelectorAll(`[name="${{group}}"]`);
            const reached = same ? [...same] : [one];
            // By its name too: a table that is told anew has other elements.
            if (!reached.some((each) => window.stops.has(each))
                && !window.names.has(name(one))) missed.push(name(one));
        }}
    }};
    walk(document.getElementById('out'));
    return missed;
}}"""
# A click leaves the walk in the middle of the page.
AT_THE_TOP = """() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
}"""
FOCUSED = f"() => {{ {_AT} {_NAME} return at && name(at); }}"
MOST = 150


def walk(tab):
    """Press Tab from the page's beginning to its end.

    Returns:
        The names of the stops, and of those that no ring shows.
    """
    names, bare = [], []
    tab.evaluate(AT_THE_TOP)
    for _ in range(MOST):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(STOP)
        if stop is None:
            return names, bare
        if not stop["within"]:
            names.append(stop["name"])
        if not stop["ring"]:
            bare.append(stop["name"])
    raise AssertionError(f"no end after {MOST} stops: {names[-5:]}")


def told_again(tab, stub):
    """Tell the page everything anew, and wait until it has it."""
    before = len(stub.panel.comm.sent)
    heard = tab.evaluate("window.heard")
    stub.panel.push()
    fresh = len(stub.panel.comm.sent) - before
    tab.wait_for_function(f"window.heard >= {heard + fresh}")
