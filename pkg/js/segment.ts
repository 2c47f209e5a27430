// Segments: definitions that are checked, and rules of a workspace that are counted, listed and explained.
import { RawDefinitions, type RawWorkspace } from "kohort:glue";
import { MAX_BODY_BYTES, MAX_PROBLEMS } from "kohort:limits";
import type {
  CountAnswer, CountWithAnswer, DefinitionCheck, DefinitionOptions, ExplainAnswer, IdsAnswer, Json, MemberPage, Profile, SegmentAnswer, SegmentSource, UserRef,
} from "../types";
import { Answer } from "./answer";
import { choice, fail, limit, options, problemLimit, READING, text, time } from "./arguments";
import { bytes } from "./engine";
import { idList } from "./ids";
import { encode, isBuffer, part, put, sizeOf, type Part } from "./input";
import { checkRegex } from "./regex";
import { decode, found, outOfMemory, refused, tooLarge } from "./problems";
import { ID_KINDS, idOf } from "./user_ref";

/** The workspace of a segment, and the moment that it pins. */
export type Place = { raw(): RawWorkspace; isFreed(): boolean; now: number | undefined };

/** A definition that is an object already is written first. */
function written(source: SegmentSource): Part {
  const isObject = typeof source === "object" && source && !ArrayBuffer.isView(source) && !isBuffer(source);
  if (!isObject) return part(source, "definition", "an object, ");
  // A map, say, would be written as an object without keys, which is everybody.
  if (!["[object Object]", "[object Array]"].includes(Object.prototype.toString.call(source))) fail("definition must be a plain object, not one of a class");
  let json: string | undefined;
  try {
    json = JSON.stringify(source);
  } catch {}
  return json ?? fail("definition must be an object that JSON can hold");
}

/**
 * Writes a definition for what `module` answers, and calls with its length, or answers why not. All that is the caller's is
 * read first, since its getters may free a workspace.
 */
function read<Raw extends { reserve(length: number): number }>(module: () => Raw, source: SegmentSource, given: DefinitionOptions | undefined,
  call: (raw: Raw, length: number, most: number, max: number) => number): Answer | ReturnType<typeof outOfMemory> {
  const { maxProblems, limits } = options(given, READING);
  const [most, max] = [problemLimit(maxProblems), limit(options(limits, "maxBytes", "limits").maxBytes, "limits.maxBytes", MAX_BODY_BYTES)];
  const definition = written(source), raw = module();
  const lengths = sizeOf(definition) > max ? undefined : put(raw, definition);
  if (lengths && lengths[0]! <= max) return new Answer(call(raw, lengths[0]!, most, max));
  const data = encode(definition);
  return data.length > max ? tooLarge(data, max, most, "") : outOfMemory();
}

let definitions: RawDefinitions | undefined;

export function checkSegment(definition: SegmentSource, given?: DefinitionOptions): DefinitionCheck {
  bytes(); // Throws before the module is ready.
  const answer = read(() => definitions ??= new RawDefinitions(), definition, given, (raw, ...limits) => raw.check(...limits));
  return answer instanceof Answer ? told(answer) : { ...answer, didYouMean: [] };
}

/** The problems, each with what is allowed in its place, and the names and words that may be meant. */
function told(answer: Answer): DefinitionCheck {
  const listed = answer.listed();
  const words = () => Array.from({ length: answer.number() }, () => answer.word()!);
  const didYouMean = Array.from({ length: answer.number() }, () => ({ path: answer.word()!, name: answer.word()! }));
  const problems = listed.problems.map(problem => {
    const allowed = words();
    return allowed.length ? { ...problem, allowed } : problem;
  });
  return { ...listed, problems, didYouMean };
}

export function compile(place: Place, definition: SegmentSource, given: DefinitionOptions | undefined, isDefined: boolean): SegmentAnswer {
  const answer = read(place.raw, definition, given, (raw, length, ...limits) => raw.compile_segment(length, isDefined, ...limits));
  checkRegex();
  if (!(answer instanceof Answer)) return { ...answer, didYouMean: [] };
  const number = answer.number(), { ok, ...rest } = told(answer);
  return ok ? { ok, segment: new Segment(place, number, isDefined, KEY), ...rest } : { ok, ...rest };
}

/** Numbers of compiled segments that nobody has any more go back. */
const gone = typeof FinalizationRegistry === "function"
  ? new FinalizationRegistry<[Place, number]>(([place, number]) => { if (!place.isFreed()) place.raw().free_segment(number); })
  : undefined;

const KEY = {};

/** Milliseconds for which a slider that moves is of one moment. */
const MOMENT = 1000;
/** A workspace keeps the users of one segment by what one of its conditions asks for: of which, where and when. */
const sweeps = new WeakMap<Place, { of: Segment; path: string; at: number }>();
/** What the module answers instead of a count; below it, where it says why it refuses the number. */
const CHANGED = -1;
const counted = (raw: RawWorkspace, count: number): CountWithAnswer =>
  count < CHANGED ? new Answer(-count).listed<false>() : { ok: true, count, revision: raw.revision() };
const PATH = "path must be that of a condition of this segment that compares a number, an age or a time of an attribute";

export class Segment {
  // So that it is called so when somebody prints one: bundlers shorten names.
  static readonly name = "Segment";
  declare [Symbol.dispose]: () => void;
  #place: Place | undefined;
  readonly #number: number;

  /** Only the calls of a workspace call this. */
  constructor(place: Place, number: number, isDefined: boolean, key: object) {
    if (key !== KEY) fail("a Segment is made by `compileSegment` or `defineSegment` of a workspace, not by `new`");
    this.#place = place;
    this.#number = number;
    // One that others can name stays until it is freed.
    if (!isDefined) gone?.register(this, [place, number], this);
  }

  #get(): RawWorkspace {
    if (!this.#place) throw new Error("this Segment was freed");
    if (this.#place.isFreed()) throw new Error("this Segment was freed, since its Workspace was");
    return this.#place.raw();
  }

  /** The moment that a call is asked for. */
  #now(given: unknown): number {
    return given === undefined ? this.#place?.now ?? Date.now() : time(given);
  }

  count(given?: { now?: number | Date | undefined }): CountAnswer {
    const { now } = options(given, "now");
    const raw = this.#get();
    const answer = new Answer(raw.count_segment(this.#number, this.#now(now)));
    if (!answer.ok) throw new Error("there is too little memory to count this segment");
    return { ok: true, count: answer.number(), unknown: answer.number(), revision: raw.revision() };
  }

  countWith(path: string, value: number | Date, given?: { now?: number | Date | undefined }): CountWithAnswer {
    const { now } = options(given, "now");
    const number = value instanceof Date ? value.getTime() : value;
    if (typeof path !== "string") fail(PATH);
    if (typeof number !== "number" || !Number.isFinite(number)) fail("value must be a number or a Date");
    const raw = this.#get(), wanted = now === undefined ? this.#place!.now : time(now);
    const swept = sweeps.get(this.#place!);
    if (swept?.of === this && swept.path === path && (wanted === undefined ? Date.now() - swept.at < MOMENT : swept.at === wanted)) {
      const count = raw.swept_count(number);
      if (count !== CHANGED) return counted(raw, count);
    }
    const at = wanted ?? Date.now();
    const lengths = put(raw, path);
    const answer = lengths && new Answer(raw.sweep_segment(this.#number, at, lengths[0]!));
    if (!answer?.ok) throw new Error("there is too little memory to count this segment");
    if (!answer.number()) fail(PATH);
    sweeps.set(this.#place!, { of: this, path, at });
    return counted(raw, raw.swept_count(number));
  }

  members(given?: { offset?: number; limit?: number; fields?: readonly string[]; now?: number | Date; revision?: number }): MemberPage {
    const { offset, limit: most, fields, now, revision } = options(given, "offset limit fields now revision");
    const [from, to] = [limit(offset, "offset", 0), limit(most, "limit", 100)];
    const names = fields === undefined ? undefined : Array.isArray(fields) ? [...fields as unknown[]] : fail("fields must be a list of names");
    names?.forEach(name => text(name ?? fail("fields must be a list of names"), "fields"));
    if (revision !== undefined && typeof revision !== "number") fail("revision must be a number");
    const raw = this.#get();
    if (revision !== undefined && revision !== raw.revision()) return refused(found("segment.changed", "/revision"));
    const looked = lookedUp(raw, names as string[] | undefined ?? []);
    if (!looked) return outOfMemory();
    // Further pages are of the moment of the first.
    const goesOn = revision !== undefined && now === undefined && raw.is_found(this.#number);
    const answer = new Answer(raw.segment_members(this.#number, goesOn ? NaN : this.#now(now), from, to));
    if (!answer.ok) return answer.listed<false>();
    const [count, unknown] = [answer.number(), answer.number()], users = answer.numbers();
    const members = raw.users(users) as MemberOut[];
    if (names) {
      const profiles = new Answer(raw.profiles(users));
      if (!profiles.ok) return profiles.listed<false>();
      const lines = decode(profiles.bytes()).split("\n");
      members.forEach((member, index) => { member.fields = picked(JSON.parse(lines[index]!) as Profile, names as string[]); });
    }
    return { ok: true, count, unknown, members: members as UserRef[], revision: raw.revision(), problems: [], ...looked };
  }

  memberIds(given?: { kind?: "external_id" | "alias" | "device_id" | "braze_id"; aliasLabel?: string; now?: number | Date }): IdsAnswer {
    const { kind = "external_id", aliasLabel, now } = options(given, "kind aliasLabel now");
    const number = choice(kind, "kind", ID_KINDS);
    const label = text(aliasLabel, "aliasLabel");
    if ((kind === "alias") !== (label !== undefined)) fail("aliasLabel goes with the kind \"alias\", and that with it");
    const raw = this.#get();
    const at = this.#now(now);
    const lengths = put(raw, label ?? "");
    if (!lengths) return outOfMemory();
    const answer = new Answer(raw.segment_ids(this.#number, at, number, lengths[0]!));
    if (!answer.ok) return answer.listed<false>();
    const ids = idList(answer.bytes(), answer.numbers());
    const withoutId = answer.number();
    return Object.assign(ids, { ok: true as const, withoutId, revision: raw.revision(), problems: [], warnings: [] });
  }

  explain(user: UserRef, given?: { now?: number | Date | undefined }): ExplainAnswer {
    const [kind, name, label] = idOf(user);
    const { now } = options(given, "now");
    const raw = this.#get(), at = this.#now(now);
    const lengths = put(raw, name, label);
    if (!lengths) return outOfMemory();
    const answer = new Answer(raw.explain_segment(this.#number, at, kind, lengths[0]!, label === undefined ? 0 : lengths[1]!));
    if (!answer.ok) return answer.listed<false>();
    const json = decode(answer.bytes());
    return json ? JSON.parse(json) as ExplainAnswer : refused(found("user.unknown", "/user"));
  }

  free(): void {
    if (!this.#place) return;
    gone?.unregister(this);
    if (!this.#place.isFreed()) this.#place.raw().free_segment(this.#number);
    this.#place = undefined;
  }
}
if (Symbol.dispose) Segment.prototype[Symbol.dispose] = Segment.prototype.free;

/** Warnings of fields that nobody has, as many as are listed elsewhere, and which may be meant. */
function lookedUp(raw: RawWorkspace, names: string[]): Pick<DefinitionCheck, "warnings" | "didYouMean"> | undefined {
  const warnings: DefinitionCheck["warnings"] = [], didYouMean: DefinitionCheck["didYouMean"] = [];
  for (let index = 0; index < names.length && warnings.length < MAX_PROBLEMS; index++) {
    const name = names[index]!;
    if (IDS.includes(name)) continue;
    const lookUp = (name: string, isCustom: boolean) => {
      const lengths = put(raw, name);
      return lengths && told(new Answer(raw.look_up_field(lengths[0]!, isCustom, index)));
    };
    const isCustom = name.startsWith(CUSTOM);
    const said = lookUp(isCustom ? name.slice(CUSTOM.length) : name, isCustom);
    if (!said) return undefined;
    const [warning] = said.warnings;
    if (!warning) continue;
    warnings.push(warning);
    // The name of a custom attribute by itself.
    const isBare = !isCustom && lookUp(name, true)?.warnings.length === 0;
    if (isBare) didYouMean.push({ path: warning.path, name: CUSTOM + name });
    else didYouMean.push(...said.didYouMean.map(({ path, name }) => ({ path, name: isCustom ? CUSTOM + name : name })));
  }
  return { warnings, didYouMean };
}

/** Fields that are ids. */
const IDS = ["external_id", "braze_id", "deprecated_external_ids", "user_aliases"];
/** What stands before the names of custom attributes among fields. */
const CUSTOM = "custom_attributes.";

type MemberOut = Record<string, unknown> & { fields?: Record<string, Json> };

/** The fields of a profile that are asked for: `custom_attributes.NAME` for one of these. */
function picked(profile: Profile, names: readonly string[]): Record<string, Json> {
  const entries = names.map(name => {
    const own = name.startsWith(CUSTOM);
    const owner: object = own ? profile.custom_attributes ?? {} : profile, key = own ? name.slice(CUSTOM.length) : name;
    return [name, Object.hasOwn(owner, key) ? (owner as Record<string, Json>)[key]! : undefined] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, Json>;
}
