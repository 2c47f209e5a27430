// A small stand-in for Braze's two cohort endpoints, so that the demo can show a whole journey
// without an account. It follows Braze's error table and the matching rules of its cohort page.
//
// It is written without kohort, with plain Maps and Sets, so that it is a second opinion: the demo
// ends by comparing what both say.
import { createServer } from "node:http";
import { once } from "node:events";

const MAX_BODY_BYTES = 8 << 20;
const IDS_PER_REQUEST = 1_000;

const CHANGES =
  "cohort_changes must be an array of objects, each with user_ids and/or device_ids as arrays of strings, or an aliases object";

/** The lines of Braze's error table that this stand-in can answer with. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Starts the stand-in on a loopback port.
 *
 * users: profiles as Braze exports them. partnerApiKey and dataImportKey: what a request must
 * carry. partners: who is enabled for this customer.
 */
export async function startBraze({ users, partnerApiKey, dataImportKey, partners = ["heap"], port = 0 }) {
  const directory = readDirectory(users);
  const cohorts = new Map();
  const requests = [];
  const failures = [];

  async function answer(request) {
    const route = /^\/partners\/([a-z0-9_-]{1,64})\/cohorts(\/users)?$/.exec(request.url);
    if (!route) throw new Refusal(404, "Not Found");
    if (request.method !== "POST") throw new Refusal(405, "Method Not Allowed");
    const [, partner, usersEndpoint] = route;
    const body = parse(await read(request));
    const ids = usersEndpoint ? countIds(body.cohort_changes) : 0;
    try {
      if (failures.length) throw failures.shift();
      authenticate(body, partner);
      check(body, Boolean(usersEndpoint));
      // Only now, with nothing left that can be refused, does anything change.
      const cohort = cohortOf(partner, body.cohort_id);
      if (usersEndpoint) applyChanges(cohort, body.cohort_changes, directory);
      else Object.assign(cohort, { name: body.name, createdAt: body.created_at });
      requests.push({ path: request.url, status: 201, ids });
    } catch (fault) {
      requests.push({ path: request.url, status: fault.status ?? 500, ids });
      throw fault;
    }
  }

  function authenticate(body, partner) {
    if (body.partner_api_key !== partnerApiKey) throw new Refusal(401, "Invalid Partner API key");
    if (body.client_secret !== dataImportKey) throw new Refusal(401, "Invalid client secret");
    // Braze's own message holds the secret. A worker must not pass it on.
    if (!partners.includes(partner))
      throw new Refusal(401, `Partner not enabled for client with client secret: ${body.client_secret}`);
  }

  // A cohort that is first seen in a users request is called by its id until it gets a name.
  function cohortOf(partner, id) {
    const key = JSON.stringify([partner, id]);
    if (!cohorts.has(key)) cohorts.set(key, { name: id, createdAt: undefined, members: new Set() });
    return cohorts.get(key);
  }

  const server = createServer(async (request, response) => {
    let status = 201;
    let message = "success";
    try {
      await answer(request);
    } catch (fault) {
      status = fault.status ?? 500;
      message = fault instanceof Refusal ? fault.message : "Internal Server Error";
    }
    response.writeHead(status, {
      "content-type": "application/json",
      "x-ratelimit-limit": "250000",
      "x-ratelimit-remaining": String(250_000 - requests.length),
      "x-ratelimit-reset": String(Math.ceil(Date.now() / 3_600_000) * 3_600),
    });
    response.end(JSON.stringify({ message }));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** What came in, in order: { path, status, ids }. */
    requests,
    /** The users of a cohort as a Set of braze_id. */
    members: (partner, cohortId) =>
      new Set(cohorts.get(JSON.stringify([partner, cohortId]))?.members),
    cohortName: (partner, cohortId) => cohorts.get(JSON.stringify([partner, cohortId]))?.name,
    /** Answers the next request with this fault instead. */
    failNext: (status, message) => failures.push(new Refusal(status, message)),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The body's bytes, of which no more than the limit are kept. */
async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Refusal(413, "Payload too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes) {
  let body;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    body = null;
  }
  if (!isObject(body)) throw new Refusal(400, "The body must be a valid JSON object");
  return body;
}

function check(body, usersEndpoint) {
  if (typeof body.cohort_id !== "string") throw new Refusal(400, "cohort_id must be a valid string");
  if (usersEndpoint) {
    if (!Array.isArray(body.cohort_changes) || !body.cohort_changes.every(isChange))
      throw new Refusal(400, CHANGES);
    if (countIds(body.cohort_changes) > IDS_PER_REQUEST)
      throw new Refusal(400, "Only 1,000 user_ids, device_ids, and aliases are allowed per request");
    return;
  }
  if (typeof body.name !== "string" || body.name === "") throw new Refusal(400, "name must be a non-empty string");
  if (typeof body.created_at !== "string" || !/^\d{4}-\d\d-\d\d/.test(body.created_at) || Number.isNaN(Date.parse(body.created_at)))
    throw new Refusal(400, "created_at must be a valid time as an ISO-8601 string");
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isStrings = (value) => Array.isArray(value) && value.every((id) => typeof id === "string");
const isAlias = (value) =>
  isObject(value) && typeof value.alias_name === "string" && typeof value.alias_label === "string";
const aliasesOf = (change) => [change.aliases ?? []].flat();

function isChange(change) {
  if (!isObject(change)) return false;
  const { user_ids, device_ids, aliases, should_remove } = change;
  return (
    (user_ids !== undefined || device_ids !== undefined || aliases !== undefined) &&
    (user_ids === undefined || isStrings(user_ids)) &&
    (device_ids === undefined || isStrings(device_ids)) &&
    (aliases === undefined || (aliases !== null && aliasesOf(change).every(isAlias))) &&
    (should_remove === undefined || typeof should_remove === "boolean")
  );
}

/** All ids of a request: repeats count too. */
function countIds(changes) {
  if (!Array.isArray(changes)) return 0;
  return changes
    .filter(isObject)
    .reduce((sum, change) => sum + (change.user_ids?.length ?? 0) + (change.device_ids?.length ?? 0) + aliasesOf(change).length, 0);
}

/** Who can be found by what. */
function readDirectory(users) {
  const byExternalId = new Map();
  const byAlias = new Map();
  const byDevice = new Map();
  for (const user of users) {
    if (user.external_id) byExternalId.set(user.external_id, user.braze_id);
    for (const { alias_name, alias_label } of user.user_aliases ?? [])
      byAlias.set(JSON.stringify([alias_name, alias_label]), user.braze_id);
    // A device finds an anonymous user only: whoever has an external_id is found by that.
    if (user.external_id) continue;
    const devices = [...(user.devices ?? []), ...(user.push_tokens ?? [])];
    for (const id of new Set(devices.flatMap((device) => [device.device_id, device.idfv]))) {
      if (id) byDevice.set(id, [...(byDevice.get(id) ?? []), user.braze_id]);
    }
  }
  return {
    *find(change) {
      for (const id of change.user_ids ?? []) yield byExternalId.get(id);
      for (const id of change.device_ids ?? []) {
        const owners = byDevice.get(id) ?? [];
        yield owners.length === 1 ? owners[0] : undefined;
      }
      for (const { alias_name, alias_label } of aliasesOf(change))
        yield byAlias.get(JSON.stringify([alias_name, alias_label]));
    },
  };
}

/** Applies the changes in their order, so that the last one wins. Who is unknown is passed over. */
function applyChanges(cohort, changes, directory) {
  for (const change of changes) {
    for (const user of directory.find(change)) {
      if (user === undefined) continue;
      if (change.should_remove) cohort.members.delete(user);
      else cohort.members.add(user);
    }
  }
}
