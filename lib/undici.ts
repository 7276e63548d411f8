export type { AttachOptions, TargetOf, TokenHandle, TokenSource } from './attach/attach-options.js';
export type { ApiAnswer } from './attach/rejection-rule.js';
export { tokenInterceptor } from './attach/undici/token-interceptor.js';
