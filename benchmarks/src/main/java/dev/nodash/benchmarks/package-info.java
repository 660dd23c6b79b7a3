/** What the product is measured against: the same line under other engines, and a server that stores nothing. */
@NullMarked
package dev.nodash.benchmarks;

import org.jspecify.annotations.NullMarked;
