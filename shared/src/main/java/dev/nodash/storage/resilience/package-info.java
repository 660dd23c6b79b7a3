/** What stands between the line and an engine that may be away: circuit breakers, and what goes on without an answer. */
@NullMarked
package dev.nodash.storage.resilience;

import org.jspecify.annotations.NullMarked;
