// Payloads of other vendors, and what MoEngage takes.
import { VENDORS } from "kohort:tables";
import type * as Types from "../vendors";
import type { Bytes, IdListInput, Mapping, ReadOptions } from "../edge";
import { Answer } from "./answer";
import { choice, fail, options, partnerOf, READING, readLimits, record, text } from "./arguments";
import { wasm } from "./engine";
import { idList, readIds } from "./ids";
import { isHalved, part, put, putOne, sizeOf } from "./input";
import { found, outOfMemory, refused, tooLarge } from "./problems";

/** The calls of the module, by their names in `src/wasm/vendors.rs`. */
type Calls = Record<`vendors_${"new" | "reserve" | "read" | "guess" | "take" | "moengage" | "release"}`, (...numbers: number[]) => number>;

let at: number | undefined;
const calls = () => wasm() as unknown as Calls;
const desk = (): number => at ??= calls().vendors_new();
const room = { reserve: (length: number) => calls().vendors_reserve(desk(), length) >>> 0 };

const NAMES = VENDORS.map(({ name }) => name);
const ACTIONS = ["sync", "full", "drain"] as const;

// All users of the module share them, so nobody may change them.
const frozen = <T>(value: T): T => {
  if (Object(value) === value) Object.values(Object.freeze(value) as object).forEach(frozen);
  return value;
};
export const vendors = frozen(VENDORS) as unknown as typeof Types.vendors;

/** A text of the caller's that names something. */
const named = (value: unknown, name: string): string =>
  typeof value === "string" && value && !isHalved(value) ? value : fail(`${name} must be a non-empty string without half characters`);

const maybe = (value: unknown, name: string) => value === undefined ? undefined : named(value, name);

/** What the ids are to Braze. */
function mappingOf(mapping: Mapping): Mapping {
  if (mapping === "user_ids" || mapping === "device_ids") return mapping;
  const { aliases } = options(Object(mapping) as Exclude<Mapping, string>, "aliases", "mapping");
  const { alias_label } = options(aliases, "alias_label", "mapping.aliases");
  return { aliases: { alias_label: named(alias_label, "mapping.aliases.alias_label") } };
}

export function readVendorPayload(body: Bytes, given: Types.VendorOptions): Types.VendorAnswer {
  const { vendor, idField, mapping, cohort, maxProblems, limits } = options(given, `vendor idField mapping cohort ${READING}`);
  const number = choice(vendor, "vendor", NAMES);
  const row = VENDORS[number]!;
  if (idField !== undefined && row.idField === "fixed") fail("idField is none of this vendor's: its ids stand where they always do");
  if (mapping !== undefined && row.name === "braze") fail("mapping is none of this vendor's: its payloads say what their ids are");
  const own = mapping === undefined ? "user_ids" : mappingOf(mapping);
  const { id, name } = options(cohort, "id name", "cohort");
  const texts = [maybe(idField, "idField"), cohort && named(id, "cohort.id"), maybe(name, "cohort.name")];
  const [most, max, depth] = readLimits(maxProblems, limits);
  const bodyPart = part(body, "body");
  if (sizeOf(bodyPart) > max) return tooLarge(bodyPart, max, most);
  const lengths = put(room, ...texts, bodyPart);
  if (!lengths) return outOfMemory();
  const [field, cohortId, cohortName, length] = lengths as [number, number, number, number];
  const answer = new Answer(calls().vendors_read(desk(), number, field, cohortId, cohortName, length, most, max, depth));
  try {
    const listed = answer.listed();
    if (!listed.ok) return listed as Types.VendorAnswer;
    const sources: Types.VendorSource[] = [];
    for (let count = answer.number(); count--;) sources.push(takeSource(answer, own));
    return { ok: true, vendor, sources, problems: [], warnings: listed.warnings };
  } finally {
    calls().vendors_release(desk());
  }
}

function takeSource(answer: Answer, own: Mapping): Types.VendorSource {
  const action = ACTIONS[answer.number()]!;
  const kind = answer.number();
  const [pageNumber, totalPages] = [answer.wide(), answer.wide()];
  const list = () => idList(answer.bytes(), answer.numbers());
  const [add, remove, members] = [list(), list(), list()];
  const label = answer.word();
  const segment = { id: answer.word()!, name: answer.word()! };
  const syncId = answer.word();
  const mapping = label !== undefined ? { aliases: { alias_label: label } } : kind ? "device_ids" as const : own;
  // A page without a name of its sync is none that a plan could order.
  const paged = syncId !== undefined && pageNumber > 0;
  return {
    action, segment, mapping, ...syncId !== undefined && { syncId },
    ...paged && { page: { segmentId: segment.id, syncTaskId: syncId, pageNumber, totalPages } },
    ...action === "full" ? { members } : { add, remove },
  } as Types.VendorSource;
}

export function guessVendor(body: Bytes, given?: ReadOptions): Types.GuessAnswer {
  const { maxProblems, limits } = options(given, READING);
  const [most, max, depth] = readLimits(maxProblems, limits);
  const bodyPart = part(body, "body");
  const length = putOne(room, bodyPart, max);
  if (length < 0) return length < -1 ? tooLarge(bodyPart, max, most) : outOfMemory();
  const answer = new Answer(calls().vendors_guess(desk(), length, most, max, depth));
  const listed = answer.listed();
  if (!listed.ok) return listed as Types.GuessAnswer;
  const guesses: Types.VendorGuess[] = [];
  for (let count = answer.number(); count--;) {
    const vendor = NAMES[answer.number()] as Types.VendorName;
    const reasons: string[] = [];
    for (let reason = answer.number(); reason--;) reasons.push(answer.word()!);
    guesses.push({ vendor, reasons });
  }
  return { ok: true, guesses, problems: [], warnings: listed.warnings };
}

export function writeMoEngage(source: Types.MoEngageSource, given: Types.MoEngageOptions): Types.MoEngageAnswer {
  const { partner, cohort, description, members } = options(given, "partner cohort description members");
  const { action, segment, mapping, add, remove } = record(source, "source") as Types.MoEngageSource & Record<string, unknown>;
  const kind = choice(action, "source.action", [...ACTIONS]);
  const { id, name } = Object(cohort === undefined ? segment : options(cohort, "id name", "cohort")) as { id: unknown; name: unknown };
  const texts = [partnerOf(partner), named(id, "the cohort's id"), named(name, "the cohort's name"), text(description, "description")];
  if (description !== undefined && isHalved(description)) fail("description must have no half characters");
  if (mapping !== undefined && mapping !== "user_ids") return refused(found("moengage.kind_of_ids", "/mapping"));
  if (kind === 1) return refused(found("vendor.full_list", "/members"));
  if (kind === 2 && members === undefined) return refused(found("plan.needs_snapshot", "/members"));
  // All that is the caller's is read before the first list is taken.
  const lists = ([[kind ? [] : add, "add"], [kind ? members : remove, kind ? "members" : "remove"]] as [IdListInput, string][])
    .map(([list, name]) => [readIds(list, name), name] as const);
  calls().vendors_release(desk());
  try {
    for (const [ids, name] of lists) {
      if ("code" in ids) return refused(ids);
      const { bytes, offsets } = ids;
      const lengths = put(room, new Uint8Array(offsets.buffer, offsets.byteOffset, offsets.byteLength), bytes);
      if (!lengths) return outOfMemory();
      const taken = new Answer(calls().vendors_take(desk(), lengths[0]!, lengths[0]! + lengths[1]!)).listed(`/${name}`);
      if (!taken.ok) return taken as Types.MoEngageAnswer;
    }
    const lengths = put(room, ...texts);
    if (!lengths) return outOfMemory();
    const answer = new Answer(calls().vendors_moengage(desk(), ...lengths));
    const listed = answer.listed();
    if (!listed.ok) return listed as Types.MoEngageAnswer;
    const requests: Types.MoEngageRequest[] = [];
    for (let count = answer.number(); count--;) {
      const action = answer.number() ? "remove_members" : "add_members";
      requests.push({ path: "/v1/integrations/cohortsync", action, ids: answer.number(), body: answer.word()! });
    }
    return { ok: true, requests, problems: [], warnings: listed.warnings };
  } finally {
    calls().vendors_release(desk());
  }
}
