// The engine's side: answers calls that come from a page. Whoever starts a worker of their own
// imports this file there.
import * as kohort from "kohort:entry";
import { CALLS, MEMBERS, TOLD, type Call, type Held } from "./calls";
import { toFault, type Fault, type Hello, type Mark, type Path, type ToEngine, type ToPage } from "./messages";

/** An object of an engine: `reports` of a workspace go with it. */
type Kept = { kind: Held | "report"; value: any; of?: Kept };

/** Thrown in place of an error that the page has. */
class Own { constructor(readonly fault: Fault) {} }

/** Answers what comes through the port of a page's hello. */
export function serve({ port, lock }: Hello): void {
  const kept = new Map<number, Kept>();
  const loads = new Map<number, AbortController>();
  const pulls = new Map<number, (message: ToEngine & { is: "piece" }) => void>();
  let next = 0;
  const say = (message: ToPage, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  const keep = (value: Kept) => (kept.set(++next, value), next);
  const forget = (id: number) => {
    const gone = kept.get(id);
    kept.delete(id);
    gone?.value.free?.();
    for (const [other, { kind, of }] of kept) if (kind === "report" && of === gone) kept.delete(other);
  };

  /** A stream whose pieces stay with the page until they are asked for. */
  function pulled(stream: number): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      pull: controller => new Promise<void>(resolve => {
        pulls.set(stream, ({ piece, failed, wrong }) => {
          pulls.delete(stream);
          // As it is: the call says what is wrong, under the argument's name.
          if (wrong) controller.enqueue(undefined as never);
          else if (failed) controller.error(new Own({ own: "stream", stream }));
          else if (piece) controller.enqueue(piece);
          else controller.close();
          resolve();
        });
        say({ is: "pull", stream });
      }),
      cancel() {
        // A piece may be on its way: a cancelled stream would throw at it.
        pulls.delete(stream);
        say({ is: "cancel", stream });
      },
    });
  }

  function unmarked(id: number, mark: Mark): unknown {
    switch (mark.is) {
      case "held": case "report": return kept.get(mark.id)?.value;
      case "stream": return pulled(mark.id);
      case "transferred": return mark.stream;
      case "signal": {
        const controller = new AbortController();
        loads.set(id, controller);
        return controller.signal;
      }
      case "progress": return (value: unknown) => say({ is: "progress", id, value });
      // What no call takes: so that it is told as where the page calls by itself.
      case "function": return () => {};
      case "symbol": return Symbol();
    }
  }

  async function called({ id, name, on, given, marks }: ToEngine & { is: "call" }): Promise<void> {
    try {
      // Before anything is waited for: the message that aborts this call may be the next one.
      for (const mark of marks) put(given, mark.at, unmarked(id, mark));
      // Until the module runs calls wait here, one behind the other, so that they keep their order.
      if (name !== "init") await kohort.init();
      const target = on === undefined ? undefined : kept.get(on);
      if (on !== undefined && !target) throw new Error("this object is not there any more");
      const call = target ? MEMBERS[target.kind as Held]?.[name] : CALLS[name];
      // The other side may be another version of this package.
      if (!call) throw new Error("the worker does not know this call: is its kohort another version than the page's?");
      if (name === "free") {
        forget(on!);
        return say({ is: "answer", id, value: undefined });
      }
      answered(id, call, target, await run(target?.value, name, call, given));
    } catch (error) {
      say({ is: "error", id, error: error instanceof Own ? error.fault : toFault(error) });
    } finally {
      loads.delete(id);
    }
  }

  function answered(id: number, { answer }: Call, target: Kept | undefined, value: any): void {
    const transfer: Transferable[] = [];
    let held: number | undefined;
    if (answer === "lazy") value = value.toJSON();
    if (answer === "bytes") transfer.push(value.buffer);
    if (answer === "lists" && value.ok) for (const list of [value.add, value.remove]) transfer.push(list.bytes.buffer, list.offsets.buffer);
    if (answer === "ids" && value.ok) transfer.push(value.bytes.buffer, value.offsets.buffer);
    if (answer === "Segment" && value.ok) {
      held = keep({ kind: answer, value: value.segment, of: target! });
      value = { ...value, segment: undefined };
    }
    if (answer === "report" && value.ok) held = keep({ kind: "report", value: value.report ?? value, of: target! });
    if (answer === "Directory" && value.directory) {
      held = keep({ kind: answer, value });
      value = Object.fromEntries(TOLD.map(name => [name, value[name]]));
    } else if (answer === "Workspace" || answer === "CohortChecker" || answer === "SyncGuard") {
      held = keep({ kind: answer, value });
      value = undefined;
    }
    say({ is: "answer", id, value, ...held !== undefined && { held } }, transfer);
  }

  port.onmessage = ({ data }: MessageEvent<ToEngine>) => {
    switch (data.is) {
      case "call": return void called(data);
      case "abort": return loads.get(data.id)?.abort(new Own({ own: "signal" }));
      case "forget": return forget(data.held);
      case "piece": return pulls.get(data.stream)?.(data);
    }
  };
  say({ is: "ready" });
  // What is held goes back when this worker ends, however that comes.
  if (lock) navigator.locks?.request(lock, () => (say({ is: "locked" }), new Promise(() => {}))).catch(() => {});
}

function run(value: any, name: string, { property }: Call, given: unknown[]): unknown {
  if (name === "SyncGuard.create") return new kohort.SyncGuard(...given as []);
  const steps = name.split(".");
  const last = steps.pop()!;
  const owner = steps.reduce((owner, step) => owner[step], value ?? kohort);
  return property ? owner[last] : owner[last](...given);
}

function put(given: any, at: Path, value: unknown): void {
  const owner = at.slice(0, -1).reduce<any>((owner, step) => owner[step], given);
  owner[at[at.length - 1]!] = value;
}
