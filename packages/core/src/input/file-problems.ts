import type { Gap } from '../graph/model.ts';
import type { Report } from './shape.ts';

/** Most problems listed for one file; a file of another shape has as many as it has elements. */
const maxProblems = 100;

/** The problems of one file, to be made into gaps once the account it belongs to is known. */
export class FileProblems {
  readonly #what: string;
  readonly file: string;
  readonly #whys: string[] = [];
  #count = 0;

  /** `what`: what the file would have told; `file`: its path, as messages show it. */
  constructor(what: string, file: string) {
    this.#what = what;
    this.file = file;
  }

  /** See {@link Report}. */
  readonly report: Report = (where, expected) => {
    this.line(where === '' ? `expected ${expected}` : `${where.replace(/^\./, '')}: expected ${expected}`);
  };

  /** Adds a problem in its own words. */
  line(why: string): void {
    this.#count += 1;
    if (this.#whys.length < maxProblems) this.#whys.push(why);
  }

  /** One gap for each problem; past a hundred, one that counts the rest. `fix`: what to run for the whole file. */
  gaps(scope: string, fix?: string): readonly Gap[] {
    const more = this.#count - this.#whys.length;
    const whys = more === 0 ? this.#whys : [...this.#whys, `and ${more} more problems in this file`];
    return whys.map((why) => ({
      scope,
      what: this.#what,
      why,
      ...(fix === undefined ? {} : { fix }),
      file: this.file,
      kind: 'bad-input',
    }));
  }
}
