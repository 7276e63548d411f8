export type { StoredState, StoredToken, TokenStore } from './ground/token-store.js';
export type { IoredisLike, NodeRedisLike, RedisClient } from './stores/redis-connection.js';
export type { RedisTokenStoreOptions } from './stores/redis-token-store.js';
export { RedisTokenStore } from './stores/redis-token-store.js';
export type { SealingKey, SealingKeySource } from './stores/sealing-keys.js';
