/**
 * Events and users as files of JSON lines that any tool can read, durable at the answer. One process owns a folder; the
 * operating system is behind {@link dev.nodash.storage.flatfile.Disk}, so that a test can cut its power.
 */
@NullMarked
package dev.nodash.storage.flatfile;

import org.jspecify.annotations.NullMarked;
