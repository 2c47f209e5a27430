// What the types of kohort/worker promise: those of kohort, each answer a promise.
import { expectTypeOf } from "expect-type";
import * as full from "kohort";
import * as worker from "kohort/worker";
import * as engine from "kohort/worker/engine";
import "kohort/worker/engine";

/** Imported for what it does. */
expectTypeOf<keyof typeof engine>().toEqualTypeOf<never>();

type Answer<Call extends (...given: never[]) => unknown> = Awaited<ReturnType<Call>>;
/** Same names, but for what only a worker has; and what a call takes there it takes here. */
expectTypeOf<Exclude<keyof typeof worker, "connect" | "terminate">>().toEqualTypeOf<keyof typeof full>();
expectTypeOf<Exclude<keyof full.Workspace, keyof worker.Workspace>>().toEqualTypeOf<never>();
expectTypeOf<Exclude<keyof full.Directory, keyof worker.Directory>>().toEqualTypeOf<never>();
expectTypeOf<Exclude<keyof full.SyncGuard, keyof worker.SyncGuard>>().toEqualTypeOf<"toJSON">();

type Same = "checkCohortRequest" | "verifyHeapSignature" | "readHeapWebhook" | "planCohortImport" | "withKeys" | "classifyResponse" | "diffCohort" | "diffCohortStream";
expectTypeOf<{ [Name in Same]: Answer<(typeof worker)[Name]> }>().toEqualTypeOf<{ [Name in Same]: Answer<(typeof full)[Name]> }>();
type Members = Exclude<keyof full.Workspace, "partners" | "revision" | "userCount" | "compileSegment" | "defineSegment" | typeof Symbol.dispose>;
expectTypeOf<{ [Name in Members]: Answer<worker.Workspace[Name]> }>().toEqualTypeOf<{ [Name in Members]: Answer<full.Workspace[Name]> }>();
expectTypeOf<Exclude<keyof full.Segment, keyof worker.Segment>>().toEqualTypeOf<never>();
type Asked = Exclude<keyof full.Segment, "free" | typeof Symbol.dispose>;
expectTypeOf<{ [Name in Asked]: Answer<worker.Segment[Name]> }>().toEqualTypeOf<{ [Name in Asked]: Answer<full.Segment[Name]> }>();

export async function asked() {
  const workspace = await worker.Workspace.create();
  expectTypeOf(workspace).toEqualTypeOf<worker.Workspace>();
  await workspace.loadProfiles(new Uint8Array(), { transfer: true, onProgress: ({ bytes }) => bytes });
  expectTypeOf(await workspace.userCount).toBeNumber();
  expectTypeOf((await workspace.partners.issue("heap")).key).toBeString();
  const { directory } = await worker.Directory.build(new Blob());
  await worker.planCohortImport("{}", { partner: "heap", directory });
  // @ts-expect-error a directory of the page is not the worker's
  await worker.planCohortImport("{}", { partner: "heap", directory: full.Directory.fromBytes(new Uint8Array()) });
  // @ts-expect-error a workspace is made by `create`
  new worker.Workspace();
  const compiled = await workspace.compileSegment({ filter: { random_bucket: { comparison: "less_than", value: 500 } } });
  if (compiled.ok) expectTypeOf(compiled.segment).toEqualTypeOf<worker.Segment>();
  const other = worker.connect(new Worker("x"));
  expectTypeOf(other.checkCohortRequest).toEqualTypeOf(worker.checkCohortRequest);
  await workspace.free();
  workspace[Symbol.dispose]();
  worker.terminate();
}
