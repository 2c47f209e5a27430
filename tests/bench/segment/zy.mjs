import { entryUrl } from "../support/package.mjs";
import { compile, count, load } from "./ours.mjs";
import { clock, segments, definition } from "./questions.mjs";
import { Session } from "node:inspector/promises";
const full = await import(entryUrl("kohort"));
const { workspace } = await load(full, 1000000);
const tick = clock();
const ix = process.argv[2].split(",").map(Number);
const segs = segments(50).map(q => { const d = definition(q).filter.AND; return workspace.compileSegment({ filter: { AND: ix.map(i => d[i]) } }).segment; });
for (let r = 0; r < 10; r++) for (const s of segs) count(s, tick());
const session = new Session(); session.connect();
await session.post("Profiler.enable"); await session.post("Profiler.setSamplingInterval", { interval: 100 }); await session.post("Profiler.start");
for (let r = 0; r < 60; r++) for (const s of segs) count(s, tick());
const { profile } = await session.post("Profiler.stop");
const self = new Map(); const dt = profile.timeDeltas; profile.samples.forEach((id, i) => self.set(id, (self.get(id) ?? 0) + dt[i]));
const by = new Map(); let total = 0;
for (const n of profile.nodes) { const t = self.get(n.id) ?? 0; total += t; by.set(n.callFrame.functionName, (by.get(n.callFrame.functionName) ?? 0) + t); }
for (const [k, v] of [...by].sort((a, b) => b[1] - a[1]).slice(0, 16)) console.log((v / total * 100).toFixed(1), (v / 3000).toFixed(1), k.slice(0, 110));
process.exit();
