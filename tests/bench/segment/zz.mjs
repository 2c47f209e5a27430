import { entryUrl } from "../support/package.mjs";
import { compile, count, load } from "./ours.mjs";
import { BASE, clock, segments, definition } from "./questions.mjs";
const full = await import(entryUrl("kohort"));
const { workspace } = await load(full, Number(process.argv[2]));
const tick = clock();
const med = (f, n = 30) => { const t = []; for (let i = 0; i < n; i++) { const b = performance.now(); f(); t.push(performance.now() - b); } return t.sort((a, b) => a - b)[n >> 1] * 1000; };
const qs = segments(50);
const many = qs.map(q => compile(workspace, q));
for (const s of many) count(s, tick());
const all = () => { for (const s of many) count(s, tick()); };
console.log("50:", med(all, 10));
const each = many.map(() => []);
for (let r = 0; r < 9; r++) many.forEach((s, i) => { const b = performance.now(); count(s, tick()); each[i].push(performance.now() - b); });
console.log("each µs:", each.map(t => Math.round(t.sort((a, b) => a - b)[4] * 1000)).join(" "));
const def = definition(qs[0]).filter.AND;
for (let i = 0; i < def.length; i++) { const { segment } = workspace.compileSegment({ filter: def[i] }); console.log(i, Object.keys(def[i])[0], Math.round(med(() => count(segment, tick()))), segment.count().count); segment.free(); }
const combos = { ab: [0, 1], abt: [0, 1, 6], abto: [0, 1, 6, 2], abtoA: [0, 1, 6, 2, 3, 4], abtoL: [0, 1, 6, 2, 5], abL: [0, 1, 5], abA: [0, 1, 3, 4], abtA: [0,1,6,3,4], abtL: [0, 1, 6, 5], all: [0, 1, 2, 3, 4, 5, 6] };
for (const [name, ix] of Object.entries(combos)) {
  const segs = qs.map(q => { const d = definition(q).filter.AND; return workspace.compileSegment({ filter: { AND: ix.map(i => d[i]) } }).segment; });
  for (let r = 0; r < 3; r++) for (const s of segs) count(s, tick());
  console.log(name, Math.round(med(() => { for (const s of segs) count(s, tick()); }, 7) / 50), "µs each,", Math.round(segs.reduce((n, s) => n + s.count().count, 0) / 50));
  for (const s of segs) s.free();
}
