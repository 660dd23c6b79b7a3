@NullMarked
package dev.nodash.storage.bigquery;

import org.jspecify.annotations.NullMarked;
