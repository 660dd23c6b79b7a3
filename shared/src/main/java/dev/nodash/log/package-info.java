/** The log of a Lambda sandbox: SLF4J's back end that writes lines of JSON and loads next to nothing. */
@NullMarked
package dev.nodash.log;

import org.jspecify.annotations.NullMarked;
