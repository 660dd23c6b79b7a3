/**
 * The ports: what ingestion asks of a store, by role. One package beneath for each backend; a backend knows this
 * package, the model and its own driver, never another backend.
 */
@NullMarked
package dev.nodash.storage;

import org.jspecify.annotations.NullMarked;
