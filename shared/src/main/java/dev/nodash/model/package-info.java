/** Records and ids of the domain; nothing but the JDK. */
@NullMarked
package dev.nodash.model;

import org.jspecify.annotations.NullMarked;
