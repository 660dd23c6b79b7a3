/**
 * Events, users and deduplication in Amazon DynamoDB, a table each. One
 * {@link dev.nodash.storage.dynamodb.DynamoDbDatabase} makes the calls of all three.
 */
@NullMarked
package dev.nodash.storage.dynamodb;

import org.jspecify.annotations.NullMarked;
