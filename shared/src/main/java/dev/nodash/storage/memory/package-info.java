/**
 * The backend that keeps everything in this process: the event and user stores for development and tests, the rate
 * limiter and the deduplicator for every single-process deployment.
 */
@NullMarked
package dev.nodash.storage.memory;

import org.jspecify.annotations.NullMarked;
