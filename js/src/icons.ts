/** Line drawings on a 16 x 16 grid; each state has a shape of its own. */

export const ICONS = {
  done: "M3 8.5l3.2 3.2L13 5",
  failed: "M4 4l8 8M12 4l-8 8",
  busy: "M8 2a6 6 0 1 1-6 6",
  waiting: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11",
  paused: "M5.5 3.5v9M10.5 3.5v9",
  gone: "M3 8h10",
  warn: "M8 2.5l6 11H2zM8 7v3M8 11.9v.1",
} as const;

export type IconName = keyof typeof ICONS;
