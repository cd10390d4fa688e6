import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AnnalsConfig, defineConfig } from "../config.ts";
import { AnnalsError } from "../errors.ts";

const names = [
  "annals.config.ts",
  "annals.config.mts",
  "annals.config.js",
  "annals.config.mjs",
  "annals.config.json",
];

/** A configuration file, or the reason why the one that is there could not be loaded. */
export interface LoadedConfig {
  config: AnnalsConfig;
  file?: string;
  unloadable?: string;
}

/**
 * The configuration of the folder: the default export of the first `annals.config.*` in it, checked. None is
 * no error, nor is a TypeScript file that this Node cannot load: who needs the configuration is told then.
 *
 * @throws AnnalsError CONFIG_INVALID
 */
export async function loadConfig(folder: string): Promise<LoadedConfig> {
  const name = names.find((candidate) => existsSync(join(folder, candidate)));
  if (name === undefined) return { config: {} };
  const file = join(folder, name);
  try {
    const loaded = name.endsWith(".json")
      ? JSON.parse(readFileSync(file, "utf8"))
      : ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
    return { config: defineConfig(loaded as AnnalsConfig), file: name };
  } catch (error) {
    const { code, message, hint } = error as { code?: string; message: string; hint?: string };
    if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
      return {
        config: {},
        file: name,
        unloadable: `${name}: Node ${process.version} does not load TypeScript`,
      };
    }
    if (error instanceof AnnalsError) throw new AnnalsError(error.code, `${name}: ${message}`, hint ?? "");
    throw new AnnalsError(
      "CONFIG_INVALID",
      `${name} could not be loaded: ${message}`,
      "Its default export must be what defineConfig({ … }) returns.",
      { cause: error },
    );
  }
}

/** What to do about a file that could not be loaded. */
export const unloadableHint =
  "Run it with tsx (`npx tsx node_modules/annals/bin/annals.js …`) or on Node 22.18 or newer, or name the file annals.config.mjs.";
