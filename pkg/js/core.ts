// What the entry files of all runtimes share: the calls, and under names with a `$` what starts them.
export * from "kohort:calls";
export { start as $start, startSync as $startSync, started as $started, checked as $checked, imports as $imports, setLoader as $setLoader, startLate as $startLate, others as $others } from "./engine";
