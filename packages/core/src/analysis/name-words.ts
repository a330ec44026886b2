/**
 * The words of a name or a tag value in lower case: split at `- _ . / :`, at white space and at case, so `myProdDb`,
 * `PRODDb` and `my-prod_db` all hold the word `prod`, and `product` does not (findings 6.2).
 */
export function nameWords(text: string): readonly string[] {
  return text
    .slice(0, longest)
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[-_./:\s]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** Names and tag values are shorter in every cloud; what comes after is not looked at. */
const longest = 2048;
