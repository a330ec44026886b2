import { describe, expect, it } from 'vitest';
import { ownSession } from './account-session.ts';
import { CallSender } from './call-sender.ts';
import type { AwsCall } from './calls.ts';
import type { ServiceClient } from './sdk-clients.ts';
import { awsError } from './testing/fake-aws.ts';

const LIST: AwsCall = { service: 'sns', command: 'ListTopics', action: 'sns:ListTopics', region: 'eu-west-1' };

const never = (): Promise<never> => new Promise(() => undefined);

function sessionOf(send: (service: string, region: string | undefined) => Promise<unknown>) {
  const clients = async (service: string, { region }: { readonly region?: string }): Promise<ServiceClient> => ({
    send: () => send(service, region),
  });
  return ownSession({ clients, region: undefined });
}

describe('a call that hangs', () => {
  it('ends at once where the collection is cancelled, also before its client is there', async () => {
    for (const session of [sessionOf(never), ownSession({ clients: never, region: undefined })]) {
      const stop = new AbortController();
      const sender = new CallSender({ concurrency: 1, signal: stop.signal });
      const sent = sender.send(session, LIST);
      setTimeout(() => stop.abort(), 10);
      await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
    }
  });

  it('fails in the end like a network that is gone', async () => {
    const sender = new CallSender({ concurrency: 1, signal: new AbortController().signal, longest: 10 });
    expect(await sender.send(sessionOf(never), LIST)).toEqual({
      ok: false,
      failed: { call: LIST, error: 'TimeoutError', kind: 'network' },
    });
  });
});

describe('credentials that a region does not know', () => {
  const sender = () => new CallSender({ concurrency: 2, signal: new AbortController().signal });

  it('have not ended where AWS knows them elsewhere', async () => {
    const session = sessionOf(async (service) => {
      if (service === 'sts') return {};
      throw awsError('InvalidClientTokenId', 403);
    });
    expect(await sender().send(session, LIST)).toMatchObject({ ok: false, failed: { kind: 'other' } });
  });

  it('have ended where nobody does, and where the reply says so', async () => {
    const unknown = sessionOf(async () => {
      throw awsError('InvalidClientTokenId', 403);
    });
    await expect(sender().send(unknown, LIST)).rejects.toMatchObject({ code: 'expired-credentials' });
    const ended = sessionOf(async (service) => {
      if (service === 'sts') return {};
      throw awsError('ExpiredToken', 403);
    });
    await expect(sender().send(ended, LIST)).rejects.toMatchObject({ code: 'expired-credentials' });
  });
});

describe('a service that has no name in a region', () => {
  const called = (service: string) => {
    const session = sessionOf(async (asked) => {
      if (asked === 'sts') return {};
      throw awsError('ENOTFOUND');
    });
    const call = { service, command: 'List', action: `${service}:List`, region: 'eu-west-1' };
    return new CallSender({ concurrency: 1, signal: new AbortController().signal }).send(session, call);
  };

  it('is not there, but for those that every region has', async () => {
    expect(await called('apprunner')).toMatchObject({ failed: { kind: 'not-available' } });
    for (const service of ['kms', 'sqs']) expect(await called(service)).toMatchObject({ failed: { kind: 'network' } });
  });
});

describe('pages', () => {
  const paging = { reply: 'Marker', request: 'Marker' };
  const pages = (reply: object) =>
    new CallSender({ concurrency: 1, signal: new AbortController().signal }).pages(
      sessionOf(async () => reply),
      LIST,
      paging,
    );

  it.each([{ IsTruncated: true }, { Truncated: true, Marker: '' }])(
    'that go on without saying where (%o) are not whole',
    async (reply) => {
      expect(await pages(reply)).toMatchObject({ replies: [reply], failed: { error: 'MissingToken', kind: 'other' } });
    },
  );

  it.each([{}, { IsTruncated: false, Marker: 'x' }, { Truncated: false }])('that end (%o) are whole', async (reply) => {
    expect(await pages(reply)).toEqual({ replies: [reply] });
  });
});
