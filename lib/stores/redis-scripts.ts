import { RedisScript } from './redis-connection.js';

/** Longer records are not read. */
export const MAX_RECORD_LENGTH = 65_536;

/**
 * Others may write anything to Redis, so each type and length is checked. A lease without an end, or with a later end than our
 * longest lease can have, is ignored.
 */
const OWNER_OF = `
local function owner_of(key, longest)
  if redis.call('TYPE', key).ok ~= 'string' or redis.call('STRLEN', key) > 64 then return false end
  local left = redis.call('PTTL', key)
  if left < 0 or left > tonumber(longest) then return false end
  return redis.call('GET', key)
end
`;

/** Microseconds since the epoch, by the clock of Redis. */
const TIME = `
local function time()
  local now = redis.call('TIME')
  return now[1] * 1000000 + now[2]
end
`;

/** The time, and the name of the record's key as Redis has it: clients can be set to put something in front of ours. */
export const LOOK_AT_CLOCK = new RedisScript(`${TIME}
return { time(), KEYS[1] }
`);

/**
 * The record (empty if it is none), how long Redis keeps it (ms; negative without an end), who has the lease, the time, and
 * the name of the record's key.
 */
export const READ = new RedisScript(`${OWNER_OF}${TIME}
local kind = redis.call('TYPE', KEYS[1]).ok
local record = false
if kind ~= 'none' then record = '' end
if kind == 'string' and redis.call('STRLEN', KEYS[1]) <= ${MAX_RECORD_LENGTH} then record = redis.call('GET', KEYS[1]) end
return { record, redis.call('PTTL', KEYS[1]), owner_of(KEYS[2], ARGV[1]), time(), KEYS[1] }
`);

export const TAKE_LEASE = new RedisScript(`${OWNER_OF}
if owner_of(KEYS[2], ARGV[1]) then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
`);

export const EXTEND_LEASE = new RedisScript(`${OWNER_OF}
if owner_of(KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[3])
`);

export const RELEASE_LEASE = new RedisScript(`${OWNER_OF}
if owner_of(KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('DEL', KEYS[2])
`);

export const WRITE = new RedisScript(`${OWNER_OF}
if owner_of(KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
redis.call('DEL', KEYS[2])
return 1
`);
