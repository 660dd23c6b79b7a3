/** Events in Google BigQuery, over its REST interface. */
@NullMarked
package dev.nodash.storage.bigquery;

import org.jspecify.annotations.NullMarked;
