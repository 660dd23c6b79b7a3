/** The health function, deployable by itself. */
@NullMarked
package dev.nodash.health;

import org.jspecify.annotations.NullMarked;
