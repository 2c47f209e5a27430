import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { edge, encode } from "../support/package.mjs";

const { diffCohort, diffCohortStream } = edge;
const shown = (answer) => answer.ok ? { add: [...answer.add], remove: [...answer.remove] } : answer.problems.map(({ code, path }) => [code, path]);
const list = (ids) => {
  const parts = ids.map(encode);
  const offsets = new Uint32Array(ids.length + 1);
  parts.forEach((part, index) => { offsets[index + 1] = offsets[index] + part.length; });
  return { bytes: Buffer.concat(parts), offsets };
};

const cut = (bytes, size) => new ReadableStream({
  start(controller) {
    for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
    controller.close();
  },
});

test("text, bytes, lists and arrays of ids are compared alike, and mixed", () => {
  const before = ["ann", "bo", "é😀", "cy"], after = ["cy", "dée", "bo", "ann2"];
  const forms = [(ids) => ids.join("\n"), (ids) => encode(`${ids.join("\n")}\n`), (ids) => encode(ids.join("\n")).buffer, list, (ids) => ids];
  for (const one of forms) for (const other of forms) {
    const answer = diffCohort(one(before), other(after));
    assert.deepEqual(shown(answer), { add: ["dée", "ann2"], remove: ["ann", "é😀"] });
    assert.deepEqual(answer.counts, { previous: 4, next: 4, added: 2, removed: 2, unchanged: 2, previousRepeats: 0, nextRepeats: 0 });
  }
});

test("many ids are compared as Sets compare them", () => {
  const ids = (from, to) => Array.from({ length: to - from }, (_, index) => `${from + index}-äöü-${"x".repeat((from + index) % 40)}`);
  const before = [...ids(0, 60_000), ...ids(0, 10)], after = [...ids(20_000, 90_000)].reverse();
  const was = new Set(before), is = new Set(after);
  const expected = { add: after.filter((id) => !was.has(id)), remove: [...was].filter((id) => !is.has(id)) };
  for (const form of [(ids) => ids.join("\n"), list, (ids) => ids]) {
    const answer = diffCohort(form(before), form(after));
    assert.deepEqual(shown(answer), expected);
    assert.equal(answer.counts.previousRepeats, 10);
  }
});

test("ids with line breaks are compared in lists and refused in text", () => {
  assert.deepEqual(shown(diffCohort(["a\nb", ""], ["a\rb"])), { add: ["a\rb"], remove: ["a\nb", ""] });
  assert.deepEqual(shown(diffCohort("a\nb\r\n", "")), [["ids.newline", "/previous/1"]]);
});

test("a blank line of a text is an empty id, as an empty string in an array is, and a plan leaves it out", async () => {
  for (const before of ["ann\n\nbo\n", ["ann", "", "bo"], encode("ann\n\nbo")]) {
    assert.deepEqual(shown(diffCohort(before, "ann\nbo\n")), { add: [], remove: [""] });
    assert.equal(diffCohort(before, "\n").counts.unchanged, 1);
  }
  const { add, remove } = await diffCohortStream("ann", "ann\n\n\nbo\n\n");
  assert.deepEqual([...add], ["", "", "bo", ""].filter((id, at, all) => all.indexOf(id) === at));
  const source = { action: "sync", segment: { id: "1", name: "n" }, add, remove };
  const plan = edge.planCohortImport(source, { partner: "heap", syncId: "s" });
  assert.deepEqual([plan.requests[0].ids, plan.report.empty, plan.warnings.map(({ code }) => code)], [1, 1, ["plan.unsendable"]]);
});

test("a byte order mark is refused, so that it is no part of the first id", async () => {
  const bom = "\ufeffann\nbo\n";
  assert.deepEqual(shown(diffCohort("ann\n", bom)), [["ids.bom", "/next/0"]]);
  assert.deepEqual(shown(diffCohort(encode(bom), "")), [["ids.bom", "/previous/0"]]);
  assert.deepEqual(shown(await diffCohortStream(cut(encode(bom), 1), "")), [["ids.bom", "/previous/0"]]);
  // In lists an id may hold any character, and in text behind the first one.
  assert.deepEqual(shown(diffCohort(["\ufeffann"], [])), { add: [], remove: ["\ufeffann"] });
  assert.deepEqual(shown(diffCohort("a\n\ufeffb\n", "a\n")), { add: [], remove: ["\ufeffb"] });
});

test("what is no text is refused", () => {
  const many = { bytes: new Uint8Array(40_000).fill(97), offsets: Uint32Array.from({ length: 40_001 }, (_, index) => index) };
  many.bytes[35_000] = 255;
  assert.deepEqual(shown(diffCohort(many, "")), [["json.invalid_utf8", "/previous/35000"]]);
  assert.deepEqual(shown(diffCohort("", { bytes: encode("abc"), offsets: Uint32Array.of(5, 5) })), [["ids.offsets", "/next/0"]]);
  assert.deepEqual(shown(diffCohort(Uint8Array.of(97, 10, 255), "")), [["json.invalid_utf8", "/previous/1"]]);
  // Cut within a character, which shows only at the end.
  const cut = Uint8Array.of(97, 10, 0xc3);
  assert.deepEqual(shown(diffCohort(cut, "b\n")), [["json.invalid_utf8", "/previous/1"]]);
  assert.deepEqual(shown(diffCohort("b\n", cut)), [["json.invalid_utf8", "/next/1"]]);
  assert.deepEqual(shown(diffCohort("", "a\n\ud800")), [["json.lone_surrogate", "/next/1"]]);
  assert.deepEqual(shown(diffCohort([], ["a", "\udc00"])), [["json.lone_surrogate", "/next/1"]]);
  assert.deepEqual(shown(diffCohort([], { bytes: encode("ab"), offsets: Uint32Array.of(0, 3) })), [["ids.offsets", "/next/0"]]);
  assert.deepEqual(shown(diffCohort([], { bytes: encode("ab"), offsets: Uint32Array.of(2, 0) })), [["ids.offsets", "/next/0"]]);
  assert.deepEqual(shown(diffCohort({ bytes: encode("ab"), offsets: new Uint32Array() }, [])), [["ids.offsets", "/previous"]]);
});

test("what is no text is told at its line, column and byte", async () => {
  const place = ({ problems: [{ code, path, offset, endOffset, line, column }] }) => [code, path, offset, endOffset, line, column];
  const bytes = (...parts) => Buffer.concat(parts.map((part) => typeof part === "string" ? Buffer.from(part) : Buffer.of(part)));
  const middle = bytes("a\nb\n", 255, "\nc\nd\n");
  assert.deepEqual(place(diffCohort(middle, "")), ["json.invalid_utf8", "/previous/2", 4, 5, 3, 1]);
  assert.deepEqual(place(diffCohort("", bytes(255, "\n"))), ["json.invalid_utf8", "/next/0", 0, 1, 1, 1]);
  assert.deepEqual(place(diffCohort("", "a\n😀é\ud800b\nc\nd")), ["json.lone_surrogate", "/next/1", 8, 9, 2, 4]);
  assert.deepEqual(place(diffCohort("a\nbé\r\nc\n", "")), ["ids.newline", "/previous/1", 5, 6, 2, 3]);
  // In a later piece: they go in by the megabyte.
  const many = "user-123456\n".repeat(200_000);
  const later = bytes(many, "é", 255, "\nlast\n");
  const expected = ["json.invalid_utf8", "/previous/200000", many.length + 2, many.length + 3, 200_001, 2];
  assert.deepEqual(place(diffCohort(later, "")), expected);
  for (const source of [new Blob([later]), cut(later, 100_003), new Blob([gzipSync(later)])]) {
    assert.deepEqual(place(await diffCohortStream(source, "")), expected);
  }
});

test("nothing against nothing is nothing", () => {
  for (const nothing of ["", [], new Uint8Array(), { bytes: new Uint8Array(), offsets: Uint32Array.of(0) }]) {
    assert.deepEqual(shown(diffCohort(nothing, nothing)), { add: [], remove: [] });
  }
});

test("streams and blobs, gzip or not, cut anywhere, give what whole text gives", async () => {
  const before = encode("ann\nbo\né😀\ncy"), after = encode("cy\ndée\nbo\nann2\n");
  for (const size of [1, 2, 3, 7, 100]) {
    const sides = [
      [cut(before, size), cut(after, size)],
      [cut(gzipSync(before), size), new Blob([after])],
      [new Blob([gzipSync(before)]), [new Blob([gzipSync("cy\ndée")]), new Blob(["bo\nann2"])]],
      [before, new TextDecoder().decode(after)],
    ];
    for (const [previous, next] of sides) {
      assert.deepEqual(shown(await diffCohortStream(previous, next)), { add: ["dée", "ann2"], remove: ["ann", "é😀"] });
    }
  }
});

test("progress is told, and a signal stops the reading", async () => {
  let bytes = 0;
  await diffCohortStream(new Blob(["a\nb"]), "c", { onProgress: (progress) => { bytes = progress.bytes; } });
  assert.equal(bytes, 4);
  const controller = new AbortController();
  let cancelled = false;
  const endless = new ReadableStream({
    pull(stream) { stream.enqueue(encode("a\n")); controller.abort(new Error("enough")); },
    cancel() { cancelled = true; },
  }, { highWaterMark: 0 });
  await assert.rejects(diffCohortStream(endless, "", { signal: controller.signal }), /enough/);
  assert.ok(cancelled);
  await assert.rejects(diffCohortStream("", "", { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("sources of wrong types reject, and a broken stream's own error comes through", async () => {
  for (const wrong of [5, null, {}, [1], [new Blob([]), "x"]]) await assert.rejects(diffCohortStream(wrong, ""), TypeError);
  await assert.rejects(diffCohortStream(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } }), ""), TypeError);
  await assert.rejects(diffCohortStream(new ReadableStream({ start(c) { c.error(new Error("network")); } }), ""), /network/);
  for (const wrong of [[5, ""], [{}, ""], ["", [1]], ["", null]]) assert.throws(() => diffCohort(...wrong), TypeError);
});
