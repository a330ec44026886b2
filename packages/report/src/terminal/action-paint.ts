import type { ActionName } from '@keyreach/core/analysis';
import type { Paint, Palette } from './paint.ts';

/** The colour of an action in a terminal. */
export function actionPaint(action: ActionName, palette: Palette): Paint {
  switch (action) {
    case 'Act':
      return (text) => palette.bold(palette.red(text));
    case 'Attend':
      return palette.yellow;
    case 'Track*':
      return palette.cyan;
    case 'Track':
      return palette.dim;
  }
}
