/**
 * The line that every request walks, step by step: Route, Validate, Authenticate, RateLimit, Deduplicate, Store, Respond.
 * No framework and no driver.
 */
@NullMarked
package dev.nodash.middleware;

import org.jspecify.annotations.NullMarked;
