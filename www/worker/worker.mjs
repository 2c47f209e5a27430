// An edge worker that carries Heap's cohorts into Braze, written as a user of `kohort` would.
//
//   POST /heap                              Heap's webhook: verified, planned, stored, forwarded
//   POST /partners/:name/cohorts[/users]    requests in Braze's own form: checked, stored, forwarded
//   GET  /health                            what waits, and whether anything is wrong
//   /admin/…                                for its operator: see admin.mjs
//
// All that must not be forgotten (pages that came, requests that wait, members, the hour's budget) is in
// one Durable Object with SQLite storage. A page is answered with 200 when it is stored there, so a crash
// between any two steps loses nothing, and sends again at most the request that was in flight.
import { DurableObject } from "cloudflare:workers";
import { createCohortGateway, durableObject } from "kohort/edge";
import { administer } from "./admin.mjs";
import { configOf } from "./config.mjs";
import { KnownUsers } from "./known_users.mjs";

export class CohortGateway extends DurableObject {
  #gateway;
  #users;

  constructor(ctx, env) {
    super(ctx, env);
    this.#users = new KnownUsers(env.DIRECTORY);
    this.#gateway = createCohortGateway({
      config: async (env) => configOf(env, await this.#users.directory()),
      ...durableObject(ctx.storage),
      // Numbers and codes alone: no id and no secret is in an entry.
      log: (entry) => console.log(JSON.stringify(entry)),
    });
  }

  async fetch(request) {
    return (await administer(request, this.env, this.#gateway, this.#users)) ?? this.#gateway(request, this.env, this.ctx);
  }

  /** Set whenever something waits, also over a restart. What fails has set the next one already. */
  async alarm() {
    await this.#gateway.forward(this.env).catch((error) => console.log(JSON.stringify({ route: "forward", code: error.name })));
  }
}

export default {
  fetch(request, env) {
    return env.GATEWAY.get(env.GATEWAY.idFromName("gateway")).fetch(request);
  },
};
