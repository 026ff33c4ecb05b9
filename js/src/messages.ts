/**
 * Every message between page and kernel, written once on this side.
 *
 * The types below are derived from the tables; the build writes the tables into the
 * manifest, and a test holds them against the Python side's.
 * A kind ending in "[]" is a list, one ending in "?" may be null.
 */

import * as deploy from "./messages_deploy.ts";
import * as local from "./messages_local.ts";
import * as play from "./messages_play.ts";

export const SHAPES = {
  step: {
    name: "string",
    progress: "string",
    seconds: "number?",
    note: "string",
    usual: "number?",
  },
  row: { time: "string", level: "string", text: "string" },
  pair: { name: "string", value: "string" },
  model: {
    hash: "string",
    name: "string",
    state: "string",
    operation: "string",
    group: "string",
    python: "string",
    uploaded: "number?",
    version: "number?",
    calls: "number?",
    called: "number?",
    drift: "string",
    period: "string",
  },
  listed: {
    number: "number",
    what: "string",
    name: "string",
    group: "string",
    state: "string",
    asked: "number?",
    took: "string",
    given: "string",
    made: "string",
  },
  binned: {
    name: "string",
    kind: "string",
    labels: "string[]",
    intervals: "boolean",
    moderate: "number",
    significant: "number",
    examples: "string[]",
  },
  ...deploy.SHAPES,
  ...play.SHAPES,
} as const;

/** Kernel to page. `id` names the request that a message answers. */
export const TO_PAGE = {
  asset: { name: "string", hash: "string" },
  ack: { id: "string", platform: "string" },
  reply: { id: "string", result: "any" },
  fault: { id: "string", message: "string", hint: "string" },
  status: {
    name: "string",
    group: "string",
    state: "string",
    line: "string",
    reason: "string",
    detail: "string",
    steps: "step[]",
    outlook: "string",
    running: "number?",
    actions: "string[]",
    busy: "string",
    link: "string",
    hash: "string",
    python: "string",
    updated: "number",
  },
  rows: { oldest: "number", first: "number", rows: "row[]" },
  execution: {
    name: "string",
    group: "string",
    number: "string",
    state: "string",
    line: "string",
    told: "string",
    reason: "string",
    detail: "string",
    fraction: "number?",
    what: "string",
    actions: "string[]",
    repeat: "string",
    busy: "string",
    link: "string",
    facts: "pair[]",
    metrics: "pair[]",
    params: "pair[]",
    offers: "string[]",
    again: "string",
    updated: "number",
  },
  preview: { columns: "string[]", rows: "any", of: "number?", note: "string" },
  api: {
    name: "string",
    group: "string",
    address: "string",
    token: "boolean",
    document: "any",
  },
  models: {
    full: "boolean",
    rows: "model[]",
    gone: "string[]",
    updated: "number",
    problem: "string",
  },
  executions: {
    tag: "string",
    of: "string",
    rows: "listed[]",
    count: "number",
    what: "string",
    state: "string",
    text: "string",
    hours: "number?",
    skip: "number",
    updated: "number",
    problem: "string",
  },
  connect: {
    address: "string",
    user: "string",
    tenant: "string",
    group: "string",
    connected: "string",
    groups: "string[]",
    problem: "string",
  },
  drift: {
    title: "string",
    rule: "string",
    against: "string",
    periods: "string[]",
    columns: "binned[]",
    wide: "boolean",
    quantiles: "number[]",
    undated: "number",
    only_reference: "string[]",
    only_current: "string[]",
    features: "string[]",
    shap_periods: "string[]",
    shap_rows: "number[]",
    ndcg: "number?[]",
    alerts: "string[]",
    updated: "number",
    refreshable: "boolean",
    exports: "string[]",
  },
  ...deploy.TO_PAGE,
  ...local.TO_PAGE,
  ...play.TO_PAGE,
} as const;

/** Page to kernel. Each is a request: it carries an id and is always answered. */
export const FROM_PAGE = {
  hello: {},
  ping: {},
  asset: { name: "string" },
  act: { action: "string" },
  request: { method: "string", url: "string", headers: "pair[]" },
  cancel: { request: "string" },
  preview: {},
  save: {},
  look: {},
  browse: {
    tag: "string",
    what: "string",
    state: "string",
    text: "string",
    hours: "number?",
    skip: "number",
  },
  open: { number: "number" },
  code: { language: "string" },
  shut: {},
  sign_in: {
    address: "string",
    user: "string",
    tenant: "string",
    group: "string",
    test: "boolean",
  },
  export: { format: "string" },
  ...deploy.FROM_PAGE,
  ...play.FROM_PAGE,
} as const;

interface Atoms {
  string: string;
  number: number;
  boolean: boolean;
  any: unknown;
}
type Kind<T> = T extends `${infer Inner}[]`
  ? Kind<Inner>[]
  : T extends `${infer Inner}?`
    ? Kind<Inner> | null
    : T extends keyof Atoms
      ? Atoms[T]
      : T extends keyof typeof SHAPES
        ? Fields<(typeof SHAPES)[T]>
        : never;
type Fields<T> = { -readonly [Name in keyof T]: Kind<T[Name]> };

export type ToPage = {
  [Name in keyof typeof TO_PAGE]: Fields<(typeof TO_PAGE)[Name]>;
};
export type FromPage = {
  [Name in keyof typeof FROM_PAGE]: Fields<(typeof FROM_PAGE)[Name]>;
};
export type Step = Fields<(typeof SHAPES)["step"]>;
export type Row = Fields<(typeof SHAPES)["row"]>;
export type Pair = Fields<(typeof SHAPES)["pair"]>;
export type Field = Fields<(typeof SHAPES)["field"]>;
export type Output = Fields<(typeof SHAPES)["output"]>;
export type Result = Fields<(typeof SHAPES)["result"]>;
export type Run = Fields<(typeof SHAPES)["run"]>;
export type Seen = Fields<(typeof SHAPES)["seen"]>;
export type Why = Fields<(typeof SHAPES)["why"]>;
export type Point = Fields<(typeof SHAPES)["point"]>;
export type Binned = Fields<(typeof SHAPES)["binned"]>;
export type Listed = Fields<(typeof SHAPES)["listed"]>;
export type Model = Fields<(typeof SHAPES)["model"]>;
export type Draft = Fields<(typeof SHAPES)["draft"]>;
export type Variable = Fields<(typeof SHAPES)["variable"]>;
export type Trouble = Fields<(typeof SHAPES)["trouble"]>;
export type Column = Fields<(typeof SHAPES)["column"]>;

/** One message as it arrives: its kind beside its fields. */
export type Incoming = {
  [Name in keyof ToPage]: { kind: Name } & ToPage[Name];
}[keyof ToPage];

/** An arrived message with its binary parts. */
export interface Arrival {
  message: Incoming;
  buffers: DataView[];
}
