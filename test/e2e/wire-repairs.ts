import type { WireCall } from './wire-call.ts';

/**
 * Puts into the reply of moto what AWS always gives and moto leaves out; `account` is that of the caller. Other replies
 * stay as they are.
 */
export function repaired(call: WireCall, account: string, body: string): string {
  return call.service === 'iam' && call.action === 'GetCredentialReport' ? withRootRow(body, account) : body;
}

/** A credential report begins with the root user. */
function withRootRow(body: string, account: string): string {
  return body.replace(/<Content>([^<]*)<\/Content>/, (_, content: string) => {
    const [header, ...users] = Buffer.from(content, 'base64').toString('utf8').split('\n');
    const key = 'false,N/A,N/A,N/A,N/A';
    const password = '2026-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true';
    const root = `<root_account>,arn:aws:iam::${account}:root,${password},${key},${key},false,N/A,false,N/A`;
    return `<Content>${Buffer.from([header, root, ...users].join('\n')).toString('base64')}</Content>`;
  });
}
