/**
 * The backend that several processes share: the rate limiter and the deduplicator on a Redis, or on a server that speaks
 * its protocol and runs Lua scripts.
 *
 * <p>Each operation is one {@link dev.nodash.storage.redis.Script}, which the server runs as one step and in one round
 * trip. Nothing here has to survive: an event is never lost with the Redis, only a count or a check.
 *
 * <p>The limiter and the deduplicator each have a connection of their own. It is to one server: a managed Redis, a
 * failover by name or a proxy is fine; a cluster is only behind an endpoint that routes by itself, since redirections are
 * not followed. The keys are fit for one.
 *
 * <p>Any server serves that runs Lua with {@code cmsgpack}: Redis 6 and newer, and its forks. The user needs the keys
 * {@code nodash:*} and the commands {@code ping}, {@code eval}, {@code evalsha}, {@code time}, {@code get}, {@code set} and
 * {@code del}; with {@code info} too, a server that evicts keys is warned of.
 */
@NullMarked
package dev.nodash.storage.redis;

import org.jspecify.annotations.NullMarked;
