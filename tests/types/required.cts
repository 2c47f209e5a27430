// What the types promise to a CommonJS file.
import edge = require("kohort/edge");
import kohort = require("kohort");
import inline = require("kohort/inline");

const check: edge.CohortCheck = edge.checkCohortRequest("{}", { endpoint: "users" });
const same: kohort.CohortCheck = check;
const workspace: Promise<kohort.Workspace> = kohort.Workspace.create();
const other: Promise<kohort.Workspace> = inline.Workspace.create();
export = { same, workspace, other };
