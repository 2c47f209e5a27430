// Once through, and the conformance data: what shows that a bundle is whole.
import conformance from "./conformance.mjs";
import once from "./once.mjs";

export default async (edge, full, given) => ({ once: await once(edge, full, given), conformance: await conformance(edge, full, given) });
