/** The page that shows, in a browser, what the runner receives and how it fares. */
@NullMarked
package dev.nodash.runner.console;

import org.jspecify.annotations.NullMarked;
