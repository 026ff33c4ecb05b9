/** Which host shows the page, for what has to differ there. */

/** The page of VS Code, or of an editor made of it, that shows outputs. */
export function inVsCode(): boolean {
  return document.body.dataset.vscodeThemeKind !== undefined;
}

/** A page of Voilà: a notebook's outputs alone, with no cell to run again. */
export function inVoila(): boolean {
  return document.body.dataset.voila !== undefined;
}
