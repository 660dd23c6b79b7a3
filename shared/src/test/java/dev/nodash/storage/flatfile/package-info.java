@NullMarked
package dev.nodash.storage.flatfile;

import org.jspecify.annotations.NullMarked;
