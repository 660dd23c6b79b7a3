package dev.nodash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.json.JsonEnvelopeFuzz;
import dev.nodash.json.JsonObjectFuzz;
import dev.nodash.storage.flatfile.NamesFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jazzer tries inputs that lead to code which no input before reached, in a JVM of its own, for a few seconds; longer with
 * {@code -Dnodash.fuzz.seconds}. What it finds becomes a test of the class that it found it in.
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("nodash.fuzz.seconds", 5);
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs");
  private static final List<String> SEEDS = List.of(
      "{\"event\":\"e\",\"properties\":{\"a\":[1,-0.5e10,null,true,false,\"\\u00e9\\ud83d\\ude00\\n\"],\"a.b\":{}}}",
      "{\"userId\":\"u\",\"traits\":{\"n\":9007199254740993,\"o\":{\"p\":[]}},\"timestamp\":1e400}",
      "{\"batch\":[{\"type\":\"identify\",\"traits\":{\"é\":{\"a\":1}}},{\"event\":\"e\"}],\"context\":{\"a\":1}}",
      "{\"batch\":[{\"type\":\"track\",\"traits\":{}},[],1,\"\\ud83d\\ude00\"],\"sentAt\":null,\"context\":{\"a\":1}}");

  @ParameterizedTest
  @ValueSource(classes = {JsonObjectFuzz.class, JsonEnvelopeFuzz.class, NamesFuzz.class})
  void findsNothing(Class<?> target, @TempDir Path folder) throws IOException, InterruptedException {
    var corpus = Files.createDirectories(folder.resolve("corpus"));
    for (int i = 0; i < SEEDS.size(); i++) {
      Files.writeString(corpus.resolve("seed" + i), SEEDS.get(i));
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var jazzer = new ProcessBuilder(java, "-Xmx256m", "-XX:+EnableDynamicAgentLoading", "-cp",
        System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + target.getName(), "--instrumentation_includes=dev.nodash.**:tools.jackson.core.**",
        "--reproducer_path=" + folder, "-artifact_prefix=" + folder + "/", "-max_total_time=" + SECONDS,
        "-max_len=4096", corpus.toString()).redirectErrorStream(true).start();
    var printed = new String(jazzer.getInputStream().readAllBytes(), UTF_8);
    assertThat(jazzer.waitFor()).as(printed).isZero();
    var done = DONE.matcher(printed);
    assertThat(done.find()).as(printed).isTrue();
    assertThat(Integer.parseInt(done.group(1))).as("runs").isGreaterThan(SEEDS.size());
    System.out.printf("FuzzTest: %s, %s runs%n", target.getSimpleName(), done.group(1));
  }
}
