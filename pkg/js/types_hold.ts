// Holds the calls to the types that are written by hand. For tsc alone: nothing imports it.
import * as edge from "./edge";
import * as full from "./full";
import * as known from "./known";
import type * as Edge from "../edge";
import type * as Full from "../types";

({ ...edge, ...known }) satisfies Omit<typeof Edge, "init">;
full satisfies Omit<typeof Full, "init" | "Workspace" | "Segment">;
full.Workspace.create satisfies (options?: Full.WorkspaceOptions) => Promise<Full.Workspace>;
full.Segment.prototype satisfies Full.Segment;
