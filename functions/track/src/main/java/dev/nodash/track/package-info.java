/** The track function, deployable by itself. */
@NullMarked
package dev.nodash.track;

import org.jspecify.annotations.NullMarked;
