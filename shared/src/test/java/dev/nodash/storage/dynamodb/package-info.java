@NullMarked
package dev.nodash.storage.dynamodb;

import org.jspecify.annotations.NullMarked;
