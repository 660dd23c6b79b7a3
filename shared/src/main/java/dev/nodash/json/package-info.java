/** Strict, bounded JSON that keeps the text it was given; the only package that knows how JSON is parsed. */
@NullMarked
package dev.nodash.json;

import org.jspecify.annotations.NullMarked;
