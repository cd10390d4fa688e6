import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * Makes the links to the shared libraries that npm cannot pack (`libicuuc.so.60` → `libicuuc.so.60.2`). The
 * package does so in its postinstall script, which `--ignore-scripts` leaves out.
 *
 * Where the folder is read-only nothing is linked: the binaries then fail their probe and are staged elsewhere.
 */
export function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Paths in the list start with `native/`, which a staged copy is not called.
    const link = join(native, relative("native", target));
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (["EACCES", "EPERM", "EROFS"].includes(code)) return;
      if (code !== "EEXIST") throw error;
    }
  }
}
