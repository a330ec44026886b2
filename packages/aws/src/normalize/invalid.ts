/** Why part of a policy text is not valid. Names the element, never its content. */
export class Invalid {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}
