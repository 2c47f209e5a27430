// Runs conformance cases through a package's calls, in whatever runtime this is.

/** What differs from what is expected, a line each. */
export function differences(kohort, cases) {
  return cases.flatMap((given) => differing(given, judge(kohort, given.area, bytesOf(given), given.expected.options)));
}

/** The same for what is loaded, by an entry that has workspaces. */
export async function loadDifferences(kohort, cases) {
  const wrong = [];
  for (const given of cases) wrong.push(...differing(given, await load(kohort, bytesOf(given), given.expected)));
  return wrong;
}

function bytesOf({ body }) {
  return Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
}

function differing({ area, kind, expected }, answer) {
  const wrong = [];
  const wanted = { problems: [], warnings: [], ...expected, ok: kind === "valid" };
  for (const [key, value] of Object.entries(wanted)) {
    if (["file", "rule", "options", "before"].includes(key)) continue;
    // Of a profile nothing more is to be there.
    if (covers(answer[key], value) && (key !== "profiles" || covers(value, answer[key]))) continue;
    wrong.push(`${area}/${kind}/${expected.file}: ${key} should be ${JSON.stringify(value)} and is ${JSON.stringify(answer[key])}`);
  }
  return wrong;
}

async function load(kohort, bytes, { options, before, profiles }) {
  const workspace = await kohort.Workspace.create();
  try {
    if (before !== undefined) await workspace.loadProfiles(before, { asOf: options?.asOf });
    const answer = await workspace.loadProfiles(bytes, options);
    const users = (profiles ?? []).map(({ external_id, user_aliases }) => workspace.profile(external_id === undefined ? { alias: user_aliases[0] } : { external_id }));
    const { loaded, updated, rejected, covered } = answer;
    // Others are more than is expected.
    while (users.length < workspace.userCount) users.push(undefined);
    return { ...answer, counts: { loaded, updated, rejected, covered }, profiles: users };
  } finally {
    workspace.free();
  }
}

function judge(kohort, area, bytes, options) {
  if (area === "vendors") {
    const answer = kohort.readVendorPayload(bytes, options);
    const lists = ({ add, remove, members }) => ({ add: add && [...add], remove: remove && [...remove], members: members && [...members] });
    return answer.ok ? { ...answer, sources: answer.sources.map((source) => ({ ...source, ...lists(source) })) } : answer;
  }
  if (area !== "heap") return kohort.checkCohortRequest(bytes, { endpoint: area, ...options });
  const answer = kohort.readHeapWebhook(bytes, options);
  return answer.ok ? { ...answer, add: [...answer.add], remove: [...answer.remove] } : answer;
}

/** Lists must be of one length; objects may say more than is expected. */
export function covers(answer, expected) {
  if (Array.isArray(expected)) {
    return Array.isArray(answer) && answer.length === expected.length && expected.every((value, index) => covers(answer[index], value));
  }
  if (expected && typeof expected === "object") {
    return Object.entries(expected).every(([key, value]) => covers(answer?.[key], value));
  }
  return (answer ?? null) === (expected ?? null);
}
