/**
 * Events and users in PostgreSQL, as two tables of one schema. One {@link dev.nodash.storage.postgres.PostgresDatabase}
 * holds the connections of both stores.
 */
@NullMarked
package dev.nodash.storage.postgres;

import org.jspecify.annotations.NullMarked;
