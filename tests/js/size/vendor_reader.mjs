// What a receiver of other vendors' payloads loads: bundled and measured, never run.
import { readVendorPayload } from "kohort/vendors";

export default { calls: [readVendorPayload] };
