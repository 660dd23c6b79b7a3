/** The batch function, deployable by itself. */
@NullMarked
package dev.nodash.batch;

import org.jspecify.annotations.NullMarked;
