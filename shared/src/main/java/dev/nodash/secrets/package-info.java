/** Reads secrets that AWS keeps: Secrets Manager and the Parameter Store of Systems Manager. */
@NullMarked
package dev.nodash.secrets;

import org.jspecify.annotations.NullMarked;
