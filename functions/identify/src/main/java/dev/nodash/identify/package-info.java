/** The identify function, deployable by itself. */
@NullMarked
package dev.nodash.identify;

import org.jspecify.annotations.NullMarked;
