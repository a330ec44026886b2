import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from './chromium.ts';

const command = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

describe('the HTML report of the sample estate', () => {
  let directory: string;
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let requests: string[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'keyreach-browser-'));
    execFileSync(process.execPath, [command, 'demo'], { cwd: directory, stdio: 'pipe' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.newPage();
    problems = [];
    requests = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(directory, 'report.html')).href);
  });
  afterEach(async () => {
    await page.close();
  });

  it('loads without an error and with nothing from outside the file', async () => {
    expect(await page.title()).toMatch(/keyreach/i);
    expect(await page.locator('h1').first().innerText()).not.toBe('');
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([]);
  });

  it.each([
    ['desktop', 1280],
    ['phone', 390],
  ])('fits the width of a %s', async (_name, width) => {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('says its text without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(page.url());
    expect((await plain.locator('body').innerText()).length).toBeGreaterThan(200);
    await context.close();
  });
});
