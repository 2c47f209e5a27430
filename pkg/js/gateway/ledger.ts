// What a gateway remembers, as rows: pages that came, requests that are to be sent, members that
// Braze has, and how often an endpoint was asked.
//
//   cohorts              cohort → its name at Braze, the next number of a request, its latest syncs, what waits
//   due                  time and cohort → nothing: whose turn is next
//   waiting              "jobs" → how many requests wait
//   queue/COHORT         number → a request without keys, or a drain
//   members/COHORT       an id with its kind → nothing
//   sent/COHORT/SYNC     idempotency key → nothing
//   pages                cohort → the sync whose pages are kept
//   pages/COHORT         page number → its ids and what they are, until all pages of the sync have come
//   guard                partner and segment → the guard's state, pages that are done alone
//   endpoints            REST endpoint → requests in this hour, until when none may be sent
//   rejected             number → what Braze refused
import { KEPT_SYNCS, MAX_ID_BYTES } from "kohort:limits";
import type { GatewayRows, GuardState, Mapping, Problem, SyncPage } from "../../types";
import { SyncGuard } from "../guard";

/** What waits to be sent: the requests of one cohort go in their order, one after another. */
export interface Job {
  /** Below the REST endpoint. */
  path: string;
  /** JSON text without keys. */
  body: string;
  /** How many ids it has. */
  ids: number;
  /** By which a repeat within a sync is known; not of what belongs to none. */
  key?: string | undefined;
  sync?: string | undefined;
  /** Where its ids stood: lists, first index, how many. */
  origin?: Run[] | undefined;
}

export type Run = [list: string, first: number, count: number];

/** A drain, which removes the members that there are when its turn comes. */
export interface Drain {
  drain: { id: string; name: string };
  partner: string;
  syncId: string;
  /** The last member that it has planned. */
  after?: string;
}

export type Queued = Job | Drain;

interface Cohort {
  name?: string | undefined;
  /** The number of the next request that is stored. */
  next: number;
  /** Syncs of which requests were accepted, the oldest first. */
  syncs: string[];
  /** What its ids are to Braze, as they came last. */
  mapping?: Mapping;
  /** When the last drain was signed, in milliseconds since 1970: what came before it is a repeat. */
  drained?: number;
  /** Of what waits: how much, when the first of it may be sent, and how often that failed. */
  due?: Due | undefined;
}
export interface Due { at: number; attempts: number; jobs: number }

/** Requests that Braze refused and that are kept. */
const REJECTED = 1_000;

export const cohortOf = (partner: string, id: string) => `${partner}/${encodeURIComponent(id)}`;

export const read = <T>(rows: GatewayRows, table: string, key: string): T | undefined => {
  const text = rows.get(table, key);
  return text === undefined ? undefined : JSON.parse(text) as T;
};
export const write = (rows: GatewayRows, table: string, key: string, value: unknown) => rows.set(table, key, JSON.stringify(value));

export const cohortAt = (rows: GatewayRows, cohort: string): Cohort => read(rows, "cohorts", cohort) ?? { next: 0, syncs: [] };

export const keepCohort = (rows: GatewayRows, cohort: string, known: Cohort) => write(rows, "cohorts", cohort, known);

/** Was anything of this cohort sent before? */
export const isKnown = (rows: GatewayRows, cohort: string) => rows.get("cohorts", cohort) !== undefined;
export const nameOf = (rows: GatewayRows, cohort: string) => cohortAt(rows, cohort).name;
export const setName = (rows: GatewayRows, cohort: string, name: string | undefined) => write(rows, "cohorts", cohort, { ...cohortAt(rows, cohort), name });

export const keptMapping = (rows: GatewayRows, cohort: string) => cohortAt(rows, cohort).mapping;
export const keepMapping = (rows: GatewayRows, cohort: string, mapping: Mapping) => keepCohort(rows, cohort, { ...cohortAt(rows, cohort), mapping });

/** The guard of a segment, which knows pages that are done alone: one that failed begins anew. */
export function guardOf(rows: GatewayRows, partner: string, segmentId: string): SyncGuard {
  return new SyncGuard(read<GuardState>(rows, "guard", cohortOf(partner, segmentId)), { releaseInProgress: true });
}
export const keepGuard = (rows: GatewayRows, partner: string, page: SyncPage, guard: SyncGuard) =>
  write(rows, "guard", cohortOf(partner, page.segmentId), guard);

/** A page of which others have not come: whose ids are kept until then. */
interface KeptIds { mapping: string; ids: string[] }

/** The pages of a sync that came and whose ids are of one kind: those after one in it, or all. */
function keptPages(rows: GatewayRows, cohort: string, { syncTaskId }: SyncPage, mapping: Mapping, after?: number): KeptIds[] {
  const table = `pages/${cohort}`, kind = JSON.stringify(mapping);
  if (rows.get("pages", cohort) !== syncTaskId) return [];
  return rows.keys(table, { after: after === undefined ? undefined : numbered(after) })
    .map(key => read<KeptIds>(rows, table, key)!).filter(page => page.mapping === kind);
}

/** Ids of pages that come after this one in its sync, and came before it: what they say is what is meant. */
export const laterIds = (rows: GatewayRows, cohort: string, page: SyncPage, mapping: Mapping) =>
  new Set(keptPages(rows, cohort, page, mapping, page.pageNumber).flatMap(({ ids }) => ids));

/** The ids of all other pages of a sync; nothing where one of them is not there. */
export function otherIds(rows: GatewayRows, cohort: string, page: SyncPage, mapping: Mapping): string[] | undefined {
  const pages = keptPages(rows, cohort, page, mapping);
  return pages.length === page.totalPages - 1 ? pages.flatMap(({ ids }) => ids) : undefined;
}

/** Keeps the ids of a page until all pages of its sync have come, in place of those of the sync before. */
export function keepIds(rows: GatewayRows, cohort: string, { syncTaskId, pageNumber }: SyncPage, mapping: Mapping, ids: readonly string[], complete: boolean): void {
  const table = `pages/${cohort}`;
  if (complete || rows.get("pages", cohort) !== syncTaskId) for (const key of rows.keys(table)) rows.delete(table, key);
  if (complete) return rows.delete("pages", cohort);
  rows.set("pages", cohort, syncTaskId);
  write(rows, table, numbered(pageNumber), { mapping: JSON.stringify(mapping), ids });
}

/** Ends all syncs of a segment: what comes of them from now on is late. Answers what is odd about that. */
export function closeSyncs(rows: GatewayRows, partner: string, segmentId: string, by: string): Problem[] {
  const guard = guardOf(rows, partner, segmentId), page = { segmentId, syncTaskId: by, pageNumber: 1, totalPages: 1 };
  if (!guard.state().syncs.length) return [];
  const { verdict, problems } = guard.begin(page, by);
  if (verdict === "new") guard.commit(page);
  keepGuard(rows, partner, page, guard);
  return problems;
}

/** When the last drain of a cohort was signed. */
export const drainedAt = (rows: GatewayRows, cohort: string) => cohortAt(rows, cohort).drained ?? -1;
export const noteDrain = (rows: GatewayRows, cohort: string, at: number) => keepCohort(rows, cohort, { ...cohortAt(rows, cohort), drained: at });

/** Numbers as keys that sort. */
export const numbered = (number: number) => String(number).padStart(12, "0");

/** Was this request of its sync accepted before? */
export const wasSent = (rows: GatewayRows, cohort: string, { key, sync }: Job) =>
  key !== undefined && sync !== undefined && rows.get(sentOf(cohort, sync), key) !== undefined;
const sentOf = (cohort: string, sync: string) => `sent/${cohort}/${encodeURIComponent(sync)}`;

/** Notes that Braze accepted a request: its members are as it says. */
export function accepted(rows: GatewayRows, cohort: string, job: Job, keepsMembers: boolean): void {
  const { cohort_changes: changes, name } = JSON.parse(job.body) as { cohort_changes?: Change[]; name?: string };
  for (const change of keepsMembers && changes || []) {
    for (const member of membersOf(change)) {
      if (change.should_remove) rows.delete(`members/${cohort}`, member);
      else rows.set(`members/${cohort}`, member, "");
    }
  }
  const known = cohortAt(rows, cohort);
  // With a queue it was noted when it was stored: a later one may wait by now.
  if (changes === undefined && !known.due) known.name = name;
  const { key, sync } = job;
  if (key !== undefined && sync !== undefined) {
    if (!known.syncs.includes(sync)) {
      known.syncs.push(sync);
      const old = known.syncs.length > KEPT_SYNCS ? known.syncs.shift() : undefined;
      if (old !== undefined) for (const each of rows.keys(sentOf(cohort, old))) rows.delete(sentOf(cohort, old), each);
    }
    rows.set(sentOf(cohort, sync), key, "");
  }
  write(rows, "cohorts", cohort, known);
}

/** One entry of `cohort_changes`, as far as it is looked at. */
export interface Change {
  user_ids?: string[];
  device_ids?: string[];
  aliases?: Alias[] | Alias;
  should_remove?: boolean;
}
type Alias = { alias_name: string; alias_label: string };

/** Members as keys of rows: their kind, and the id. */
function* membersOf({ user_ids = [], device_ids = [], aliases = [] }: Change): Generator<string> {
  // Longer ones are nobody's at Braze, and may be too long for a key.
  const isShort = (text: string) => text.length <= MAX_ID_BYTES;
  for (const id of user_ids) if (isShort(id)) yield `u${id}`;
  for (const id of device_ids) if (isShort(id)) yield `d${id}`;
  for (const { alias_name, alias_label } of [aliases].flat()) {
    if (isShort(alias_name) && isShort(alias_label)) yield `a${JSON.stringify([alias_label, alias_name])}`;
  }
}

/** Members by what their ids are to Braze: the label of an alias stands for its kind. */
export type Members = Map<string, string[]>;

/** The members after one, at most so many, with the last of them. */
export function members(rows: GatewayRows, cohort: string, after?: string, limit?: number): { members: Members; last: string | undefined } {
  const found: Members = new Map();
  const keys = rows.keys(`members/${cohort}`, { after, limit });
  for (const key of keys) {
    const rest = key.slice(1);
    const [kind, id] = key[0] === "a" ? aliasOf(rest) : [key[0]!, rest];
    const list = found.get(kind);
    if (list) list.push(id); else found.set(kind, [id]);
  }
  return { members: found, last: keys.at(-1) };
}
function aliasOf(pair: string): [kind: string, id: string] {
  const [label, name] = JSON.parse(pair) as [string, string];
  return [`a${label}`, name];
}

/** Of a kind as `members` has it the mapping. */
export const mappingOf = (kind: string) =>
  kind === "u" ? "user_ids" as const : kind === "d" ? "device_ids" as const : { aliases: { alias_label: kind.slice(1) } };

/** Keeps what Braze refused apart, the latest of it. */
export function reject(rows: GatewayRows, cohort: string, job: Job, code: string, now: number): void {
  const kept = rows.keys("rejected");
  for (const key of kept.slice(0, Math.max(0, kept.length - REJECTED + 1))) rows.delete("rejected", key);
  write(rows, "rejected", numbered(Number(kept.at(-1) ?? -1) + 1), { cohort, code, at: now, ...job });
  // The next page announces the name again.
  if (job.path.endsWith("/cohorts")) setName(rows, cohort, undefined);
}
type Rejected = Job & { cohort: string; code: string; at: number };
export const rejected = (rows: GatewayRows, after?: string, limit?: number): [string, Rejected][] =>
  rows.keys("rejected", { after, limit }).map(key => [key, read<Rejected>(rows, "rejected", key)!]);
/** Forgets what Braze refused of a cohort. */
export function discard(rows: GatewayRows, cohort: string): void {
  for (const [key, { cohort: of }] of rejected(rows)) if (of === cohort) rows.delete("rejected", key);
}
export const rejectedCount = (rows: GatewayRows) => rows.keys("rejected").length;

/** How an endpoint of Braze's stands. */
export interface Endpoint {
  /** Hours since 1970, and the requests in the last of them. */
  hour: number;
  used: number;
  /** No request before this time. */
  until: number;
  /** By partner why nothing is sent, with which keys that was, and when one request may try again. */
  stopped?: Record<string, { code: string; keys: string; until: number }>;
}
/** Why something is not sent, if that is so. */
export const stoppedBy = (rows: GatewayRows, restEndpoint: string): string | undefined =>
  Object.values(endpointOf(rows, restEndpoint).stopped ?? {})[0]?.code;

export const endpointOf = (rows: GatewayRows, restEndpoint: string): Endpoint =>
  read(rows, "endpoints", restEndpoint) ?? { hour: 0, used: 0, until: 0 };
export const keepEndpoint = (rows: GatewayRows, restEndpoint: string, endpoint: Endpoint) => write(rows, "endpoints", restEndpoint, endpoint);
export const endpoints = (rows: GatewayRows): [string, Endpoint][] => rows.keys("endpoints").map(each => [each, endpointOf(rows, each)]);
