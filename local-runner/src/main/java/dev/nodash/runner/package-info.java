/** The web runner: the functions behind one port, for development, a container or a plain server. */
@NullMarked
package dev.nodash.runner;

import org.jspecify.annotations.NullMarked;
