// Preloaded into a program that must ask nobody: it ends where it begins to connect.
"use strict";
const { Socket } = require("node:net");
const { writeSync } = require("node:fs");

Socket.prototype.connect = () => {
  writeSync(2, "a connection was asked for\n");
  process.exit(70);
};
