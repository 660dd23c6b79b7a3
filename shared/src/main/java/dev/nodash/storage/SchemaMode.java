package dev.nodash.storage;

/** What a store with a schema does at start. */
public enum SchemaMode {
  /** Creates what is missing and migrates what is old; several processes may start at once. */
  AUTO,
  /** Changes nothing and refuses to start, naming what is missing. */
  VERIFY
}
