/** Segment's SDK for Java, sending to Nodash. */
@NullMarked
package dev.nodash.clients;

import org.jspecify.annotations.NullMarked;
