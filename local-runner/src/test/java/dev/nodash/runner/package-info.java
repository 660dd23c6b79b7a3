/** Black-box tests: the packaged runner and the packaged Lambda functions, each in a process of its own. */
@NullMarked
package dev.nodash.runner;

import org.jspecify.annotations.NullMarked;
