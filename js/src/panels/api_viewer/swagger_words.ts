/**
 * Swagger UI in the panel's language, of which it knows English only.
 *
 * Nothing in it takes other words, so they are put in the place of its own when it has
 * drawn them. Two things must fit: the text is one of Swagger UI's, and the element is
 * one whose text is never the document's. A field that is called Cancel stays so.
 */

import { LANGUAGE, t } from "../../words.ts";

/** What is written in Markdown may hold any element. */
const NOT_TOLD = ":not(.renderedMarkdown *, .markdown *)";

const OWN = [
  ".btn.execute",
  ".btn-clear",
  ".btn.body-param__example-edit",
  ".col_header",
  ".download-contents",
  ".json-schema-2020-12-expand-deep-button",
  ".json-schema-form-item-add",
  ".opblock-description-wrapper > p",
  ".opblock-section-header > h4",
  ".opblock-title > span",
  ".parameter__default > p > i:first-child",
  ".parameter__empty_value_toggle",
  ".parameter__enum > p > i:first-child",
  ".response-col_links > i",
  ".response-control-media-type__accept-message",
  ".response-control-media-type__title",
  ".response-undocumented > i",
  ".tablinks",
  ".try-out__btn",
  ".validation-errors",
  ".validation-errors li",
  `.response-col_description a[download]${NOT_TOLD}`,
  `.response-col_description p.i${NOT_TOLD}`,
  `.responses-inner h4${NOT_TOLD}`,
  `.responses-inner h5${NOT_TOLD}`,
].join(",");

/** Those whose titles and labels are Swagger UI's. */
const NAMED = [
  ".body-param__text",
  ".copy-to-clipboard",
  ".copy-to-clipboard > button",
  ".expand-operation",
  ".invalid",
  "select.content-type",
].join(",");

/** With the blanks that are around them. */
const TEXTS = new Map([
  [" Undocumented ", t(" Undocumented ")],
  [" header.", t(" header.")],
  [" item", t(" item")],
  ["Add ", t("Add ")],
  ["Available values", t("Available values")],
  ["Cancel", t("Cancel")],
  ["Clear", t("Clear")],
  ["Code", t("Code")],
  ["Collapse all", t("Collapse all")],
  ["Collapse operation", t("Collapse operation")],
  ["Controls ", t("Controls ")],
  ["Copy cURL command to clipboard", t("Copy cURL command to clipboard")],
  ["Copy code to clipboard", t("Copy code to clipboard")],
  ["Copy path to clipboard", t("Copy path to clipboard")],
  ["Default value", t("Default value")],
  ["Description", t("Description")],
  ["Details", t("Details")],
  ["Download", t("Download")],
  ["Download file", t("Download file")],
  ["Edit Value", t("Edit Value")],
  ["Example Value", t("Example Value")],
  ["Execute", t("Execute")],
  ["Expand all", t("Expand all")],
  ["Expand operation", t("Expand operation")],
  ["Links", t("Links")],
  ["Media Type", t("Media type")],
  ["Media type", t("Media type")],
  ["Name", t("Name")],
  ["No links", t("No links")],
  ["No parameters", t("No parameters")],
  [
    "Parameter string value must be valid JSON",
    t("Parameter string value must be valid JSON"),
  ],
  ["Parameters", t("Parameters")],
  [
    "Please correct the following validation errors and try again.",
    t("Please correct the following validation errors and try again."),
  ],
  ["Request URL", t("Request URL")],
  ["Request body", t("Request body")],
  ["Request content type", t("Request content type")],
  ["Request duration", t("Request duration")],
  ["Required field is not provided", t("Required field is not provided")],
  ["Reset", t("Reset")],
  ["Response body", t("Response body")],
  ["Response headers", t("Response headers")],
  ["Responses", t("Responses")],
  ["Schema", t("Schema")],
  ["Send empty value", t("Send empty value")],
  ["Server response", t("Server response")],
  ["Try it out ", t("Try it out ")],
  [
    "Unrecognized response type; displaying content as text.",
    t("Unrecognized response type; displaying content as text."),
  ],
  [
    "Unrecognized response type; unable to display.",
    t("Unrecognized response type; unable to display."),
  ],
  ["Value must be a boolean", t("Value must be a boolean")],
  ["Value must be a number", t("Value must be a number")],
  ["Value must be an integer", t("Value must be an integer")],
]);

/** What Swagger UI's check says of one field. */
const REFUSED = /^For '(.*)': (.*)\.$/s;

/** Translate what is drawn in the node, now and later, until the signal is aborted. */
export function translateSwagger(node: HTMLElement, signal: AbortSignal): void {
  if (LANGUAGE === "en") return;
  // Its stylesheet writes these two; the panel's takes them from here.
  node.style.setProperty("--cx-required", JSON.stringify(t("required")));
  node.style.setProperty("--cx-loading", JSON.stringify(t("loading")));
  const observer = new MutationObserver((changes) => {
    for (const { target, type, addedNodes } of changes)
      if (type === "childList") addedNodes.forEach(translate);
      else translate(target);
  });
  observer.observe(node, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ["aria-label", "title"],
  });
  signal.addEventListener("abort", () => observer.disconnect());
}

function translate(root: Node): void {
  const walker = document.createTreeWalker(
    root,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
  );
  for (let node: Node | null = root; node; node = walker.nextNode())
    if (node instanceof Text) translateText(node);
    else if (node instanceof Element) translateNames(node);
}

function translateText(node: Text): void {
  const told = TEXTS.get(node.data) ?? refusal(node.data);
  if (told && told !== node.data && node.parentElement?.matches(OWN)) node.data = told;
}

function translateNames(element: Element): void {
  for (const name of ["aria-label", "title"]) {
    const told = TEXTS.get(element.getAttribute(name) ?? "");
    if (told && element.matches(NAMED)) element.setAttribute(name, told);
  }
}

function refusal(text: string): string | undefined {
  const [, name, problem] = REFUSED.exec(text) ?? [];
  if (name === undefined || problem === undefined) return undefined;
  return t("{name}: {problem}.", { name, problem: TEXTS.get(problem) ?? problem });
}
