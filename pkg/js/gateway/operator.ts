// What a gateway's operator asks and does: members, a list that mends a cohort, what Braze refused.
import type { CohortGateway, GatewayLogEntry, Mended, MendRequest, Problem, RejectedRequest } from "../../types";
import { fail, limit, options, partnerOf } from "../arguments";
import { idList, readIds } from "../ids";
import { part } from "../input";
import { decode, found } from "../problems";
import { codesOf } from "./answers";
import { isMapping, type Settings } from "./config";
import type { Importer } from "./imports";
import { closeSyncs, cohortOf, discard, keptMapping, keepMapping, members, rejected, setName } from "./ledger";
import { planMend } from "./mend";
import { placesOf } from "./pages";
import { enqueue } from "./waiting";
import { deliver, type Forwarder } from "./work";

type Calls<Env> = Pick<CohortGateway<Env>, "mend" | "members" | "resume" | "rejected" | "discard">;

export interface Operating<Env> {
  importer: Importer;
  forwarder: Forwarder;
  settled(env: Env): Promise<Settings>;
  note(entry: GatewayLogEntry): void;
}

export function operator<Env>({ importer, forwarder, settled, note }: Operating<Env>): Calls<Env> {
  const { state, queue, now } = importer;

  async function mend(request: MendRequest, env?: Env): Promise<Mended> {
    const { segment, ids, partner, mapping, all = false } = options(request, "partner segment ids mapping all", "request");
    const { id, name } = Object(segment) as MendRequest["segment"];
    if (typeof id !== "string" || typeof name !== "string") fail("request.segment must be { id, name }, both strings");
    if (mapping !== undefined && !isMapping(mapping)) fail(`request.mapping must be "user_ids", "device_ids" or { aliases: { alias_label } }`);
    const began = now(), list = listOf(ids);
    const done = (mended: Mended, code: string, status = mended.ok ? 200 : 400): Mended => {
      note({
        requestId: crypto.randomUUID(), route: "mend", status, code, durationMs: now() - began,
        ...list.ids && { received: list.ids.length }, ...mended.ok && { ids: mended.added + mended.removed, requests: mended.requests },
        ...!mended.ok && mended.problems.length && { problems: codesOf(mended.problems) },
      });
      return mended;
    };
    const refused = (code: string, problems: Problem[] = [], warnings: Problem[] = [], status?: number) =>
      done({ ok: false, code, problems, warnings }, code, status);
    if (!list.ids) return refused("body.invalid", list.problems);
    const settings = await settled(env as Env);
    const of = partnerOf(partner ?? settings.heap?.partner ?? "heap"), cohort = cohortOf(of, id);
    return importer.inTurn([cohort], async (): Promise<Mended> => {
      const planned = await state.transaction(rows => {
        // What its ids were when they came last is what they are.
        const configured = settings.heap?.mapping;
        const chosen = mapping ?? keptMapping(rows, cohort) ?? (typeof configured === "function" ? undefined : configured ?? "user_ids");
        if (!chosen) return "mapping";
        const planned = planMend(rows, { partner: of, segment, ids: list.ids, mapping: chosen, all }, now());
        if (planned && !("ok" in planned) && !settings.dry) {
          keepMapping(rows, cohort, chosen);
          closeSyncs(rows, of, id, `mend ${began}`);
          if (queue) {
            setName(rows, cohort, name);
            enqueue(rows, cohort, planned.jobs, now());
            discard(rows, cohort);
          }
        }
        return planned;
      });
      if (planned === "mapping") fail("request.mapping must say what the ids are: nothing of this cohort came before");
      if (!planned) return refused("cohort.busy", [], [], 503);
      if ("ok" in planned) return refused("plan.invalid", planned.problems, planned.warnings);
      const { added, removed, jobs, warnings } = planned;
      const mended = { ok: true, added, removed, requests: jobs.length, warnings } as const;
      if (settings.dry) return done(mended, "page.would_forward");
      if (queue) {
        await queue.wake(now());
        await forwarder.run(settings);
        return done(mended, "page.queued");
      }
      const { failed } = await deliver(importer, settings, cohort, jobs, now() + settings.answerWithinMs);
      if (failed) return refused(failed.said.code, [], warnings, failed.said.outcome === "retry" ? 503 : 502);
      await state.transaction(rows => discard(rows, cohort));
      return done(mended, "page.forwarded");
    });
  }

  return {
    mend,
    resume: () => forwarder.resume(),
    async members({ partner = "heap", cohortId }) {
      if (typeof cohortId !== "string") fail("cohortId must be a string");
      const { members: found } = await state.transaction(rows => members(rows, cohortOf(partnerOf(partner), cohortId)));
      const aliases = [...found].filter(([kind]) => kind[0] === "a")
        .flatMap(([kind, names]) => names.map(alias_name => ({ alias_name, alias_label: kind.slice(1) })));
      return { userIds: found.get("u") ?? [], deviceIds: found.get("d") ?? [], aliases };
    },
    async rejected(given) {
      const { after, limit: most } = options(given, "after limit");
      const found = await state.transaction(rows => rejected(rows, after, limit(most, "limit", 100)));
      return found.map(([key, { cohort, code, at, ids, origin }]): RejectedRequest => {
        const [partner, id] = cohort.split("/") as [string, string];
        return { key, cohort: { partner, cohortId: decodeURIComponent(id) }, code, at, ids, origin: placesOf(origin, ids) };
      });
    },
    discard: async keys => state.transaction(rows => {
      if (!Array.isArray(keys) || !keys.every(key => typeof key === "string")) fail("keys must be a list of strings");
      for (const key of keys) rows.delete("rejected", key);
    }),
  };
}

/** Ids of a list, or of a text with one a line. */
function listOf(given: MendRequest["ids"]): { ids: string[] } | { ids?: undefined; problems: Problem[] } {
  if (typeof given === "string" || given instanceof Uint8Array || given instanceof ArrayBuffer) {
    const bytes = part(given, "request.ids");
    const text = typeof bytes === "string" ? bytes : decode(bytes);
    if (text.includes("\r")) return { problems: [found("ids.newline", "/ids")] };
    const ids = text.split("\n");
    if (ids.at(-1) === "") ids.pop();
    return { ids };
  }
  const read = readIds(given, "request.ids", "/ids");
  return "code" in read ? { problems: [read] } : { ids: [...idList(read.bytes, read.offsets)] };
}
