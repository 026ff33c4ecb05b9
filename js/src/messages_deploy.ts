/** The deploy form's part of the message tables; see messages.ts. */

export const SHAPES = {
  draft: {
    name: "string",
    group: "string",
    operation: "string",
    input: "string",
    python: "string",
    source: "string",
    function: "string",
    script: "string",
    code: "string",
    reference: "string",
    model: "string",
    model_object: "string",
    model_file: "string",
    schema: "string",
    schema_object: "string",
    schema_file: "string",
    schema_text: "string",
    requirements: "string?",
    env: "string",
    extras: "string[]",
    check: "boolean",
  },
  variable: { name: "string", kinds: "string[]", what: "string" },
  trouble: { field: "string", text: "string", hint: "string", detail: "string" },
  column: { name: "string", kind: "string", text: "string" },
} as const;

export const TO_PAGE = {
  draft: { draft: "draft" },
  offers: {
    variables: "variable[]",
    groups: "string[]",
    pythons: "string[]",
    here: "string",
    problem: "string",
    hint: "string",
  },
  checked: {
    seq: "number",
    troubles: "trouble[]",
    line: "string",
    detected: "string?",
    notices: "string[]",
    columns: "column[]",
    sample: "string",
    env: "string",
    update: "string",
    reason: "string",
  },
  attempt: { number: "number", running: "boolean", state: "string", notes: "string[]" },
} as const;

export const FROM_PAGE = {
  draft: { draft: "draft", seq: "number", settled: "boolean" },
  paste: { text: "string" },
  paths: { text: "string", ends: "string[]" },
  put: { tag: "string", name: "string", size: "number", at: "number" },
  drop: { tag: "string" },
  try: { draft: "draft" },
  deploy: { draft: "draft" },
} as const;
