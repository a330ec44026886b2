import type { Action, ActionName } from '@keyreach/core/analysis';
import { type Html, html } from './html.ts';

const classes: Readonly<Record<ActionName, string>> = {
  Act: 'act',
  Attend: 'attend',
  'Track*': 'trackstar',
  Track: 'track',
};

/** An action with its colour, and what it could be where that is not the same. */
export function actionBadge({ lo, hi }: Action): Html {
  const could = lo === hi ? undefined : html` <span class="could">could be ${hi}</span>`;
  return html`<span class="badge ${classes[lo]}">${lo}</span>${could}`;
}
