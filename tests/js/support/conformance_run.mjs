// Runs conformance cases through a package's calls, in whatever runtime this is.

/** What differs from what is expected, a line each. */
export function differences(kohort, cases) {
  const wrong = [];
  for (const { area, kind, expected, body } of cases) {
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    const answer = judge(kohort, area, bytes, expected.options);
    const wanted = { problems: [], warnings: [], ...expected, ok: kind === "valid" };
    for (const [key, value] of Object.entries(wanted)) {
      if (["file", "rule", "options"].includes(key) || covers(answer[key], value)) continue;
      wrong.push(`${area}/${kind}/${expected.file}: ${key} should be ${JSON.stringify(value)} and is ${JSON.stringify(answer[key])}`);
    }
  }
  return wrong;
}

function judge(kohort, area, bytes, options) {
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
