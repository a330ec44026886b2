import { FALSE, globMatch, literalPrefix, type ResourceLanguage, TRUE } from '@keyreach/core/authz';

/** Resource patterns: none of Google Cloud's policies has any, so they are plain globs over ids for whoever adds some. */
export const gcpResourceLanguage: ResourceLanguage = {
  compile: (pattern) => {
    const prefix = literalPrefix(pattern);
    return {
      prefix,
      ...(prefix.length === pattern.length ? { exact: pattern } : {}),
      all: pattern === '*',
      principalKeys: [],
      matches: (resource) => (globMatch(pattern, resource) ? TRUE : FALSE),
      glob: () => pattern,
    };
  },
};
