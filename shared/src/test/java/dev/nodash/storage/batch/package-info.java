@NullMarked
package dev.nodash.storage.batch;

import org.jspecify.annotations.NullMarked;
