// W6's bound: a worker that reads the body, looks at nothing, and answers as the others do.

import { worker } from "./frame.mjs";

const counts = { received: 1000, sent: 1000, adds: 500, removes: 500, duplicates: 0, conflicts: 0, empty: 0, requests: 1, bytes: 1 };

export default worker(() => ({ status: 200, code: "page.planned", counts }));
