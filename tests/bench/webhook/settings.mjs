// What the sender and the workers of W6 have agreed on.

export const SECRET = "whsec-of-the-bench-4711";

/** Milliseconds that a signature lives: the corpus is signed once, and a run takes minutes. */
export const MAX_AGE_MS = 24 * 3600 * 1000;

export const MAX_FUTURE_MS = 1000;

/** When the cohorts were made, where plans are compared. */
export const CREATED_AT = "2026-11-23T09:00:00Z";
