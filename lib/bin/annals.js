#!/usr/bin/env node
import { existsSync } from "node:fs";

const entry = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(entry)) {
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error("annals: the library is not built yet");
  console.error("hint: run `npm run build:lib` in the project's root");
  process.exitCode = 1;
}
