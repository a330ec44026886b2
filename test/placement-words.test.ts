import { can } from '@keyreach/core/authz';
import { labelsOfGraph, plainPalette, verdictPage } from '@keyreach/report';
import { describe, expect, test } from 'vitest';
import { memberOf, TreeEstate } from '../packages/core/src/authz/testing/tree-estate.ts';

const GET = 'doc.items.get';

function estate(): TreeEstate {
  return new TreeEstate()
    .scope('org', undefined, { attributes: { denyUnread: true } })
    .scope('shop', 'org')
    .resource('item', 'shop')
    .identity('ann', 'user')
    .identity('devs', 'group')
    .edge('member-of', 'ann', 'devs')
    .role('reader', [GET]);
}

/** The page about `ann` reading `item`, with line breaks taken out of paragraphs. */
function page(built: TreeEstate): string {
  const model = built.model();
  const answer = can(model, { principal: 'ann', action: GET, resource: 'item', now: 0 });
  const view = { width: 400, palette: plainPalette, labels: labelsOfGraph(model.graph) };
  return verdictPage({ principal: 'ann', action: GET, resource: 'item', answer }, view, { everything: true });
}

describe('a verdict without zones, in words', () => {
  test('names role, member, place and condition of the binding that allows', () => {
    const text = page(
      estate().bind('reader', 'org', [memberOf('devs')], { name: 'office hours', condition: { is: 3 } }),
    );
    expect(text).toContain(
      'allowed by custom role reader given to group devs on folder org, under condition "office hours"',
    );
    expect(text).toContain('deny policies of `org` were not collected; none is taken to apply');
    expect(text).not.toMatch(/account|statement|policy of/);
  });

  test('says what is missing: a role on the target or above it', () => {
    const text = page(estate().bind('reader', 'shop', [memberOf('bob')]));
    expect(text).toContain('denied: nothing granted on item or above it lets the user in');
    expect(text).toContain(`a role with ${GET} for user ann, or a group it is in, on item or above it`);
    expect(text).not.toMatch(/account|service control/);
  });

  test('names the deny', () => {
    const everyone = { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] } as const;
    const text = page(
      estate()
        .bind('reader', 'shop', [memberOf('ann')])
        .deny('org', [GET], everyone),
    );
    expect(text).toContain('denied: deny policy deny 1, statement 1 on folder org denies it, whatever else allows it');
  });

  test('names the boundary that stops it', () => {
    const text = page(
      estate()
        .bind('reader', 'shop', [memberOf('ann')])
        .boundary('ann', 'identity-guard', { is: 0 }),
    );
    expect(text).toContain('boundary 1');
    expect(text).toContain('does not allow it');
  });

  test('says that nobody knows who is in a group', () => {
    const built = estate()
      .identity('closed', 'group', { attributes: { membersUnread: true } })
      .bind('reader', 'shop', [memberOf('closed')]);
    expect(page(built)).toContain('the input does not tell for sure who is in `closed`');
  });
});
