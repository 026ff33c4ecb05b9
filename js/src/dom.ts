/** Elements from data. Children are text or elements, never markup. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/** One element; `onclick` and the like take functions, `class` and ARIA take text. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child || child === "").map(toNode));
  return element;
}

function toNode(child: Child): Node {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/** Change an element's text only if it differs: live regions speak at each change. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A form of ours: its submit button, Enter in a field and Ctrl or ⌘ with Enter in a
 * text of several lines all do the same.
 */
export function formOf(name: string, act: () => void): HTMLFormElement {
  return h("form", {
    class: name,
    novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      act();
    },
    onkeydown: (event) => {
      const { key, ctrlKey, metaKey } = event as KeyboardEvent;
      if (key !== "Enter" || !(ctrlKey || metaKey)) return;
      event.preventDefault();
      act();
    },
  });
}

const SVG = "http://www.w3.org/2000/svg";

/** A 16 x 16 line drawing, decorative: the word beside it says the same. */
export function icon(path: string, name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `cx-icon cx-icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
