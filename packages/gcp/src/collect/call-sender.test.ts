import type { CollectClock } from '@keyreach/core/collection';
import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, it, vi } from 'vitest';
import { CallSender } from './call-sender.ts';
import type { GoogleCall, GoogleMethod } from './google-call.ts';
import { googleEndpoint } from './google-endpoint.ts';
import type { WireRequest, WireResponse } from './google-transport.ts';

const METHOD: GoogleMethod = {
  name: 'things.list',
  service: 'x.googleapis.com',
  verb: 'GET',
  permissions: ['x.things.list'],
};
const CALL: GoogleCall = { method: METHOD, path: '/v1/things', query: { pageSize: '2' } };

/** A clock that sleeps at once, and says how long. */
function fakeClock(): CollectClock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  let now = 0;
  return {
    slept,
    milliseconds: () => now,
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

const ok = (body: unknown): WireResponse => ({ status: 200, text: JSON.stringify(body) });
const bad = (status: number, name: string, reason?: string, metadata: object = {}): WireResponse => ({
  status,
  text: JSON.stringify({
    error: {
      code: status,
      status: name,
      message: 'Canary',
      details: reason === undefined ? [] : [{ reason, metadata }],
    },
  }),
});

function senderOf(
  answer: (request: WireRequest, index: number) => WireResponse | Promise<WireResponse>,
  more: { readonly signal?: AbortSignal } = {},
) {
  const sent: WireRequest[] = [];
  let renewed = 0;
  const clock = fakeClock();
  const sender = new CallSender({
    transport: {
      send: async (request) => {
        sent.push(request);
        return answer(request, sent.length - 1);
      },
      renew: () => {
        renewed += 1;
      },
    },
    endpoint: undefined,
    concurrency: 4,
    clock,
    random: () => 0.5,
    signal: more.signal ?? new AbortController().signal,
  });
  return { sender, sent, clock, renewed: () => renewed };
}

describe('a call', () => {
  it('waits longer each time it is throttled, and as long as it is told', async () => {
    const throttled = bad(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED');
    const { sender, clock } = senderOf((_, index) =>
      index < 2 ? throttled : index === 2 ? { ...throttled, retryAfter: '7' } : ok({ a: 1 }),
    );
    expect(await sender.send(CALL)).toEqual({ ok: true, reply: { a: 1 } });
    expect(clock.slept).toEqual([750, 1500, 7000]);
  });

  it('is given up after eight tries, however long it is told to wait', async () => {
    const { sender, sent, clock } = senderOf(() => ({ ...bad(503, 'UNAVAILABLE'), retryAfter: '999999' }));
    const result = await sender.send(CALL);
    expect(result).toMatchObject({ ok: false, failed: { kind: 'network', error: 'UNAVAILABLE' } });
    expect(sent.length).toBe(8);
    expect(new Set(clock.slept)).toEqual(new Set([300_000]));
  });

  it('waits until the date it is told, by the clock of the server', async () => {
    const date = 'Mon, 01 Jun 2026 00:00:00 GMT';
    const said = [
      ['Mon, 01 Jun 2026 00:00:09 GMT', date],
      ['Sun, 31 May 2026 00:00:00 GMT', date],
      ['Fri, 01 Jan 2100 00:00:00 GMT', date],
      // No date to count from, and no dates at all: the usual wait.
      ['Mon, 01 Jun 2026 00:00:09 GMT', undefined],
      ['-5', date],
      ['99999999999999999999', date],
    ] as const;
    const { sender, clock } = senderOf((_, index) => {
      const [retryAfter, at] = said[index] ?? [];
      if (retryAfter === undefined) return ok({});
      return { ...bad(503, 'UNAVAILABLE'), retryAfter, ...(at === undefined ? {} : { date: at }) };
    });
    expect(await sender.send(CALL)).toEqual({ ok: true, reply: {} });
    expect(clock.slept).toEqual([9000, 0, 300_000, 6000, 12_000, 300_000]);
  });

  it('counts as unanswered where nothing comes, and lets others have its place', async () => {
    vi.useFakeTimers();
    try {
      const { sender, sent } = senderOf((_, index) => (index < 8 ? new Promise(() => undefined) : ok({ a: 1 })));
      const results = Promise.all(Array.from({ length: 5 }, () => sender.send(CALL)));
      await vi.advanceTimersByTimeAsync(1_000_000);
      for (const result of await results) expect(result).toEqual({ ok: true, reply: { a: 1 } });
      expect(sent.length).toBe(13);
      const never = senderOf(() => new Promise(() => undefined));
      const failed = never.sender.send(CALL);
      await vi.advanceTimersByTimeAsync(8 * 125_000);
      expect(await failed).toMatchObject({ ok: false, failed: { kind: 'network', error: 'no answer' } });
      expect(never.sent.length).toBe(8);
    } finally {
      vi.useRealTimers();
    }
  });

  it('of another client keeps to the same bounds', async () => {
    const { sender, clock } = senderOf(() => ok({}));
    let renewed = 0;
    const renew = (): void => {
      renewed += 1;
    };
    const kinds = ['throttled', 'expired', 'network'] as const;
    let tried = 0;
    const result = await sender.within<number>(async () => {
      const kind = kinds[tried];
      tried += 1;
      return kind === undefined ? { ok: true, reply: 7 } : { ok: false, failed: { kind, error: kind } };
    }, renew);
    expect([result, tried, renewed, clock.slept]).toEqual([{ ok: true, reply: 7 }, 4, 1, [750, 3000]]);
    const expired = async () => ({ ok: false, failed: { kind: 'expired', error: 'code 16' } }) as const;
    await expect(sender.within(expired, renew)).rejects.toMatchObject({ code: 'expired-credentials' });
    const stop = new AbortController();
    const stopped = senderOf(() => ok({}), { signal: stop.signal });
    const hanging = stopped.sender.within(() => new Promise(() => undefined), renew);
    stop.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is not repeated where it is refused', async () => {
    const { sender, sent } = senderOf(() => bad(403, 'PERMISSION_DENIED', 'IAM_PERMISSION_DENIED'));
    expect(await sender.send(CALL)).toMatchObject({
      ok: false,
      failed: { kind: 'denied', error: 'PERMISSION_DENIED (IAM_PERMISSION_DENIED)' },
    });
    expect(sent.length).toBe(1);
  });

  it('tells a service that is switched off from a missing permission, and in which project', async () => {
    const metadata = { service: 'x.googleapis.com', consumer: 'projects/123' };
    const { sender } = senderOf(() => bad(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED', metadata));
    expect(await sender.send(CALL)).toMatchObject({
      ok: false,
      failed: { kind: 'disabled', service: 'x.googleapis.com', consumer: '123' },
    });
    const older = { error: { code: 403, errors: [{ domain: 'usageLimits', reason: 'accessNotConfigured' }] } };
    const storage = senderOf(() => ({ status: 403, text: JSON.stringify(older) })).sender;
    const result = await storage.send(CALL);
    expect(result).toMatchObject({ ok: false, failed: { kind: 'disabled', service: 'x.googleapis.com' } });
    expect(result.ok ? {} : result.failed).not.toHaveProperty('consumer');
  });

  it('asks for one fresh token, and for no second', async () => {
    const once = senderOf((_, index) => (index === 0 ? bad(401, 'UNAUTHENTICATED') : ok({})));
    expect(await once.sender.send(CALL)).toEqual({ ok: true, reply: {} });
    expect(once.renewed()).toBe(1);
    const always = senderOf(() => bad(401, 'UNAUTHENTICATED'));
    await expect(always.sender.send(CALL)).rejects.toMatchObject({ code: 'expired-credentials' });
    expect([always.renewed(), always.sent.length]).toEqual([1, 2]);
  });

  it('never repeats what a message of an API says', async () => {
    const { sender } = senderOf(() => bad(418, 'I am no name of a status Canary'));
    expect(JSON.stringify(await sender.send(CALL))).not.toContain('Canary');
  });

  it('ends at once where the collection is cancelled, whatever the transport does', async () => {
    const stop = new AbortController();
    const { sender } = senderOf(() => new Promise(() => undefined), { signal: stop.signal });
    const sent = sender.send(CALL);
    stop.abort();
    await expect(sent).rejects.toBeInstanceOf(KeyreachError);
    await expect(sender.send(CALL)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('keeps to the quota of its method', async () => {
    const { sender, clock } = senderOf(() => ok({}));
    const call = { ...CALL, method: { ...METHOD, perMinute: 60 } };
    await Promise.all(Array.from({ length: 63 }, () => sender.send(call)));
    expect(clock.slept).toEqual([1000, 1000, 1000]);
  });
});

describe('a list', () => {
  it('has every page, and is empty where the reply is', async () => {
    const { sender, sent } = senderOf((_, index) =>
      index === 0 ? ok({ things: [{ a: 1 }], nextPageToken: 't&1' }) : ok({ things: [{ a: 2 }] }),
    );
    expect(await sender.list(CALL, 'things')).toEqual({ items: [{ a: 1 }, { a: 2 }] });
    expect(sent.map(({ url }) => url)).toEqual([
      'https://x.googleapis.com/v1/things?pageSize=2',
      'https://x.googleapis.com/v1/things?pageSize=2&pageToken=t%261',
    ]);
    expect(await senderOf(() => ok({})).sender.list(CALL, 'things')).toEqual({ items: [] });
  });

  it('fails where a token repeats, and where it is no list, with what came before', async () => {
    const endless = await senderOf(() => ok({ things: [{ a: 1 }], nextPageToken: 'again' })).sender.list(
      CALL,
      'things',
    );
    expect(endless.items.length).toBe(2);
    expect(endless.failed).toMatchObject({ kind: 'other', error: 'a page token that repeats' });
    const odd = await senderOf(() => ok({ things: [{ a: 1 }, 'x'] })).sender.list(CALL, 'things');
    expect([odd.items, odd.failed?.kind]).toEqual([[{ a: 1 }], 'other']);
  });
});

it.each([
  'https://127.0.0.1:1',
  'http://example.com',
  'http://127.0.0.1:1/x',
  'http://a@127.0.0.1',
  'http://127.0.0.1.evil.example',
  'x',
])('takes no endpoint such as `%s`', (text) => {
  expect(() => googleEndpoint(text)).toThrow(KeyreachError);
});

it('takes an endpoint on this machine', () => {
  expect(googleEndpoint('http://127.0.0.1:8080')).toEqual({ host: '127.0.0.1', port: 8080 });
});
