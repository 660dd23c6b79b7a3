/** What every backend must do: one contract a port, which a backend's test extends. */
@NullMarked
package dev.nodash.storage.kit;

import org.jspecify.annotations.NullMarked;
