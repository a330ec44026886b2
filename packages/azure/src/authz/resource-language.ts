import { FALSE, globMatch, literalPrefix, type ResourceLanguage, TRUE } from '@keyreach/core/authz';

/** Resource patterns: no policy of Azure has any, so they are plain globs over ids for whoever adds some. */
export const azureResourceLanguage: ResourceLanguage = {
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
