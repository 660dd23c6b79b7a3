/** Many requests in one operation of the engine. */
@NullMarked
package dev.nodash.storage.batch;

import org.jspecify.annotations.NullMarked;
