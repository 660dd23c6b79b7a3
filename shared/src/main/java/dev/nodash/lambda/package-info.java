/** The edge towards API Gateway: its events and answers from and to our own values. */
@NullMarked
package dev.nodash.lambda;

import org.jspecify.annotations.NullMarked;
