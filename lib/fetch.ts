export type { AttachOptions, TargetOf, TokenHandle, TokenSource } from './attach/attach-options.js';
export type { AuthorizedFetchOptions } from './attach/fetch/authorized-fetch.js';
export { createAuthorizedFetch } from './attach/fetch/authorized-fetch.js';
export type { ApiAnswer } from './attach/rejection-rule.js';
