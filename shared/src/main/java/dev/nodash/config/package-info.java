/**
 * Settings and the composition root: the only place that reads settings or names a backend.
 */
@NullMarked
package dev.nodash.config;

import org.jspecify.annotations.NullMarked;
