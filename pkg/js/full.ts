// The calls of the full module: those of the edge entry, answered by this one, and the workspace.
export * from "./edge";
export * from "./known";
export { checkSegment, Segment } from "./segment";
export { Workspace } from "./workspace";
