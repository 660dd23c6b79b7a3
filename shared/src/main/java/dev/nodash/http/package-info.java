/** HTTP as plain values, and what is the same for every route: bounded bodies and the headers of every response. */
@NullMarked
package dev.nodash.http;

import org.jspecify.annotations.NullMarked;
