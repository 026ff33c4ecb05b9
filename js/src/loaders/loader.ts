/**
 * What every panel saves in the notebook: wait for the heavy half, then mount it.
 *
 * anywidget drops messages that arrive while a slow module loads, and a request of the
 * page waits behind the cells still queued; so this half is tiny, listens from the
 * start, and keeps what the kernel pushed until the heavy half is there.
 */

import type { AnyModel, AnyWidget, RenderProps } from "@anywidget/types";
import { asset, offer } from "../assets.ts";
import type { Arrival, Incoming } from "../messages.ts";

/** What a heavy half exports. */
export interface Panel {
  mount(at: Mount): () => void;
}

/** Where and with what a heavy half is mounted. */
export interface Mount {
  model: AnyModel;
  el: HTMLElement;
  /** What the kernel pushed before the first view was there, oldest first. */
  early: Arrival[];
}

/** What names the content of a heavy half, by the language of its texts. */
export type Hashes = { en: string } & Record<string, string>;

const MAX_EARLY = 500;
/** A pushed module is on its way already; only a reloaded page has to ask. */
const ASK_AFTER = 250;
const GIVE_UP_AFTER = 8000;

interface Words {
  loading: string;
  saved: string;
  silent: string;
  failed: string;
}

const WORDS: { en: Words } & Record<string, Words> = {
  en: {
    loading: "Loading…",
    saved: "This is a saved page, without a kernel: run the cell in its notebook.",
    silent:
      "The kernel has not answered. If no cell is running, run this cell again; " +
      "the saved state is below.",
    failed: "The panel could not be loaded: ",
  },
  "pt-BR": {
    loading: "Carregando…",
    saved: "Esta é uma página salva, sem kernel: execute a célula no notebook dela.",
    silent:
      "O kernel não respondeu. Se nenhuma célula está em execução, execute esta " +
      "célula de novo; o estado salvo está abaixo.",
    failed: "Não foi possível carregar o painel: ",
  },
};

/** Whether ipywidgets' own page for saved notebooks shows the panel: nobody answers. */
function isSaved(model: AnyModel): boolean {
  const { kernel } = (model.widget_manager ?? {}) as { kernel?: unknown };
  const state = 'script[type="application/vnd.jupyter.widget-state+json"]';
  return !kernel && document.querySelector(state) !== null;
}

/** The widget definition of one panel. */
export function loader(name: string, hashes: Hashes): () => AnyWidget {
  return () => {
    let early: Arrival[] | null = [];

    function initialize({ model }: { model: AnyModel }): void {
      model.on("msg:custom", (message: Incoming, buffers: DataView[]) => {
        if (message.kind === "asset") {
          if (buffers[0]) offer(message.hash, buffers[0]);
        } else if (early && early.length < MAX_EARLY) {
          early.push({ message, buffers });
        }
      });
    }

    async function render({ model, el }: RenderProps): Promise<() => void> {
      let gone = false;
      let unmount = (): void => {};
      const language = String(model.get("_cx_lang"));
      const hash = hashes[language] ?? hashes.en;
      const words = WORDS[language] ?? WORDS.en;
      const note = document.createElement("p");
      // The look of the page's own small print: the styles are in the heavy half. VS Code
      // writes in its theme's colour on white.
      note.style.cssText =
        "margin:0;padding:8px 12px;font-size:12px;opacity:.8;min-height:1.4em;" +
        "background:var(--vscode-editor-background)";
      note.textContent = words.loading;
      el.replaceChildren(note);
      if (isSaved(model)) {
        // The static twin says all there is to say.
        const twin = document.querySelector(`.cx-twin-${model.get("_cx_twin")}`);
        if (twin) note.remove();
        else note.textContent = words.saved;
        return () => {};
      }
      const ask = setTimeout(() => {
        const id = `${hash.slice(0, 8)}.${Math.random().toString(36).slice(2)}`;
        try {
          model.send({ kind: "asset", id, name });
        } catch {
          // Jupyter refuses to send where the kernel is gone: nothing will come.
          note.textContent = words.silent;
        }
      }, ASK_AFTER);
      const late = setTimeout(() => {
        note.textContent = words.silent;
      }, GIVE_UP_AFTER);
      const stop = (): void => {
        gone = true;
        clearTimeout(ask);
        clearTimeout(late);
        unmount();
      };
      // Not awaited: anywidget calls the cleanup only once render has returned.
      asset<Panel>(hash).then(
        (panel) => {
          if (gone) return;
          clearTimeout(ask);
          clearTimeout(late);
          note.remove();
          unmount = panel.mount({ model, el, early: early ?? [] });
          early = null;
        },
        (error) => {
          clearTimeout(late);
          note.textContent = words.failed + error;
        },
      );
      return stop;
    }

    return { initialize, render };
  };
}
