// The workspace: known users, cohorts and partners' keys in one module's memory.
import { RawWorkspace } from "kohort:glue";
import type {
  ApplyAnswer, CohortInfo, CohortRef, DefinitionOptions, DeleteAnswer, DiffSource, LoadAnswer, LoadOptions, MatchAnswer, MatchOptions, MatchOutcome, MatchReport,
  MembersAnswer, PartnerKey, Partners, Plan, Problem, Profile, RequestSource, SegmentAnswer, SegmentSource, UserRef, WorkspaceOptions,
} from "../types";
import { Answer } from "./answer";
import { amount, choice, fail, limit, options, partnerOf, problemLimit, READING, readLimits, record, text, time, watched, type ReadLimits } from "./arguments";
import { bytes, ready } from "./engine";
import { ABSENT, encode, isHalved, part, put, sizeOf, type Part } from "./input";
import { listedWith, pushPieces } from "./load";
import { readReport, readRows, rowsBlob } from "./match_report";
import { decode, found, outOfMemory, refused, tooLarge } from "./problems";
import { compile, type Place } from "./segment";
import { pieces } from "./stream";
import { idOf } from "./user_ref";
import { changesOf } from "./zone";

export class Workspace {
  // So that it is called so when somebody prints one: bundlers shorten names.
  static readonly name = "Workspace";
  declare [Symbol.dispose]: () => void;
  #raw: RawWorkspace | undefined;
  /** The partners' data import keys. */
  readonly partners: Partners;


  /** Only `Workspace.create` calls this. */
  constructor(raw: RawWorkspace, now?: number) {
    if (!(raw instanceof RawWorkspace)) fail("a Workspace is made by `await Workspace.create()`, not by `new`");
    this.#raw = raw;
    this.#place.now = now;
    this.partners = partnersOf(() => this.#get());
  }

  static async create(given: WorkspaceOptions = {}): Promise<Workspace> {
    await ready();
    const { limits, identifiedAliasesOnly = false, now, timeZone } = options(given, "limits identifiedAliasesOnly now timeZone");
    const { maxMemoryBytes } = options(limits, "maxMemoryBytes", "limits");
    if (typeof identifiedAliasesOnly !== "boolean") fail("identifiedAliasesOnly must be true or false");
    amount(maxMemoryBytes, "limits.maxMemoryBytes", 0);
    const pinned = now === undefined ? undefined : time(now), changes = changesOf(timeZone);
    bytes(); // Throws before the module is ready.
    const raw = new RawWorkspace({ identifiedAliasesOnly, limits: { maxMemoryBytes } });
    if (changes.length) raw.set_zone(changes);
    return new Workspace(raw, pinned);
  }

  #get(): RawWorkspace {
    return this.#raw ?? (() => { throw new Error("this Workspace was freed"); })();
  }

  /** Rises with every change. */
  get revision(): number { return this.#get().revision(); }

  /** How many users are known. */
  get userCount(): number { return this.#get().user_count(); }

  async loadProfiles(source: DiffSource, given?: LoadOptions): Promise<LoadAnswer> {
    const { signal, onProgress, maxProblems, limits, format, asOf, coordinateOrder } =
      options(given, `signal onProgress format asOf coordinateOrder ${READING}`);
    const kind = format === undefined ? 0 : 1 + choice(format, "format", ["export", "track", "csv"]);
    const order = coordinateOrder === undefined ? 0 : 1 + choice(coordinateOrder, "coordinateOrder", ["lon_lat", "lat_lon"]);
    watched(signal, onProgress);
    const most = problemLimit(maxProblems);
    const length = amount(options(limits, "maxBytes", "limits").maxBytes, "limits.maxBytes", Infinity);
    const raw = this.#get();
    const madeAt = asOf === undefined ? NaN : momentOf(raw, asOf);
    signal?.throwIfAborted();
    const begun = new Answer(raw.begin_load(most, order, kind, madeAt)).listed();
    if (!begun.ok) return { ...begun, ok: false, loaded: 0, updated: 0, rejected: 0, covered: 0 };
    let open = true;
    try {
      const fits = await pushPieces(() => this.#get(), pieces(source, "source", length, "", signal), signal, bytes =>
        onProgress?.({ bytes, ...countsOf(this.#get().loaded()) }));
      const raw = this.#get();
      if (fits === undefined) return { ...outOfMemory(), ...countsOf(raw.loaded()) };
      open = false;
      const at = raw.finish_load();
      return { ...listedWith(new Answer(at).listed(), fits), ...countsOf(at) };
    } finally {
      // What was taken stays.
      if (open) this.#raw?.abort_load();
    }
  }

  /** What is known of the user who has this id. */
  profile(user: UserRef): Profile | undefined {
    const [kind, name, label] = idOf(user);
    const raw = this.#get();
    const lengths = put(raw, name, label);
    const answer = lengths && new Answer(raw.profile(kind, lengths[0]!, label === undefined ? 0 : lengths[1]!));
    if (!answer?.ok) throw new Error("there is too little memory for this profile");
    const json = decode(answer.bytes());
    return json ? JSON.parse(json) as Profile : undefined;
  }

  /** Forgets the user who has this id. */
  deleteUser(user: UserRef): DeleteAnswer {
    const [kind, name, label] = idOf(user);
    const raw = this.#get();
    const lengths = put(raw, name, label);
    if (!lengths) return outOfMemory();
    const answer = new Answer(raw.delete_user(kind, lengths[0]!, label === undefined ? 0 : lengths[1]!));
    if (!answer.ok) return answer.listed<false>();
    const deleted = !!answer.number();
    return { ok: true, deleted, revision: raw.revision(), problems: [], warnings: [] };
  }

  /**
   * Writes bodies and the partner; answers their lengths, of several bodies `ABSENT`, and how many
   * there are, or why not. All that is the caller's is read first, since its getters may call this
   * workspace.
   */
  #write(source: RequestSource, partner: string, [most, max]: ReadLimits): number[] | ApplyAnswer & { ok: false } {
    if (typeof source !== "object" || !source || !("requests" in source || "ok" in source)) {
      const body = part(source as never, "source", "a plan that is ok, ", "; of a parsed body pass JSON.stringify(body)"), raw = this.#get();
      const lengths = sizeOf(body) > max ? undefined : put(raw, body, partner);
      return lengths && lengths[0]! <= max ? [...lengths, 1] : this.#unfit(body, max, most);
    }
    const { ok = !("ok" in source), requests } = source as Partial<Plan>;
    if (!ok) fail("source must be a plan that is ok");
    if (!Array.isArray(requests)) fail("source must be a request's body or a plan that is ok");
    const planned = Array.from(requests as Plan["requests"], request => {
      const { path, body } = Object(request) as typeof request;
      if (typeof path !== "string") fail("source.requests must be those of a plan, each with path and body");
      return { path, body: part(body, "source") };
    });
    const own = `/partners/${partner}/cohorts`;
    const other = planned.findIndex(({ path }) => path !== own && path !== `${own}/users`);
    if (other >= 0) return refused(found("request.partner_differs", `/requests/${other}/path`));
    const raw = this.#get();
    raw.clear();
    for (const [index, { body }] of planned.entries()) {
      const length = sizeOf(body) > max ? undefined : put(raw, body)?.[0];
      if (length === undefined || length > max || !raw.body(length)) {
        return this.#unfit(body, max, most, planned.length > 1 ? `/requests/${index}` : "");
      }
    }
    const lengths = put(raw, partner);
    return lengths ? [ABSENT, lengths[0]!, planned.length] : outOfMemory();
  }

  #unfit(body: Part, max: number, most: number, path = ""): ApplyAnswer & { ok: false } {
    this.#get().clear();
    const data = encode(body);
    return data.length > max ? tooLarge(data, max, most, path) : outOfMemory();
  }

  /** What was found in the bodies, so many, of the last transaction. */
  #findings(count: number): { problems: Problem[]; warnings: Problem[] } {
    const raw = this.#get();
    const problems: Problem[] = [], warnings: Problem[] = [];
    for (let index = 0; raw.has_findings() && index < count; index++) {
      const listed = new Answer(raw.findings(index)).listed(count > 1 ? `/requests/${index}` : "");
      problems.push(...listed.problems);
      warnings.push(...listed.warnings);
    }
    return { problems, warnings };
  }

  #transact(source: RequestSource, given: MatchOptions, applies: boolean): MatchAnswer {
    const { partner, maxProblems, limits } = options(given, `partner ${READING}`);
    const name = partnerOf(partner);
    const reading = readLimits(maxProblems, limits);
    const lengths = this.#write(source, name, reading);
    if (!Array.isArray(lengths)) return lengths;
    const raw = this.#get();
    const at = raw.transact(lengths[0]!, lengths[1]!, applies, ...reading);
    const report = at ? readReport(raw, this, name, new Answer(at)) : undefined;
    const found = this.#findings(lengths[2]!);
    // The very object, by which its rows are found.
    return report ? Object.assign(report, found) : { ok: false, ...found };
  }

  previewCohortRequest(source: RequestSource, given: MatchOptions): MatchAnswer {
    return this.#transact(source, given, false);
  }

  applyCohortRequest(source: RequestSource, given: MatchOptions): ApplyAnswer {
    const report = this.#transact(source, given, true);
    if (!report.ok) return report;
    const { added, removed, unchanged, unmatched, problems, warnings } = report;
    return { ok: true, added, removed, unchanged, unmatched, report, problems, warnings };
  }

  cohorts(): CohortInfo[] {
    return this.#get().cohorts() as CohortInfo[];
  }

  cohortMembers(ref: CohortRef, given?: { offset?: number; limit?: number }): MembersAnswer {
    const { partner, cohortId } = record(ref, "cohort");
    // What `cohorts()` lists has more names, and may be passed on.
    if (cohortId === undefined) options(ref, "partner cohortId name createdAt memberCount", "cohort");
    const name = partnerOf(partner);
    const id = text(cohortId, "cohortId") ?? fail("cohortId must be a string");
    const { offset, limit: most } = options(given, "offset limit");
    const [from, to] = [limit(offset, "offset", 0), limit(most, "limit", Infinity)];
    const raw = this.#get();
    // What is half a character names no cohort, and would be written as another on its way in.
    const count = isHalved(id) ? -1 : raw.member_count(name, id);
    if (count < 0) return refused(found("cohort.unknown", "/cohortId"));
    return { ok: true, count, members: raw.members(name, id, from, to) as UserRef[], revision: raw.revision(), problems: [], warnings: [] };
  }

  matchReportRows(report: MatchReport, given?: { offset?: number; limit?: number; outcome?: MatchOutcome; source?: RequestSource }) {
    return readRows(this.#get(), this, report, given);
  }

  matchReportBlob(report: MatchReport, given: { format: "csv" | "ndjson"; source?: RequestSource }): Blob {
    return rowsBlob(this.#get(), this, report, given);
  }

  compileSegment(definition: SegmentSource, given?: DefinitionOptions): SegmentAnswer {
    return compile(this.#place, definition, given, false);
  }

  defineSegment(definition: SegmentSource, given?: DefinitionOptions): SegmentAnswer {
    return compile(this.#place, definition, given, true);
  }

  /** What segments know of this workspace: one object for all of them. */
  readonly #place: Place = { raw: () => this.#get(), isFreed: () => !this.#raw, now: undefined };

  free(): void {
    this.#raw?.free();
    this.#raw = undefined;
  }
}
if (Symbol.dispose) Workspace.prototype[Symbol.dispose] = Workspace.prototype.free;

/** The numbers of a load. */
function countsOf(at: number): { loaded: number; updated: number; rejected: number; covered: number } {
  const answer = new Answer(at);
  return { loaded: answer.wide(), updated: answer.wide(), rejected: answer.wide(), covered: answer.wide() };
}

/** Milliseconds of a time, which may be a text as Braze takes them: without a zone, in UTC. */
function momentOf(raw: RawWorkspace, asOf: unknown): number {
  if (typeof asOf !== "string") return time(asOf, "asOf");
  const lengths = put(raw, text(asOf, "asOf")!);
  const ms = lengths ? raw.moment(lengths[0]!) : NaN;
  return Number.isNaN(ms) ? fail("asOf must be a time in milliseconds, a Date, or a text as ISO 8601 writes it") : ms;
}

function partnersOf(raw: () => RawWorkspace): Partners {
  const idOf = (id: unknown) => text(id, "id") ?? fail("id must be a string");
  return {
    issue: (partner, given) => raw().issue_key(partnerOf(partner), time(options(given, "now").now)) as never,
    rotate(partner, given) {
      const { now, keepOldMs } = options(given, "now keepOldMs");
      const at = time(now);
      return raw().rotate_key(partnerOf(partner), at, at + amount(keepOldMs, "keepOldMs", 0)) as never;
    },
    revoke: (partner, id) => raw().revoke_key(partnerOf(partner), idOf(id)),
    list: partner => raw().list_keys(partner === undefined ? undefined : partnerOf(partner)) as PartnerKey[],
    verify(partner, key, given) {
      const name = partnerOf(partner), at = time(options(given, "now").now);
      const module = raw();
      return module.verify_key(name, put(module, part(key, "key"))![0]!, at) as PartnerKey | undefined;
    },
  };
}
