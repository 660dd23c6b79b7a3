package dev.nodash.log;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Writes what it is told as one {@link EcsLine} each. */
final class JsonLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1;

  private final transient PrintStream out;
  private final Level heard;

  JsonLogger(String name, Level heard, PrintStream out) {
    this.name = name;
    this.heard = heard;
    this.out = out;
  }

  @Override
  public void log(LoggingEvent event) {
    write(event.getLevel(), event.getMessage(), event.getArgumentArray(), event.getThrowable(),
        event.getKeyValuePairs());
  }

  @Override
  protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, String pattern,
      Object @Nullable [] arguments, @Nullable Throwable fault) {
    write(level, pattern, arguments, fault, List.of());
  }

  private void write(Level level, String pattern, Object @Nullable [] arguments, @Nullable Throwable fault,
      @Nullable List<KeyValuePair> fields) {
    var message = MessageFormatter.basicArrayFormat(pattern, arguments);
    var line = new EcsLine(Instant.now(), level, name, message);
    if (fields != null) {
      fields.forEach(field -> line.add(field.key, field.value));
    }
    if (fault != null) {
      line.add(fault);
    }
    // One call, so that lines of two threads do not mix.
    out.println(line.end());
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  private boolean hears(Level level) {
    return level.toInt() >= heard.toInt();
  }

  @Override
  public boolean isTraceEnabled() {
    return hears(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return hears(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return hears(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return hears(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return hears(Level.ERROR);
  }
}
