// The calls of the full module: those of the edge module, answered by this one.
export * from "./edge";
