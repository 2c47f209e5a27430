// The calls of the full module: those of the edge module, answered by this one, and the workspace.
export * from "./edge";
export { Workspace } from "./workspace";
