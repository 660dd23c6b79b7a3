/** What a client may send and is told, said once: the validator reads calls by it and the OpenAPI document is made of it. */
@NullMarked
package dev.nodash.contract;

import org.jspecify.annotations.NullMarked;
