// Once through the packed package in every runtime; also its worker in Deno and Bun. What more is tried of
// that, and in Node, stands in `worker/`.
import assert from "node:assert/strict";
import { EXPECTED, FROM_WORKER } from "../support/once_through.mjs";
import { testInEach } from "../support/runtimes.mjs";
import { given } from "./given.mjs";

const { packed, ...WITHOUT_STREAMS } = EXPECTED;

testInEach("once through the package", new URL("programs/once.mjs", import.meta.url), given,
  (said, { streams }) => assert.deepEqual(said, streams ? EXPECTED : WITHOUT_STREAMS));

testInEach("a worker loads, is stopped and ends", new URL("programs/worker.mjs", import.meta.url), undefined,
  (said) => assert.deepEqual(said, FROM_WORKER), ["Deno", "Bun"]);
