package dev.nodash.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@code .env} file: {@code NAME=value} lines, {@code #} comments, optional {@code export} and quotes. */
public final class DotEnv {
  private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=(.*)");
  private static final Pattern QUOTED = Pattern.compile("\\s*(?:\"([^\"]*)\"|'([^']*)')\\s*(?:#.*)?");

  private DotEnv() {}

  /** The variables of the process, over those of the file if there is one. */
  public static Map<String, String> overlaid(Path file, Map<String, String> process) {
    var all = new HashMap<>(read(file));
    all.putAll(process);
    return all;
  }

  /** The variables of the file; none if it does not exist. */
  static Map<String, String> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    try (var lines = Files.lines(file)) {
      var variables = new HashMap<String, String>();
      lines.map(LINE::matcher).filter(Matcher::matches)
          .forEach(line -> variables.put(line.group(1), value(line.group(2))));
      return variables;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String value(String text) {
    var quoted = QUOTED.matcher(text);
    if (quoted.matches()) {
      return quoted.group(1) != null ? quoted.group(1) : quoted.group(2);
    }
    return text.replaceFirst("(^|\\s)#.*", "").strip();
  }
}
