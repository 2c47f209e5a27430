// Known users and snapshots: calls that have a module of their own at the edge.
export { diffCohort, diffCohortStream } from "./diff";
export { Directory } from "./directory";
