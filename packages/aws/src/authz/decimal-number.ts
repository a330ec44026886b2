const DECIMAL = /^[+-]?\d{1,300}(\.\d{1,300})?$/;

/** Reads the numbers of numeric operators (aws.md 1.11): decimal integers and fractions; undefined for anything else. */
export function decimalNumber(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}
