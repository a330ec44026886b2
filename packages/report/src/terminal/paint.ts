/** Colours a text. */
export type Paint = (text: string) => string;

/** The colours a terminal page uses; `picocolors.createColors()` is one such set. */
export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
}

const same: Paint = (text) => text;

/** No colours. */
export const plainPalette: Palette = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };
