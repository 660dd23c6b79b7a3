package dev.nodash.runner;

import dev.nodash.storage.kit.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** strace on a running process: what its threads ask of the kernel, and faults in the place of the kernel's answers. */
final class Strace implements AutoCloseable {
  private static final Pattern LINE = Pattern.compile("(\\d+) +(?:<\\.\\.\\. )?(\\w+)(?: resumed>|\\().*");
  private static final String UNFINISHED = "<unfinished ...>";
  private static final int PATIENCE_SECONDS = 20;
  /** Characters of a text that it shows: all that one commit writes. */
  private static final int TEXT = 1 << 20;

  private final Process strace;
  private final Path log;

  private Strace(Process strace, Path log) {
    this.strace = strace;
    this.log = log;
  }

  /**
   * A call and its answer, by the lines of the log at which it began and at which it had returned.
   *
   * @param text what the log has of it
   * @param answer what it returned, with the name of an error
   */
  record Call(String name, String text, int began, int returned, String answer) {

    boolean has(String part) {
      return text.contains(part);
    }

    /** The first argument of most calls. */
    int file() {
      var digits = text.substring(text.indexOf('(') + 1).replaceFirst("\\D.*", "");
      return digits.isEmpty() ? -1 : Integer.parseInt(digits);
    }
  }

  /**
   * Attaches itself to all threads of the process, also those to come.
   *
   * @param expressions as of strace's {@code -e}
   */
  static Strace attach(Process process, Path folder, String... expressions) {
    try {
      var log = Files.createTempFile(folder, "strace", ".log");
      var command = new ArrayList<>(List.of("strace", "-f", "-s", Integer.toString(TEXT), "-o", log.toString(), "-p",
          Long.toString(process.pid())));
      for (var expression : expressions) {
        command.addAll(List.of("-e", expression));
      }
      var strace = new ProcessBuilder(command).start();
      var said = strace.errorReader().lines().takeWhile(line -> !line.contains("attached")).toList();
      if (!strace.isAlive()) {
        throw new IOException("strace ended: " + said);
      }
      return new Strace(strace, log);
    } catch (IOException e) {
      throw Engine.missing("strace", e);
    }
  }

  /** Leaves the process alone, which goes on; answers what it saw. */
  List<Call> detach() {
    close();
    try {
      return calls(Files.readAllLines(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Call> calls(List<String> lines) {
    var calls = new ArrayList<Call>();
    var begun = new HashMap<String, Integer>();
    for (int i = 0; i < lines.size(); i++) {
      var line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        continue;
      }
      var thread = line.group(1);
      if (lines.get(i).endsWith(UNFINISHED)) {
        begun.put(thread, i);
      } else {
        int began = Optional.ofNullable(begun.remove(thread)).orElse(i);
        var answer = lines.get(i).substring(lines.get(i).lastIndexOf(" = ") + 3);
        calls.add(
            new Call(line.group(2), began == i ? lines.get(i) : lines.get(began) + lines.get(i), began, i, answer));
      }
    }
    return calls;
  }

  @Override
  public void close() {
    strace.toHandle().destroy();
    try {
      if (!strace.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("strace does not let go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
