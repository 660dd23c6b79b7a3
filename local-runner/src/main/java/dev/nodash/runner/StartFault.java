package dev.nodash.runner;

import dev.nodash.config.ConfigurationException;
import java.util.Optional;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** What an operator can put right: {@link LocalRunner} says it in words, so Spring need not show where it came from. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFault implements SpringBootExceptionReporter {

  @Override
  public boolean reportException(Throwable failure) {
    return words(failure).isPresent();
  }

  /** The fault in words; empty for one that needs its stack trace. */
  static Optional<String> words(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException faults) {
        return Optional.ofNullable(faults.getMessage());
      }
    }
    return Optional.empty();
  }
}
