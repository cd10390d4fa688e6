#!/usr/bin/env node
import { existsSync } from "node:fs";

const entry = new URL("../dist/cli/main.js", import.meta.url);
if (!existsSync(entry)) {
  console.error("annals: the library is not built yet. Run `npm run build:lib` in the project's root.");
  process.exit(1);
}
await import(entry.href);
