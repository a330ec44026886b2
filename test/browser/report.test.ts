import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

describe('a report about an estate whose names attack it', () => {
  const names = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    ']]></style></title><svg onload=alert(1)>',
    'a\u202egnp.exe',
  ];
  let directory: string;
  let browser: Browser;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'keyreach-browser-'));
    const users = names.map((name) => ({
      UserName: name,
      Path: '/',
      Arn: `arn:aws:iam::111122223333:user/${name}`,
      Tags: [{ Key: name, Value: name }],
      UserPolicyList: [
        {
          PolicyName: name,
          PolicyDocument: { Statement: [{ Sid: name, Effect: 'Allow', Action: '*', Resource: '*' }] },
        },
      ],
    }));
    writeFileSync(join(directory, 'details.json'), JSON.stringify({ UserDetailList: users, RoleDetailList: [] }));
    const analyze = [command, 'analyze', 'details.json', '--html', 'report.html', '--quiet'];
    execFileSync(process.execPath, analyze, { cwd: directory, stdio: 'pipe' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('shows them as text and runs nothing', async () => {
    const page = await browser.newPage();
    const happened: string[] = [];
    page.on('dialog', (dialog) => {
      happened.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('console', (message) => happened.push(message.text()));
    page.on('request', (request) => happened.push(request.url()));
    const address = pathToFileURL(join(directory, 'report.html')).href;
    await page.goto(address);
    expect(happened).toEqual([address]);
    expect(await page.locator('script, img, iframe, object, embed, link, form').count()).toBe(0);
    const text = await page.locator('body').innerText();
    for (const name of names.slice(0, 4)) expect(text).toContain(name);
    expect(text).toContain('a\\u{202e}gnp.exe');
    await page.close();
  });
});
