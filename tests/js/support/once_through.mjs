// Once through the package, in any runtime: what comes back is plain data, the same everywhere.
// Takes the two entries, since each runtime loads them in its own way.

export async function onceThrough(edge, full, { body, header, secret, now, zipped }) {
  const signature = edge.verifyHeapSignature(body, header, { secret, now });
  const plan = edge.planCohortImport(body, { partner: "heap" });
  const { ok, counts } = edge.checkCohortRequest(
    edge.withKeys(plan.requests[0], { partnerApiKey: "p", clientSecret: "c" }).body, { endpoint: "users" });
  const workspace = await full.Workspace.create();
  await workspace.loadProfiles(new Blob(['{"external_id":"ada"}\n']));
  const { report } = workspace.applyCohortRequest(full.planCohortImport(body, { partner: "heap" }), { partner: "heap" });
  const { key } = workspace.partners.issue("heap");
  const verified = Boolean(workspace.partners.verify("heap", key));
  workspace.free();
  return {
    signature: signature.ok, requests: plan.requests.length, ok, total: counts.total, matched: report.outcomes.matched_external_id, verified,
    ...typeof DecompressionStream === "function" && { packed: await packed(edge, zipped) },
  };
}

/** What `onceThrough` answers for three ids, of which one is known. */
export const EXPECTED = {
  signature: true, requests: 1, ok: true, total: 3, matched: 1, verified: true,
  packed: { removed: ["ann2", "ann"], cut: ["gzip.invalid", "gzip.invalid", "zip.invalid", "zip.invalid"] },
};

/** Each host has an unpacker of its own: what it makes of whole, cut and damaged data. */
export async function packed(edge, zipped) {
  const zip = Uint8Array.from(atob(zipped), (character) => character.charCodeAt(0));
  const stream = new Blob(["ann\nbo\n"]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzip = new Uint8Array(await new Response(stream).arrayBuffer());
  const damaged = (bytes, at) => bytes.map((byte, index) => index === at ? byte ^ 255 : byte);
  const cut = [];
  for (const bytes of [gzip.subarray(0, -9), damaged(gzip, gzip.length - 6), zip.subarray(0, 45), damaged(zip, 14)]) {
    cut.push((await edge.diffCohortStream(new Blob([bytes]), "")).problems[0]?.code);
  }
  const { remove } = await edge.diffCohortStream(new Blob([zip]), new Blob([gzip]));
  const { remove: none } = await edge.diffCohortStream(new Blob([gzip]), new Blob([zip]));
  return { removed: [...remove, ...none], cut };
}

/** What a worker of `kohort/worker` answers, that of a load that is stopped too. */
export async function throughWorker({ Workspace, terminate }) {
  const workspace = await Workspace.create();
  const given = new TextEncoder().encode('{"external_id":"ada"}\n');
  let told = 0;
  await workspace.loadProfiles(given, { transfer: true, onProgress: ({ bytes }) => { told += bytes; } });
  const streamed = await workspace.loadProfiles(new Blob(['{"external_id":"bob"}\n']).stream());
  const stop = new AbortController();
  const stopped = workspace.loadProfiles(new ReadableStream(), { signal: stop.signal }).catch((reason) => reason);
  stop.abort("enough");
  const users = await workspace.userCount, reason = await stopped;
  const waiting = workspace.loadProfiles(new ReadableStream()).catch((error) => error.message);
  terminate();
  return { told, left: given.length, streamed: streamed.loaded, users, reason, ended: /was terminated/.test(await waiting) };
}
export const FROM_WORKER = { told: 22, left: 0, streamed: 1, users: 2, reason: "enough", ended: true };
