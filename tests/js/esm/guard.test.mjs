import assert from "node:assert/strict";
import test from "node:test";
import { edge } from "../support/package.mjs";

const { SyncGuard } = edge;
const page = (pageNumber, { totalPages = 3, syncTaskId = "t1", segmentId = "7" } = {}) => ({ segmentId, syncTaskId, pageNumber, totalPages });
const codes = (answer) => answer.problems.map((problem) => problem.code);

test("a page is new, then in progress, then done", () => {
  const guard = new SyncGuard();
  assert.deepEqual(guard.begin(page(2), "h2"), { verdict: "new", missing: [1, 3], complete: false, problems: [] });
  assert.equal(guard.begin(page(2), "h2").verdict, "in_progress");
  assert.deepEqual(guard.commit(page(2)), { missing: [1, 3], complete: false });
  assert.equal(guard.begin(page(2), "h2").verdict, "done");
  guard.begin(page(1), "h1");
  guard.begin(page(3), "h3");
  guard.commit(page(3));
  assert.deepEqual(guard.begin(page(3), "h3"), { verdict: "done", missing: [], complete: false, problems: [] }, "one is still in progress");
  assert.deepEqual(guard.commit(page(1)), { missing: [], complete: true });
});

test("a page that failed may come again, also with another body", () => {
  const guard = new SyncGuard();
  guard.begin(page(1), "h1");
  assert.equal(guard.release(page(1)), true);
  assert.equal(guard.release(page(1)), false);
  assert.equal(guard.begin(page(1), "other").verdict, "new");
  guard.commit(page(1));
  assert.equal(guard.release(page(1)), false, "what is done stays done");
  assert.equal(guard.begin(page(1), "other").verdict, "done");
});

test("the same page with another body is a conflict, before and after it is done", () => {
  const guard = new SyncGuard();
  guard.begin(page(1), "h1");
  for (const step of [() => {}, () => guard.commit(page(1))]) {
    step();
    const answer = guard.begin(page(1), "h2");
    assert.deepEqual([answer.verdict, codes(answer)], ["conflict", ["sync.page_conflict"]]);
  }
});

test("pages out of range and another number of pages are reported", () => {
  const guard = new SyncGuard();
  for (const wrong of [page(0), page(4), page(-1), page(1.5), page(NaN), page(1, { totalPages: 0 }), page(1, { totalPages: 2 ** 60 })]) {
    const answer = guard.begin(wrong, "h");
    assert.deepEqual([answer.verdict, codes(answer)], ["conflict", ["sync.page_out_of_range"]]);
  }
  assert.deepEqual(guard.state().syncs, [], "nothing is kept of them");
  guard.begin(page(1), "h1");
  const answer = guard.begin(page(2, { totalPages: 4 }), "h2");
  assert.deepEqual([answer.verdict, codes(answer), answer.missing], ["new", ["sync.total_pages_changed"], [3, 4]]);
});

test("syncs that overlap are suspected of drift", () => {
  const guard = new SyncGuard();
  guard.begin(page(1), "h1");
  guard.commit(page(1));
  const second = guard.begin(page(1, { syncTaskId: "t2", totalPages: 1 }), "h");
  assert.deepEqual([second.verdict, codes(second), second.problems[0].severity], ["new", ["drift.suspected"], "warning"]);
  guard.commit(page(1, { syncTaskId: "t2", totalPages: 1 }));
  assert.deepEqual(codes(guard.begin(page(2), "h2")), ["drift.suspected"], "a page of the earlier sync");
  const other = guard.begin(page(1, { segmentId: "8" }), "h");
  assert.deepEqual(codes(other), [], "another segment is another matter");
  const whole = new SyncGuard();
  for (const syncTaskId of ["a", "b", "c"]) {
    assert.deepEqual(codes(whole.begin(page(1, { syncTaskId, totalPages: 1 }), "h")), []);
    whole.commit(page(1, { syncTaskId, totalPages: 1 }));
  }
});

test("a page after a later one of its sync is suspected of drift", () => {
  const last = (numbers, between = () => {}) => {
    const guard = new SyncGuard();
    return numbers.map((number) => {
      const answer = guard.begin(page(number), `h${number}`);
      assert.equal(answer.verdict, "new");
      between(guard, number);
      return codes(answer);
    }).at(-1);
  };
  assert.deepEqual(last([1, 2, 3]), []);
  assert.deepEqual(last([2, 3]), [], "the first may be missing: it came too late only when it comes");
  assert.deepEqual(last([2, 1]), ["drift.suspected"], "the later one may be in progress");
  assert.deepEqual(last([3, 1], (guard, number) => guard.commit(page(number))), ["drift.suspected"], "or done");
  assert.deepEqual(last([3, 1], (guard, number) => guard.release(page(number))), [], "what was released applied nothing");
  const guard = new SyncGuard();
  guard.begin(page(2), "h");
  const { problems: [problem] } = new SyncGuard(guard.state()).begin(page(1), "h");
  assert.deepEqual([problem.code, problem.severity], ["drift.suspected", "warning"]);
});

test("syncs without a name are told and never taken for one another", () => {
  const guard = new SyncGuard();
  const nameless = page(1, { syncTaskId: "", totalPages: 1 });
  for (const hash of ["h1", "h2", "h2"]) {
    const answer = guard.begin(nameless, hash);
    assert.deepEqual([answer.verdict, codes(answer), answer.problems[0].severity], ["new", ["plan.no_sync_id"], "warning"]);
    assert.deepEqual(guard.commit(nameless), { missing: [], complete: false });
    assert.equal(guard.release(nameless), false);
  }
  assert.deepEqual(guard.state().syncs, []);
  assert.equal(guard.begin({ ...nameless, pageNumber: 2 }, "h").verdict, "conflict");
  guard.begin(page(1, { syncTaskId: "t0" }), "h");
  assert.deepEqual(codes(guard.begin(nameless, "h")), ["plan.no_sync_id"]);
});

test("the state goes through JSON in the middle of everything", () => {
  const keys = ["__proto__", "constructor", "t1"];
  let guard = new SyncGuard();
  const again = () => (guard = new SyncGuard(JSON.parse(JSON.stringify(guard.state()))));
  for (const syncTaskId of keys) for (const segmentId of keys) {
    assert.equal(guard.begin(page(1, { syncTaskId, segmentId }), "h1").verdict, "new");
    again();
    assert.equal(guard.begin(page(1, { syncTaskId, segmentId }), "h1").verdict, "in_progress");
    assert.equal(guard.begin(page(1, { syncTaskId, segmentId }), "h2").verdict, "conflict");
    again();
    guard.commit(page(1, { syncTaskId, segmentId }));
    again();
    assert.equal(guard.begin(page(1, { syncTaskId, segmentId }), "h1").verdict, "done");
  }
  assert.deepEqual(JSON.parse(JSON.stringify(guard)), guard.state());
  assert.equal({}.hash, undefined);
});

test("who owns the state alone can forget what was in progress", () => {
  const guard = new SyncGuard();
  guard.begin(page(1), "h1");
  guard.begin(page(2), "h2");
  guard.commit(page(2));
  assert.throws(() => new SyncGuard(guard.state(), { releaseInProgress: "false" }), /releaseInProgress must be true or false/);
  const started = new SyncGuard(guard.state(), { releaseInProgress: true });
  assert.equal(started.begin(page(1), "h1").verdict, "new");
  assert.equal(started.begin(page(2), "h2").verdict, "done");
});

test("only the last syncs of a segment are remembered", () => {
  const guard = new SyncGuard();
  for (let n = 0; n < 100; n++) {
    guard.begin(page(1, { syncTaskId: `t${n}`, totalPages: 1 }), "h");
    guard.commit(page(1, { syncTaskId: `t${n}`, totalPages: 1 }));
  }
  assert.equal(guard.state().syncs.length, 4);
  assert.equal(guard.begin(page(1, { syncTaskId: "t99", totalPages: 1 }), "h").verdict, "done");
});

test("a sync of very many pages names the first that are missing, at once", () => {
  const { missing } = new SyncGuard().begin(page(1, { totalPages: Number.MAX_SAFE_INTEGER }), "h");
  assert.equal(missing.length, 1000);
  assert.equal(missing[0], 2);
});

test("mistakes in the program throw", () => {
  const guard = new SyncGuard();
  assert.throws(() => guard.commit(page(1)), /begun/);
  for (const call of [
    () => guard.begin(), () => guard.begin({}, "h"), () => guard.begin(page(1)), () => guard.begin(page(1), ""), () => guard.begin(page("1"), "h"),
    () => new SyncGuard("x"), () => new SyncGuard({}), () => new SyncGuard({ version: 2, syncs: [] }),
    () => new SyncGuard({ version: 1, syncs: [{ segmentId: 1 }] }),
    () => new SyncGuard({ version: 1, syncs: [{ segmentId: "1", syncTaskId: "t", totalPages: 1, pages: [{ pageNumber: 0, hash: "h", done: true }] }] }),
  ]) assert.throws(call, TypeError);
  assert.deepEqual(new SyncGuard(null).state(), { version: 1, syncs: [] });
});
