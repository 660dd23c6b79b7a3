/** The page function, deployable by itself. */
@NullMarked
package dev.nodash.page;

import org.jspecify.annotations.NullMarked;
