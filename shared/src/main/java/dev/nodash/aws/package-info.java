/** What is asked of services of AWS: one signed POST of JSON a question. */
@NullMarked
package dev.nodash.aws;

import org.jspecify.annotations.NullMarked;
