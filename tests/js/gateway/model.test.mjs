// Random syncs, with repeats, restarts, a Braze and a state that fail, against a plain Map: whatever
// happens on the way, in the end Braze's members are those that Heap said.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { webhook } from "../support/bodies.mjs";
import { Braze, PlainState, world } from "../support/gateway_world.mjs";

const thorough = process.env.KOHORT_THOROUGH !== undefined;

const id = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 14 }).map((at) => `id-${at}`) }, { weight: 1, arbitrary: fc.constantFrom("😀", "\uffff", "a/b", "%", "\u0000", " ") });
const page = fc.record({ add: fc.array(id, { maxLength: 6 }), remove: fc.array(id, { maxLength: 6 }), many: fc.integer({ min: 0, max: 9 }).map((n) => (n ? 0 : 1_500)) });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ segment: fc.constantFrom(1, 2), name: fc.constantFrom("A", "B"), pages: fc.array(page, { minLength: 1, maxLength: 3 }), unnamed: fc.integer({ min: 0, max: 7 }).map((n) => !n), turn: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ drain: fc.constantFrom(1, 2) }) },
  { weight: 1, arbitrary: fc.record({ mend: fc.constantFrom(1, 2), ids: fc.uniqueArray(id, { maxLength: 8 }), all: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ restart: true }) },
  { weight: 1, arbitrary: fc.constant({ forward: true }) },
  { weight: 1, arbitrary: fc.record({ repeat: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ fault: fc.integer({ min: 1, max: 60 }) }) },
);
/** What Braze answers to each request; when these end it takes all. */
const faults = fc.array(fc.constantFrom(
  undefined, undefined, undefined, "none", "lost", { status: 500 }, { status: 423 }, { status: 413 },
  { status: 429, headers: { "retry-after": "30" } }, { status: 201, headers: { "x-ratelimit-remaining": "0" } }, { status: 401 },
), { maxLength: 40 });

/** The Map that all of it is compared with. */
class Model {
  cohorts = new Map();
  of = (segment) => this.cohorts.get(segment) ?? this.cohorts.set(segment, { members: new Set() }).get(segment);
}

/** One of a list's orders. */
const turned = ([...list], turn) => (turn % 2 ? list.reverse() : list).map((_, at, all) => all[(at + turn) % all.length]);

async function play(queue, steps, answers) {
  const state = new PlainState(), braze = new Braze();
  const left = [...answers];
  // Nothing that is one id or a name is too large.
  braze.answer = ({ body }) => {
    const answer = left.shift();
    return answer?.status === 413 && JSON.stringify(body.cohort_changes ?? []).length < 60 ? undefined : answer;
  };
  let here;
  const start = (now) => { here = world({ queue, state, braze, config: { answerWithinMs: 400 } }); here.now = now ?? here.now; };
  start();
  const model = new Model(), accepted = [];
  /** What a state that failed rejects is nobody's to catch but the host's, which calls again. */
  const again = async (work) => {
    for (;;) {
      try { return await work(); } catch (error) { if (error.message !== "") throw error; }
    }
  };
  /** As Heap does: until it is taken. */
  const until = async (send) => {
    for (let tries = 0; ; tries++) {
      assert.ok(tries < 100, "it is taken at last");
      const answer = await again(send);
      if (answer.ok) return;
      assert.ok([502, 503].includes(answer.status) || ["cohort.busy", "gateway.late"].includes(answer.code) || /^(response|gateway)\./.test(answer.code), `${answer.status} ${answer.code}`);
      here.now += 20 * 60_000;
      if (queue) await again(here.settle);
    }
  };
  let task = 0;
  for (const each of steps) {
    here.now += 1_000;
    // At so many steps from here the state fails, once.
    if (each.fault) state.failAt = state.steps + each.fault;
    else if (each.restart) {
      if (queue) await again(here.forward);
      start(here.now);
    } else if (each.forward) await again(here.forward);
    else if (each.repeat !== undefined) {
      // A page of the last sync of its segment, late.
      const one = accepted[each.repeat % (accepted.length || 1)];
      if (one && one.task && one.task === model.of(one.segment).task) await until(() => here.heap(one.body));
    } else if (each.drain) {
      const { members, name } = model.of(each.drain);
      if (name === undefined) continue;
      await until(() => here.drain({ id: each.drain, name }));
      members.clear();
      model.of(each.drain).task = undefined;
    } else if (each.mend) {
      const cohort = model.of(each.mend);
      await until(() => here.mend({ segment: { id: `${each.mend}`, name: "M" }, ids: each.ids, all: each.all }));
      Object.assign(cohort, { members: new Set(each.ids), name: "M", task: undefined });
    } else {
      const { segment, name, pages, unnamed, turn } = each;
      const cohort = model.of(segment);
      cohort.task = unnamed ? undefined : `task-${++task}`;
      const sent = pages.map(({ add, remove, many }, at) => {
        const adds = [...add, ...Array.from({ length: many }, (_, n) => `m-${n}`)];
        return { adds, remove, body: webhook({ id: segment, name, add: adds, remove, page: at + 1, of: pages.length, task: cohort.task ?? "" }) };
      });
      // In whatever order they come, later pages count; without a name nobody can tell.
      for (const { body } of cohort.task ? turned(sent, turn) : sent) {
        accepted.push({ body, segment, task: cohort.task });
        await until(() => here.heap(body));
      }
      for (const { adds, remove } of sent) {
        for (const one of adds) cohort.members.add(one);
        for (const one of remove) cohort.members.delete(one);
      }
      cohort.name = name;
    }
  }
  if (queue) await again(here.settle);
  state.failAt = Infinity;
  for (const [segment, { members, name }] of model.cohorts) {
    if (name === undefined) continue;
    assert.deepEqual(braze.of(`heap/${segment}`), [...members].sort());
    assert.equal(braze.names.get(`heap/${segment}`), name);
    assert.deepEqual((await here.gateway.members({ cohortId: `${segment}` })).userIds.sort(), [...members].sort(), "what it remembers is so too");
  }
  assert.deepEqual(braze.faults, []);
  assert.equal((await here.health()).queued, 0);
}

for (const queue of [true, false]) {
  test(`in the end Braze has the members that Heap said, ${queue ? "with" : "without"} a queue`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), faults, (steps, answers) => play(queue, steps, answers)),
      { numRuns: thorough ? 3_000 : 120 },
    );
  });
}
