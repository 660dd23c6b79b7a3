package dev.nodash.log;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Gives SLF4J its loggers in a Lambda sandbox; a zip names this class in {@code META-INF/services}. Our own are heard from
 * {@code LOG_LEVEL} on, those of libraries from WARN on.
 */
public final class LambdaLog implements SLF4JServiceProvider {
  private static final String OURS = "dev.nodash.";

  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();
  private final Level level = level(System.getenv("LOG_LEVEL"));

  @Override
  public void initialize() {
    // All is there.
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> loggers.computeIfAbsent(name, this::logger);
  }

  private Logger logger(String name) {
    var heard = name.startsWith(OURS) || level.toInt() > Level.WARN.toInt() ? level : Level.WARN;
    return new JsonLogger(name, heard, System.out);
  }

  /** What the start refuses is INFO until then. */
  private static Level level(@Nullable String text) {
    try {
      return text == null || text.isBlank() ? Level.INFO : Level.valueOf(text.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return Level.INFO;
    }
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }
}
