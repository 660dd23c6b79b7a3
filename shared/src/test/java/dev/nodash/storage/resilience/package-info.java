@NullMarked
package dev.nodash.storage.resilience;

import org.jspecify.annotations.NullMarked;
