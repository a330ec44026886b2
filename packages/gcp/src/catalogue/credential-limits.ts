/** Storage keys (HMAC) sign requests of Cloud Storage and of nothing else (gcp.md 2). */
export const STORAGE_KEY_ACTIONS: readonly string[] = ['storage.*'];

/** API keys act as the account they are bound to on the one API that takes bound keys (gcp.md 2). */
export const BOUND_KEY_ACTIONS: readonly string[] = ['aiplatform.*'];
