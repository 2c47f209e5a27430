// From the pages of a sync, or a drain, to Braze's requests.
import { LINT_IDS } from "kohort:limits";
import type { Bytes, IdListInput, Origin, Plan, PlanAnswer, PlanOptions, PlannedRequest, PlanSource, Refused, SyncPage, Webhook } from "../types";
import { Answer } from "./answer";
import { choice, fail, isCount, options, partnerOf, READING, readLimits, record, text, type ReadLimits } from "./arguments";
import { call, room } from "./desk";
import { taking } from "./host";
import { readIds } from "./ids";
import { isHalved, part, put, putOne } from "./input";
import { lookUpOf, type LookUp } from "./look_up";
import { decode, found, outOfMemory, refused, tooLarge, type Listed } from "./problems";

/** Whose texts cross the boundary, in this order. */
const OPTIONS = ["partner", "mapping/aliases/alias_label", "createdAt", "cohort/cohortId", "cohort/name", "syncId"];
const GIVEN = `partner mapping createdAt cohort conflict members syncId directory ${READING}`;
const LISTS = ["add", "remove", "members"] as const;

/** Takes what was read from the caller into wasm memory. */
type Take = () => Listed;

/** The ids of a request, and where each ends. */
type Ids = { bytes: Uint8Array; ends: Uint32Array };

export function planCohortImport(source: PlanSource | readonly PlanSource[], given: PlanOptions): PlanAnswer {
  const plan = makePlan(source, given);
  if (!plan.ok) return plan;
  const { ok, requests, report, problems, warnings } = plan;
  return { ok, requests, report, problems, warnings };
}

/**
 * As `planCohortImport`. With `materials` it puts there what each request's key is the SHA-256 of, for a host that hashes
 * quicker, and keys are empty; where they are null requests are counted and not made. With `isTold` the webhook that was read last stands in for the sources.
 */
export function makePlan(
  source: PlanSource | readonly PlanSource[], given: PlanOptions, materials?: Uint8Array<ArrayBuffer>[] | null, isTold = false,
): Refused | Plan & { count: number } {
  const { partner, mapping = "user_ids", createdAt, cohort, conflict = "remove", members, syncId, directory, maxProblems, limits } =
    options(given, GIVEN);
  const name = partnerOf(partner);
  const aliases = (Object(mapping) as { aliases?: { alias_label?: unknown } }).aliases;
  const label = aliases && options(options(mapping as { aliases?: object }, "aliases", "mapping").aliases as typeof aliases, "alias_label", "mapping.aliases").alias_label;
  const kind = typeof label === "string" && label ? 2 : ["user_ids", "device_ids"].indexOf(mapping as string);
  if (kind < 0) fail(`mapping must be "user_ids", "device_ids" or { aliases: { alias_label } }, with a non-empty string`);
  const called = cohort === undefined ? cohort : options(cohort, "cohortId name", "cohort");
  const texts = [
    name, label as string | undefined, text(createdAt, "createdAt"),
    called && needed(called.cohortId, "cohort.cohortId"), called && needed(called.name, "cohort.name"),
    text(syncId, "syncId"),
  ];
  const rule = choice(conflict, "conflict", ["remove", "add", "reject"]);
  const lookUp = lookUpOf(directory);
  const reading = readLimits(maxProblems, limits);
  // WHY: all that is the caller's is read before the first page is taken. It may have getters that
  // make a plan themselves, and that one begins with the same memory. Array.from passes over no holes.
  const takes = Array.from((isTold ? [] : Array.isArray(source) ? source : [source]) as PlanSource[], (page, index) =>
    readPage(page, Array.isArray(source) ? `/${index}` : "", reading));
  if (members !== undefined) takes.push(readList(members, "members", "/members"));
  call(isTold ? "take_told" : "release"); // Throws before the module is ready.
  try {
    const all: Listed = { ok: true, problems: [], warnings: [] };
    for (const take of takes) {
      const { ok, problems, warnings } = take();
      all.ok &&= ok;
      all.problems.push(...problems);
      all.warnings.push(...warnings);
    }
    OPTIONS.forEach((option, index) => {
      if (texts[index] && isHalved(texts[index])) all.ok = !all.problems.push(found("json.lone_surrogate", `/${option}`));
    });
    if (!all.ok) return all as Refused;
    const lengths = put(room, ...texts);
    if (!lengths) return outOfMemory();
    const requests: PlannedRequest[] = [];
    const ids: Ids[] = [];
    const lists: List[] = [];
    const answer = new Answer(taking(
      at => requests.push(takeRequest(at, ids, lists, materials)), () => call("plan", !!lookUp, materials ? 1 : materials === null ? 3 : 2, kind, rule, ...lengths)));
    const { ok, problems, warnings } = answer.listed();
    warnings.unshift(...all.warnings);
    if (!ok) return { ok: false, problems, warnings };
    const n = () => answer.number();
    const count = n();
    const counts = {
      received: n(), sent: n(), adds: n(), removes: n(), duplicates: n(), conflicts: n(), superseded: n(), empty: n(),
    };
    for (let left = n(); left--;) lists.push([n(), n(), n()]);
    const conflictOrigins = origins(answer.several(), lists);
    let known = 0;
    let device: Origin | undefined;
    for (const [at, some] of lookUp ? ids.entries() : []) {
      const outcomes = lookUp!(kind, some.ends, some.bytes);
      if (!Array.isArray(outcomes)) return outcomes;
      for (const outcome of outcomes) known += +/^(matched|probable)/.test(outcome);
      if (!kind) device ??= deviceAmong(lookUp!, some, outcomes, requests[at]!.origin);
    }
    if (device) {
      const path = `${Array.isArray(source) ? `/${device.page}` : ""}/${device.list}/${device.index}`;
      warnings.push({ ...found("lint.device_id_as_user_id", path), severity: "warning" });
    }
    const report = { ...counts, ...lookUp && { known }, conflictOrigins };
    return { ok: true, requests, report, problems, warnings, count };
  } finally {
    call("release");
  }
}

const needed = (value: unknown, name: string) => text(value, name) ?? fail(`${name} must be a string`);

/** Of a list the number of its first id, its page, and which it is; by rising numbers. */
type List = [first: number, page: number, list: number];

/** Where the ids with these numbers came from. */
function origins(numbers: Uint32Array, lists: List[]): Origin[] {
  return Array.from(numbers, number => {
    let low = 0, high = lists.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lists[middle]![0] <= number) low = middle; else high = middle;
    }
    const [first, page, list] = lists[low]!;
    return { page, list: LISTS[list]!, index: number - first };
  });
}

function readPage(page: PlanSource, path: string, [most, max, depth]: ReadLimits): Take {
  if (typeof page === "object" && page && "action" in page) return readAnswer(page as Webhook, path);
  if (typeof page === "object" && page && "ok" in page) fail("source must not hold an answer that is not ok");
  const body = part(page as Bytes, "source", "an answer of readHeapWebhook, ", ", or a list of these");
  return () => {
    const length = putOne(room, body, max);
    if (length < 0) return length < -1 ? tooLarge(body, max, most, path) : outOfMemory();
    return new Answer(call("webhook", true, length, most, max, depth)).listed(path);
  };
}

function readAnswer({ action, segment, page, add, remove }: Webhook, path: string): Take {
  const drains = choice(action, "source.action", ["sync", "drain"]);
  const { id, name } = Object(segment) as Webhook["segment"];
  if (typeof id !== "string" || typeof name !== "string") fail("source.segment must be { id, name }, both strings");
  const { syncTaskId: task, pageNumber = 0, totalPages = 0 } = page ?? {} as Partial<SyncPage>;
  if (page !== undefined && page !== null
    && !(typeof task === "string" && isCount(pageNumber) && isCount(totalPages) && pageNumber <= totalPages)) {
    fail("source.page must be { syncTaskId, pageNumber, totalPages }, with a page from 1 to totalPages");
  }
  for (const [at, value] of [["segment/id", id], ["segment/name", name], ["page/syncTaskId", task]] as const) {
    if (value !== undefined && isHalved(value)) return () => refused(found("json.lone_surrogate", `${path}/${at}`));
  }
  const lists = [readList(add, "source.add", `${path}/add`), readList(remove, "source.remove", `${path}/remove`)];
  return () => {
    for (const take of lists) {
      const taken = take();
      if (!taken.ok) return taken;
    }
    const lengths = put(room, id, name, task);
    if (!lengths) return outOfMemory();
    call("take_page", drains, pageNumber, totalPages, lengths[0]!, lengths[1]!, lengths[2]!);
    return { ok: true, problems: [], warnings: [] };
  };
}

function readList(list: IdListInput, name: string, path: string): Take {
  const ids = readIds(list, name, path);
  if ("code" in ids) return () => refused(ids);
  const { bytes, offsets } = ids;
  const places = new Uint8Array(offsets.buffer, offsets.byteOffset, offsets.byteLength);
  return () => {
    const lengths = put(room, places, bytes);
    if (!lengths) return outOfMemory();
    return new Answer(call("take_list", lengths[0]!, lengths[0]! + lengths[1]!)).listed(path);
  };
}

/** Where the first of the ids came from that are nobody's and are known as a device's. */
function deviceAmong(lookUp: LookUp, { ends, bytes }: Ids, outcomes: string[], origin: Origin[]): Origin | undefined {
  return origin.find(({ index }, at) => {
    if (index >= LINT_IDS || !outcomes[at]!.startsWith("unknown")) return false;
    const id = bytes.subarray(ends[at - 1] ?? 0, ends[at]);
    const found = lookUp(1, Uint32Array.of(id.length), id);
    return Array.isArray(found) && !found[0]!.startsWith("unknown");
  });
}

/** A request whose body and origins become text and objects when they are asked for. */
function takeRequest(at: number, told: Ids[], lists: List[], materials?: Uint8Array<ArrayBuffer>[] | null): PlannedRequest {
  const answer = new Answer(at);
  const ids = answer.number();
  const [body, numbers] = [answer.bytes(), answer.numbers()];
  told.push({ bytes: answer.bytes(), ends: answer.numbers() });
  const material = answer.bytes();
  materials?.push(material as Uint8Array<ArrayBuffer>);
  const [path, idempotencyKey = ""] = [answer.word()!, answer.word()];
  let madeBody: string | undefined;
  let madeOrigin: Origin[] | undefined;
  // Own and enumerable, so that JSON.stringify and structuredClone store them.
  return {
    path,
    get body() { return madeBody ??= decode(body); },
    idempotencyKey,
    ids,
    get origin() { return madeOrigin ??= origins(numbers, lists); },
  };
}

/** Puts the two keys in, at the last moment before a request is sent. */
export function withKeys<R extends { path: string; body: string }>(
  request: R, keys: { partnerApiKey: string; clientSecret: string },
): { path: string; body: string } {
  const { path, body } = record(request, "request");
  const { partnerApiKey, clientSecret } = options(keys, "partnerApiKey clientSecret", "keys");
  if (typeof path !== "string" || typeof body !== "string" || !body.startsWith("{\"cohort_id\":")) {
    fail("request must be a planned request without keys: { path, body }, with body as JSON text");
  }
  const [partner, secret] = [partnerApiKey, clientSecret].map((key, index) =>
    typeof key === "string" && key && !isHalved(key) ? JSON.stringify(key)
      : fail(`keys.${index ? "clientSecret" : "partnerApiKey"} must be a non-empty string without half characters`));
  return { path, body: `{"partner_api_key":${partner},"client_secret":${secret},${body.slice(1)}` };
}
