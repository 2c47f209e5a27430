// The gateway's types, as a user in TypeScript meets them.
import { expectTypeOf } from "expect-type";
import {
  createCohortGateway, durableObject, memoryState,
  type CohortGateway, type Directory, type Forwarded, type GatewayConfig, type GatewayLogEntry, type GatewayRows, type GatewayState,
} from "kohort/edge";
import { readVendorPayload } from "kohort/vendors";

interface Env { readonly SECRET: string; readonly PARTNER_KEY: string; readonly IMPORT_KEY: string }
declare const directory: Directory;

const gateway = createCohortGateway<Env>({
  config: (env) => {
    expectTypeOf(env).toEqualTypeOf<Env>();
    return {
      restEndpoint: "https://rest.iad-01.braze.com",
      keys: { partnerApiKey: env.PARTNER_KEY, clientSecret: env.IMPORT_KEY },
      heap: { secret: [env.SECRET], mapping: (fields) => fields.some(({ value }) => value === "device") ? "device_ids" : { aliases: { alias_label: "email" } } },
      prefilter: { directory, unknown: "drop" },
      // What another vendor's payload says can be taken as it is read.
      routes: { "/segment": { partner: "segment", authorize: { header: "x-key", value: env.SECRET }, read: (body) => readVendorPayload(body, { vendor: "segment" }), respond: ({ ok }, status) => Response.json({ ok }, { status }) } },
    };
  },
  state: memoryState(),
  queue: { wake(at) { expectTypeOf(at).toBeNumber(); } },
  log: (entry) => expectTypeOf(entry).toEqualTypeOf<GatewayLogEntry>(),
});
expectTypeOf(gateway).toEqualTypeOf<CohortGateway<Env>>();
expectTypeOf(gateway.forward).returns.resolves.toEqualTypeOf<Forwarded>();

// A worker's default export.
export default { fetch: gateway } satisfies { fetch(request: Request, env: Env, context: { waitUntil(promise: Promise<unknown>): void }): Promise<Response> };

const mended = await gateway.mend({ segment: { id: "7", name: "n" }, ids: ["ada"] });
if (mended.ok) expectTypeOf(mended.added).toBeNumber();
else expectTypeOf(mended.code).toBeString();

// A state of one's own is asked at once.
const rows = {} as GatewayRows;
({ transaction: (work) => work(rows) }) satisfies GatewayState;
expectTypeOf(durableObject).returns.toHaveProperty("queue");

// @ts-expect-error: `config` is needed
createCohortGateway({});
// @ts-expect-error: there is no such mode
({ restEndpoint: "", keys: { partnerApiKey: "", clientSecret: "" }, mode: "send" }) satisfies GatewayConfig;
// @ts-expect-error: a route without a check
({ restEndpoint: "", keys: { partnerApiKey: "", clientSecret: "" }, routes: { "/x": { partner: "x", read: () => ({ ok: true as const, sources: [] }) } } }) satisfies GatewayConfig;
