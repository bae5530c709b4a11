// The browser that drives the workbench: the system's own Chromium.
import { existsSync } from "node:fs";
import { runProgram } from "./process";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export type Chromium = { readonly path: string } | { readonly missing: string };

/**
 * Finds Chromium, or installs it through apt-get where this process may.
 * Set CHROMIUM to the path of another build to use that one.
 * @returns the executable, or why there is none and what to do about it
 */
export async function findChromium(log: (message: string) => void = console.log): Promise<Chromium> {
  const chosen = process.env["CHROMIUM"];
  if (chosen)
    return existsSync(chosen) ? { path: chosen } : { missing: `CHROMIUM names ${chosen}, which does not exist.` };

  const installed = usualPlaces.find((path) => existsSync(path));
  if (installed) return { path: installed };

  const advice = "Install it (Debian: apt-get install chromium) or set CHROMIUM to its path.";
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return { missing: `Chromium is not installed. ${advice}` };

  log("Installing Chromium (apt-get) …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const lock = ["-o", "DPkg::Lock::Timeout=600"];
  const update = await runProgram("apt-get", [...lock, "update"], { env });
  const packages = ["--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"];
  const install = await runProgram("apt-get", [...lock, "install", ...packages], { env });
  const path = usualPlaces.find((place) => existsSync(place));
  if (path) return { path };
  return {
    missing: `Chromium is not installed, and apt-get could not install it. ${advice}\n${update.output}${install.output}`,
  };
}
