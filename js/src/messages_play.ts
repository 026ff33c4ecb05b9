/** The playground's part of the message tables; see messages.ts. */

export const SHAPES = {
  field: {
    name: "string",
    kind: "string",
    text: "string",
    low: "number?",
    high: "number?",
    step: "number?",
    whole: "boolean",
    choices: "string[]",
    open: "boolean",
    seen: "seen?",
  },
  seen: { source: "string", count: "number", ends: "string[]", usual: "string[]" },
  output: { name: "string", text: "string", number: "number?" },
  result: {
    model: "string",
    name: "string",
    ms: "number",
    text: "string",
    outputs: "output[]",
    error: "string",
    hint: "string",
    detail: "string",
    why: "why?",
  },
  part: { name: "string", value: "string", number: "number?" },
  why: {
    function: "string",
    base: "number?",
    parts: "part[]",
    left: "number",
    rest: "number",
  },
  run: { number: "number", at: "number", input: "string", results: "result[]" },
  point: {
    at: "number",
    who: "number",
    value: "string",
    number: "number",
    outputs: "output[]",
    error: "string",
  },
} as const;

export const TO_PAGE = {
  play: {
    name: "string",
    group: "string",
    hash: "string",
    state: "string",
    token: "boolean",
    fields: "field[]",
    sample: "string",
    comparable: "boolean",
    batch: "boolean",
    runs: "run[]",
  },
  played: { run: "run" },
  batched: { tag: "string", done: "number", of: "number" },
  swept: { tag: "string", done: "number", of: "number", points: "point[]" },
} as const;

export const FROM_PAGE = {
  predict: { input: "string", models: "string[]" },
  sweep: {
    tag: "string",
    input: "string",
    field: "string",
    low: "number",
    high: "number",
    steps: "number",
    whole: "boolean",
    models: "string[]",
  },
  peers: {},
  tables: {},
  batch: { tag: "string", source: "string", keep: "string" },
  snippet: { language: "string", input: "string" },
  why: { number: "number", model: "string" },
} as const;
