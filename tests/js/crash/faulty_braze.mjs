// Between the worker and the stand-in for Braze: passes requests on, or does what goes wrong on the way.
import { createServer } from "node:http";
import { once } from "node:events";

/**
 * `fault(request)` says what becomes of a request, before it is passed on: nothing, `{ status, headers }` to answer
 * in Braze's place, `{ lost: true }` for an answer that never comes back, or `{ before, after, answered }`, functions
 * that run before it is passed on, after Braze has done it, and after the worker was answered.
 */
export async function startFaultyBraze(braze, fault) {
  /** The bodies that Braze accepted, in order. */
  const accepted = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the worker was killed while it sent
    }
    const body = Buffer.concat(chunks);
    const plan = fault({ path: request.url, body }) ?? {};
    if (plan.status) return void response.writeHead(plan.status, plan.headers).end("{}");
    await plan.before?.();
    // Dead already, and it has not been passed on: the request is lost.
    if (plan.before) return void response.destroy();
    const said = await fetch(braze.url + request.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const text = await said.text();
    if (said.ok) accepted.push(`${request.url} ${body}`);
    await plan.after?.();
    if (plan.lost || plan.after) return void response.destroy();
    response.writeHead(said.status, { "content-type": "application/json", "x-ratelimit-remaining": "1000" });
    response.end(text);
    await once(response, "close").catch(() => {});
    await plan.answered?.();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    accepted,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
