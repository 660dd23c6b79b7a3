/** What the product is measured with and against: loads, and servers and functions that store nothing. */
@NullMarked
package dev.nodash.benchmarks;

import org.jspecify.annotations.NullMarked;
