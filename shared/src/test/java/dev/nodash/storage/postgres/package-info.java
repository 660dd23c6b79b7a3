@NullMarked
package dev.nodash.storage.postgres;

import org.jspecify.annotations.NullMarked;
