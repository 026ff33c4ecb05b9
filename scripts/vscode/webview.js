/**
 * The page that VS Code shows a notebook's outputs in, as far as widgets see it.
 *
 * VS Code's Jupyter extension loads the bundle of @vscode/jupyter-ipywidgets8 and gives it
 * a kernel of JupyterLab's services on a socket that never closes: the editor has the true
 * one. Here that socket leads to a Jupyter server. Of a kernel's end the page hears
 * nothing; of a restart, that everything is disposed of.
 */

import { ServerConnection } from "@jupyterlab/services";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";

const WIDGET = "application/vnd.jupyter.widget-view+json";
const UNTOLD = ["restarting", "autorestarting", "terminating", "dead"];
const base = `${location.origin}/`;
let cut = false;

class EditorsSocket {
  protocol = "";
  readyState = 1;
  #queue = [];
  #real;

  constructor(url) {
    this.#real = new WebSocket(url);
    this.#real.binaryType = "arraybuffer";
    this.#real.onopen = () => {
      for (const part of this.#queue.splice(0)) this.#real.send(part);
    };
    this.#real.onmessage = ({ data }) => {
      const { msg_type, content } = typeof data === "string" ? JSON.parse(data) : {};
      const untold = msg_type === "status" && UNTOLD.includes(content.execution_state);
      if (!cut && !untold) this.onmessage?.({ target: this, data, type: "" });
    };
    setTimeout(() => this.onopen?.({ target: this }));
  }

  send(part) {
    if (cut) return;
    if (this.#real.readyState === WebSocket.OPEN) this.#real.send(part);
    else this.#queue.push(part);
  }

  close() {
    this.#real.close();
  }
}

async function api(path, method) {
  const answer = await fetch(`${base}api/kernels${path}`, { method });
  return answer.status === 204 ? null : answer.json();
}

const bundle = await import("/vscode/ipywidgets8.js");
bundle.activate();
window.vscIPyWidgets8.load();
require.config({ paths: { anywidget: `${base}nbextensions/anywidget/index` } });
const known = new Set();
const scripts = {
  widgetsRegisteredInRequireJs: known,
  loadWidgetScript: async (name) => known.add(name),
  errorHandler: (...words) => console.error(...words),
  successHandler: () => {},
};
const model = await api("", "POST");
let kernel;
let manager;

function connect() {
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: base,
    wsUrl: base.replace("http", "ws"),
    WebSocket: EditorsSocket,
  });
  kernel = new KernelConnection({ serverSettings, handleComms: true, model });
  const { WidgetManager } = window.vscIPyWidgets;
  manager = new WidgetManager(kernel, undefined, scripts, () => {});
}

async function draw(item, data) {
  item.replaceChildren();
  if (data[WIDGET]) {
    const found = await manager.get_model(data[WIDGET].model_id);
    const ground = document.createElement("div");
    ground.className = item.className = "cell-output-ipywidget-background";
    ground.tabIndex = 0;
    item.append(ground);
    const view = await manager.create_view(found, { el: ground });
    await manager.display_view(data[WIDGET], view, { node: ground });
  } else if (data["text/html"]) item.innerHTML = data["text/html"];
  else item.textContent = data["text/plain"];
}

const displays = new Map();

/** Run a cell's code, its outputs below those of the cells before; gives its status. */
async function run(code) {
  const cell = document.createElement("div");
  cell.className = "output";
  document.body.append(cell);
  const drawing = [];
  const future = kernel.requestExecute({ code });
  future.onIOPub = ({ header, content }) => {
    const id = content.transient?.display_id;
    if (header.msg_type === "update_display_data") draw(displays.get(id), content.data);
    if (!["display_data", "execute_result"].includes(header.msg_type)) return;
    const item = document.createElement("div");
    cell.append(item);
    if (id) displays.set(id, item);
    drawing.push(draw(item, content.data));
  };
  const { content } = await future.done;
  await Promise.all(drawing);
  return content.status;
}

async function restart() {
  await api(`/${model.id}/restart`, "POST");
  manager.dispose();
  kernel.dispose();
  connect();
}

async function end() {
  cut = true;
  await api(`/${model.id}`, "DELETE");
}

connect();
window.host = { run, restart, end };
