/** The local panel's part of the message tables; see messages.ts. */

export const TO_PAGE = {
  local: {
    state: "string",
    used: "boolean",
    address: "string",
    folder: "string",
    pid: "number?",
    version: "string",
    disk: "number?",
    whole: "boolean",
    models: "pair[]",
    lines: "string[]",
    problem: "string",
    hint: "string",
    detail: "string",
    updated: "number",
  },
} as const;
