/** The environments that names and tags can tell; a configuration may name others. */
export type KnownEnvironment = 'prod' | 'non-prod' | 'vendor';

/**
 * Words that name an environment (findings 6.2), each as the sequence {@link nameWords} makes of it. The longest that
 * begins at a word counts and uses its words up, so that `non-prod` does not hold `prod`. `none`: words that look like an
 * environment and are none.
 */
export const environmentTokens: readonly {
  readonly words: readonly string[];
  readonly environment: KnownEnvironment | 'none';
}[] = [
  ...rows('non-prod', 'nonprod,non prod,preprod,pre prod,staging,stage,stg,uat,qa,test,tst,dev,development'),
  ...rows('non-prod', 'sandbox,sand box,sbx,lab'),
  ...rows('prod', 'prod,production,prd,live'),
  ...rows('vendor', 'vendor,partner,external'),
  // (project): the other spellings of prod after non and pre. Read word by word they would be prod.
  ...rows('non-prod', 'nonproduction,non production,nonprd,non prd,non live,not prod,not production'),
  ...rows('non-prod', 'preproduction,pre production,preprd,pre prd'),
  // (project): a trade, not a place.
  ...rows('none', 'dev ops,dev sec ops'),
];

function rows(
  environment: KnownEnvironment | 'none',
  tokens: string,
): readonly { readonly words: readonly string[]; readonly environment: KnownEnvironment | 'none' }[] {
  return tokens.split(',').map((token) => ({ words: token.split(' '), environment }));
}
