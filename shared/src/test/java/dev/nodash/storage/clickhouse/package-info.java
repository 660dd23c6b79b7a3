@NullMarked
package dev.nodash.storage.clickhouse;

import org.jspecify.annotations.NullMarked;
