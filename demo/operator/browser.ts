import { spawn } from "node:child_process";

const openers: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
  linux: ["xdg-open"],
};

/** Opens the page, where there is a screen to open it on. That it does not work is no failure of the demo. */
export function openBrowser(url: string): void {
  const [command, ...args] = openers[process.platform] ?? [];
  const noScreen = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  if (!command || noScreen || process.env.CI || !process.stdout.isTTY) return;
  const child = spawn(command, [...args, url], { detached: true, stdio: "ignore" });
  child.on("error", () => {}); // no such program: the address is on the screen
  child.unref();
}
