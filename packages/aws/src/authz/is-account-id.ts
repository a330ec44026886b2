/** Whether text is an AWS account id: twelve digits. */
export function isAccountId(text: string): boolean {
  return text.length === 12 && /^\d+$/.test(text);
}
