// What the types promise to a CommonJS file.
import edge = require("kohort/edge");
import kohort = require("kohort");
import inline = require("kohort/inline");
import vendors = require("kohort/vendors");

const check: edge.CohortCheck = edge.checkCohortRequest("{}", { endpoint: "users" });
const same: kohort.CohortCheck = check;
const workspace: Promise<kohort.Workspace> = kohort.Workspace.create();
const other: Promise<kohort.Workspace> = inline.Workspace.create();
const read: vendors.VendorAnswer = vendors.readVendorPayload("{}", { vendor: "census" });
export = { same, workspace, other, read };
