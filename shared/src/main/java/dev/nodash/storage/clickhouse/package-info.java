/**
 * The backend for analysis at scale: events in ClickHouse, a table that replaces repeated rows and a view that shows each
 * event once, whether the engine has replaced the repetition yet or not.
 */
@NullMarked
package dev.nodash.storage.clickhouse;

import org.jspecify.annotations.NullMarked;
