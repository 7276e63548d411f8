export type { AttachOptions, TargetOf, TokenHandle, TokenSource } from './attach/attach-options.js';
export { tokenInterceptor } from './attach/undici/token-interceptor.js';
