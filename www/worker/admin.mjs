// What the worker's operator may do, with the token that `ADMIN_TOKEN` holds:
//
//   PUT  /admin/directory              an export of Braze's users (NDJSON, gzip or zip): whom Braze knows
//   PUT  /admin/cohorts/:id?name=N     everybody in a segment, an id a line: makes Braze's members those
//                                      (&all=true sends all of them, not only what differs; &mapping= user_ids,
//                                      device_ids or alias:LABEL, where nothing of the cohort came before)
//   GET  /admin/cohorts/:id            the members that Braze has, as far as this worker sent them
//   GET  /admin/rejected               what Braze refused: a mended cohort's is forgotten
//   POST /admin/resume                 goes on after Braze refused the keys

import { mappingOf } from "./config.mjs";

export async function administer(request, env, gateway, users) {
  const url = new URL(request.url);
  if (!url.pathname.startsWith("/admin/")) return undefined;
  if (!env.ADMIN_TOKEN || !(await same(request.headers.get("authorization") ?? "", `Bearer ${env.ADMIN_TOKEN}`))) {
    // A small body is read all the same: who still sends may hear of a broken connection in place of the answer.
    if (/^\d{1,4}$/.test(request.headers.get("content-length") ?? "")) await request.arrayBuffer();
    return Response.json({ ok: false, code: "admin.unauthorized" }, { status: 401, headers: { "www-authenticate": "Bearer" } });
  }
  const call = `${request.method} ${url.pathname.slice("/admin/".length).replace(/^cohorts\/[^/]+$/, "cohorts")}`;
  const cohortId = decodeURIComponent(/\/cohorts\/([^/]+)$/.exec(url.pathname)?.[1] ?? "");
  switch (call) {
    case "PUT directory": return Response.json(await users.build(request.body));
    case "POST resume": return Response.json({ ok: true, ...(await gateway.resume(), await gateway.forward(env)) });
    case "GET rejected": return Response.json(await gateway.rejected({ after: url.searchParams.get("after") ?? undefined }));
    case "GET cohorts": return Response.json(await gateway.members({ cohortId }));
    case "PUT cohorts": {
      const segment = { id: cohortId, name: url.searchParams.get("name") ?? cohortId };
      const mapping = url.searchParams.has("mapping") ? mappingOf(url.searchParams.get("mapping")) : undefined;
      // Without a mapping of its own, and of a cohort that never came, nobody knows what the ids are.
      const mended = await gateway.mend({ segment, mapping, ids: await request.text(), all: url.searchParams.get("all") === "true" }, env)
        .catch((error) => ({ ok: false, code: "admin.request", message: error.message }));
      return Response.json(mended, { status: mended.ok ? 200 : mended.code === "cohort.busy" ? 503 : 400 });
    }
    default: return Response.json({ ok: false, code: "http.not_found" }, { status: 404 });
  }
}

/** Compared by digests of one length, so that the time tells nothing of the token. */
async function same(given, wanted) {
  const [a, b] = await Promise.all([given, wanted].map((text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  return crypto.subtle.timingSafeEqual(a, b);
}
