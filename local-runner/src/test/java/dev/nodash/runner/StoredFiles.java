package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the flat files hold, read with another parser than the store's own and without the store. */
final class StoredFiles {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private record Key(String tenant, String messageId) {}

  private final Map<Key, Integer> lines = new HashMap<>();
  private final Set<List<String>> traits = new HashSet<>();
  private int tornBytes;

  /** Reads {@code folder}/data, the journal included; a line that is whole and no JSON fails the test. */
  static StoredFiles in(Path folder) {
    var events = folder.resolve("data/events");
    var contents = new TreeMap<Path, byte[]>();
    files(events, ".jsonl").forEach(path -> contents.put(path, bytes(path)));
    files(folder.resolve("data/users"), ".json").forEach(path -> contents.put(path, bytes(path)));
    var stored = new StoredFiles();
    for (var segment : files(events.resolve(".wal"), ".wal")) {
      stored.tornBytes += JournalFile.apply(bytes(segment), events, contents);
    }
    contents.forEach((path, content) -> {
      if (path.toString().endsWith(".jsonl")) {
        stored.readPartition(path, new String(content, UTF_8));
      } else if (!path.getFileName().toString().startsWith(".")) {
        stored.readUser(path, new String(content, UTF_8));
      }
    });
    return stored;
  }

  /** Reads them while the process is down and holds them against what the clients know. */
  static StoredFiles checked(Path folder, Ledger ledger) {
    var stored = in(folder);
    assertThat(ledger.acceptedTwice()).isEmpty();
    assertThat(ledger.acknowledged()).allMatch(message -> stored.count(message) == 1, "is stored once");
    assertThat(ledger.unknown()).allMatch(message -> stored.count(message) <= 1, "is stored once or not at all");
    assertThat(ledger.acknowledged()).filteredOn(Message::identify).allMatch(stored::hasTrait, "has its trait");
    return stored;
  }

  /** Every file below the folder whose name ends so. */
  static List<Path> files(Path folder, String end) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (var all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(end)).filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int count(Message message) {
    return count(message.tenant(), message.id());
  }

  int count(String tenant, String messageId) {
    return lines.getOrDefault(new Key(tenant, messageId), 0);
  }

  /** How often the message is stored that is stored most often. */
  int mostOfOne() {
    return lines.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  int lines() {
    return lines.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Whether a user's record has the trait that this message brought. */
  boolean hasTrait(Message message) {
    return traits.contains(List.of(message.tenant(), message.user(), message.id(), message.id()));
  }

  /** How many bytes stand behind the last line ends. */
  int tornBytes() {
    return tornBytes;
  }

  private void readPartition(Path path, String text) {
    int end = text.lastIndexOf('\n') + 1;
    tornBytes += text.length() - end;
    var tenant = path.getName(path.getNameCount() - 4).toString();
    text.substring(0, end).lines()
        .forEach(line -> lines.merge(new Key(tenant, parse(path, line).get("messageId").asString()), 1, Integer::sum));
  }

  private void readUser(Path path, String text) {
    var user = parse(path, text);
    var tenant = path.getName(path.getNameCount() - 3).toString();
    var id = user.get("user").get("id").asString();
    for (var trait : user.get("traits")) {
      traits.add(List.of(tenant, id, trait.get("key").asString(), trait.get("value").asString()));
    }
  }

  private static JsonNode parse(Path path, String json) {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      throw new AssertionError(path + " holds what is no JSON: " + json, e);
    }
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
