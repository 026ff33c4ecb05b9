/**
 * Heavy modules, loaded once a page.
 *
 * The kernel pushes a module's gzipped text when its panel is displayed. It is
 * decompressed, imported from a blob address and kept by its content's hash, so that
 * later panels of the same kind start at once.
 */

interface Slot<Module> {
  module: Promise<Module>;
  fill(packed: DataView): void;
}

const KEY = Symbol.for("codex_jupyter.assets");
const page = globalThis as { [KEY]?: Map<string, Slot<unknown>> };
// Each panel's loader is a module of its own; they share this by way of the page.
const slots = page[KEY] ?? new Map<string, Slot<unknown>>();
page[KEY] = slots;

async function unpack<Module>(packed: DataView): Promise<Module> {
  const bytes = new Uint8Array(packed.byteLength);
  bytes.set(new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength));
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(stream).text();
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return (await import(/* @vite-ignore */ address)) as Module;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function slot<Module>(hash: string): Slot<Module> {
  let found = slots.get(hash) as Slot<Module> | undefined;
  if (!found) {
    let filled = false;
    let settle: (module: Promise<Module>) => void = () => {};
    const module = new Promise<Module>((resolve) => {
      settle = resolve;
    });
    found = {
      module,
      fill(packed) {
        if (!filled) settle(unpack<Module>(packed));
        filled = true;
      },
    };
    slots.set(hash, found as Slot<unknown>);
  }
  return found;
}

/** The module of that content, as soon as it has arrived. */
export function asset<Module>(hash: string): Promise<Module> {
  return slot<Module>(hash).module;
}

/** Take a module's gzipped text; what the page has already is dropped. */
export function offer(hash: string, packed: DataView): void {
  slot(hash).fill(packed);
}
