// What the worker's operator may do, with the token that `ADMIN_TOKEN` holds:
//
//   PUT  /admin/directory              an export of Braze's users (NDJSON, gzip or zip): whom Braze knows
//   PUT  /admin/cohorts/:id?name=N     everybody in a segment, an id a line: makes Braze's members those
//                                      (&all=true sends all of them, not only what differs; &mapping= user_ids,
//                                      device_ids or alias:LABEL, where nothing of the cohort came before;
//                                      &empty=true if nobody is in it)
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
    case "PUT directory": return answer(await users.build(request.body));
    case "POST resume": return answer(await resumed(gateway, env));
    case "GET rejected": return Response.json(await gateway.rejected({ after: url.searchParams.get("after") ?? undefined }));
    case "GET cohorts": return Response.json(await gateway.members({ cohortId }));
    case "PUT cohorts": return answer(await mended(request, url, cohortId, gateway, env));
    default: return Response.json({ ok: false, code: "http.not_found" }, { status: 404 });
  }
}

const answer = (said) => Response.json(said, { status: said.ok ? 200 : said.code === "cohort.busy" ? 503 : 400 });
const refused = (code, message) => ({ ok: false, code, message });

async function resumed(gateway, env) {
  await gateway.resume();
  try {
    return { ok: true, ...(await gateway.forward(env)) };
  } catch (error) {
    return refused("gateway.config", error.message);
  }
}

async function mended(request, url, cohortId, gateway, env) {
  const ids = await request.text();
  const all = url.searchParams.get("all") === "true";
  const kind = url.searchParams.get("mapping") ?? undefined;
  const mapping = kind && mappingOf(kind);
  if (kind && !mapping) return refused("admin.mapping", "mapping is none of user_ids, device_ids and alias:LABEL");
  if (/^\s*[[{]/.test(ids)) return refused("admin.json", "the body is an id a line, and no JSON");
  if (!ids.trim() && url.searchParams.get("empty") !== "true") return refused("admin.empty", "the list is empty, which removes everybody: say &empty=true if that is meant");
  const segment = { id: cohortId, name: url.searchParams.get("name") ?? cohortId };
  try {
    return await gateway.mend({ segment, mapping, ids, all }, env);
  } catch (error) {
    return refused("admin.request", error.message); // an option, and no value
  }
}

/** Compared by digests of one length, so that the time tells nothing of the token. */
async function same(given, wanted) {
  const [a, b] = await Promise.all([given, wanted].map((text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  return crypto.subtle.timingSafeEqual(a, b);
}
