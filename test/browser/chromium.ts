import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/**
 * Starts the installed chromium without a window. `KEYREACH_CHROMIUM` names another executable.
 * Throws, with what to do, where there is none: a browser suite that quietly skips would prove nothing.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['KEYREACH_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`no chromium at \`${executablePath}\`: install it or set KEYREACH_CHROMIUM to its path`);
  }
  // Chromium refuses its sandbox to root, which is who runs most CI containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
