package dev.nodash.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads a {@code .env} file: {@code NAME=value} lines, {@code #} comments, optional {@code export} and quotes. */
public final class DotEnv {
  private static final String FILE = "_FILE";
  private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=(.*)");
  private static final Pattern NOTHING = Pattern.compile("\\s*(?:#.*)?");
  private static final Pattern QUOTED = Pattern.compile("\\s*(?:\"([^\"]*)\"|'([^']*)')\\s*(?:#.*)?");

  private DotEnv() {}

  /**
   * The variables of the process, over those of the file if there is one. A secret that the process has in one form,
   * {@code NAME} or {@code NAME_FILE}, beats the other form in the file too.
   *
   * @throws ConfigurationException naming every line of the file that is none of a {@code .env} file
   */
  public static Map<String, String> overlaid(Path file, Map<String, String> process) {
    var all = new HashMap<>(read(file));
    for (var name : process.keySet()) {
      all.remove(name.endsWith(FILE) ? name.substring(0, name.length() - FILE.length()) : name + FILE);
    }
    all.putAll(process);
    return all;
  }

  /** The variables of the file; none if it does not exist. */
  static Map<String, String> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    var variables = new HashMap<String, String>();
    var faults = new ArrayList<String>();
    var number = 0;
    for (var text : lines(file)) {
      number++;
      var line = LINE.matcher(text);
      if (line.matches()) {
        variables.put(line.group(1), value(line.group(2)));
      } else if (!NOTHING.matcher(text).matches()) {
        faults.add(file.getFileName() + ", line " + number + ": is not NAME=value");
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults);
    }
    return variables;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new ConfigurationException(List.of(file.getFileName() + ": cannot be read as UTF-8 text"));
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
