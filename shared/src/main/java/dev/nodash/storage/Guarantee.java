package dev.nodash.storage;

/** What backends differ in. Each declares its own; the contract kits check them and the README shows them. */
public enum Guarantee {
  /** What was answered as done is there after the engine, or the process that holds it, was killed. */
  SURVIVES_CRASH,
  /** Several processes may use it at the same time, with the same promises as one. */
  SHARED,
  /** An event that is appended again, in whatever batch, is seen once by a reader. */
  ONCE,
  /** It says which of the events appended again it had. */
  TELLS_DUPLICATES
}
