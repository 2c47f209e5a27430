/**
 * `kohort/worker/engine`: imported by a worker that a page starts by itself and gives to `connect` of
 * `kohort/worker`. It answers the calls that come from there; it exports nothing.
 */
export {};
