package dev.nodash.runner;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The log between those who write it and a thread of its own that prints it. When the reader of the log is {@value #LINES}
 * lines behind, further lines are left out, counted, and the count is the next line that fits; requests go on. A clean end
 * prints what waits, for a second at most.
 */
public final class LogQueue extends AsyncAppender {
  /** About 4 MiB of lines. */
  private static final int LINES = 8192;
  /** More than the threads that may pass the check for room at the same time, so that a line is counted or printed. */
  private static final int SPARE = 256;

  private final AtomicLong leftOut = new AtomicLong();

  /** Made by the configuration of the log. */
  public LogQueue() {
    setQueueSize(LINES + SPARE);
    setDiscardingThreshold(0);
    setNeverBlock(true);
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (getRemainingCapacity() <= SPARE) {
      leftOut.incrementAndGet();
      return;
    }
    if (leftOut.get() > 0) {
      sayHowMany(leftOut.getAndSet(0));
    }
    super.append(event);
  }

  private void sayHowMany(long lines) {
    if (lines > 0) {
      Logger logger = ((LoggerContext) getContext()).getLogger(LogQueue.class);
      super.append(new LoggingEvent(LogQueue.class.getName(), logger, Level.WARN,
          "{} lines of this log were left out: its reader is too slow", null, new Object[]{lines}));
    }
  }
}
