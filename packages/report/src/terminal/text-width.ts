/** East Asian wide and fullwidth characters and emoji: two columns of a terminal. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const combining = /^\p{M}$/u;

/** Columns a text takes in a terminal. Marks that combine with the character before them take none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/**
 * Breaks a text into lines of at most `width` columns, at spaces; a word that is longer, an id say, stays whole where
 * `keepWords` is set, so that it can be copied, and is cut otherwise.
 */
export function wrapText(text: string, width: number, keepWords: boolean): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const pieces = keepWords ? [word] : cut(word, width);
    for (const [index, piece] of pieces.entries()) {
      const wanted = textWidth(piece);
      const joined = index === 0 && line !== '' ? used + 1 + wanted : wanted;
      if (line !== '' && (index > 0 || joined > width)) {
        lines.push(line);
        line = piece;
        used = wanted;
      } else {
        line = line === '' ? piece : `${line} ${piece}`;
        used = joined;
      }
    }
  }
  return [...lines, line];
}

function cut(word: string, width: number): readonly string[] {
  if (textWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const next = characterWidth(character);
    if (used + next > width && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += next;
  }
  return [...pieces, piece];
}
