// What the types of kohort/vendors promise to a module.
import { expectTypeOf } from "expect-type";
import { diffCohort, planCohortImport, readHeapWebhook, type IdList, type Mapping, type Problem } from "kohort/edge";
import {
  guessVendor, init, readVendorPayload, vendors, writeMoEngage,
  type Vendor, type VendorGuess, type VendorName, type VendorPayload, type VendorSource,
} from "kohort/vendors";
import * as inline from "kohort/vendors/inline";

expectTypeOf(inline.readVendorPayload).toEqualTypeOf(readVendorPayload);
expectTypeOf(init()).resolves.toBeVoid();
expectTypeOf(vendors).toEqualTypeOf<readonly Vendor[]>();
expectTypeOf(vendors[0]!.name).toEqualTypeOf<VendorName>();
// @ts-expect-error nobody may change it
vendors[0]!.actions.add.push("x");

const bytes = new Uint8Array();
const payload = readVendorPayload(bytes, { vendor: "hightouch", cohort: { id: "7" }, idField: "uid", mapping: "device_ids", limits: { maxBytes: 5 } });
// @ts-expect-error only after `ok` was looked at
payload.sources;
if (payload.ok) {
  expectTypeOf(payload).toEqualTypeOf<VendorPayload>();
  for (const source of payload.sources) {
    expectTypeOf(source).toEqualTypeOf<VendorSource>();
    expectTypeOf(source.mapping).toEqualTypeOf<Mapping>();
    // @ts-expect-error a whole membership is no page of a plan
    planCohortImport(source, { partner: "p" });
    if (source.action === "full") {
      expectTypeOf(source.members).toEqualTypeOf<IdList>();
      // @ts-expect-error who is in it is no change
      source.add;
      const diff = diffCohort([], source.members);
      if (diff.ok) planCohortImport({ ...source, action: "sync", add: diff.add, remove: diff.remove }, { partner: "p", mapping: source.mapping });
    } else {
      expectTypeOf(source.remove).toEqualTypeOf<IdList>();
      planCohortImport(source, { partner: "p", mapping: source.mapping, syncId: source.syncId });
    }
    writeMoEngage(source, { partner: "p", members: ["a"] });
  }
} else {
  expectTypeOf(payload.problems).toEqualTypeOf<Problem[]>();
}
// @ts-expect-error a vendor must be said
readVendorPayload(bytes, {});
// @ts-expect-error there is no such vendor
readVendorPayload(bytes, { vendor: "heap" });

const guessed = guessVendor("{}");
if (guessed.ok) expectTypeOf(guessed.guesses).toEqualTypeOf<VendorGuess[]>();

const webhook = readHeapWebhook(bytes);
if (webhook.ok) {
  const written = writeMoEngage(webhook, { partner: "heap", description: "d" });
  if (written.ok) expectTypeOf(written.requests[0]!.action).toEqualTypeOf<"add_members" | "remove_members">();
}
// @ts-expect-error a partner must be said
writeMoEngage({ action: "sync", segment: { id: "7", name: "n" } }, {});
