// What a worker loads that matches against a directory and compares snapshots besides: never run.
import * as edge from "kohort/edge";

export default edge;
