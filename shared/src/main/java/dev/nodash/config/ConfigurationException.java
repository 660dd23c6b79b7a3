package dev.nodash.config;

import java.util.List;

/** Settings that a deployment cannot start with; names every fault at once. */
public final class ConfigurationException extends RuntimeException {
  private final List<String> faults;

  /** A fault each: the setting's name, a colon, and what is wrong with it; never a secret. */
  public ConfigurationException(List<String> faults) {
    super("invalid configuration:\n  " + String.join("\n  ", faults));
    this.faults = List.copyOf(faults);
  }

  public List<String> faults() {
    return faults;
  }
}
