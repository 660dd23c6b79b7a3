package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.storage.kit.Engine;
import java.io.IOException;

/** A command of the operating system. */
final class Tool {

  private Tool() {}

  /** Runs it to its end; where it is missing or refused, the test that needs it cannot run. */
  static String run(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(output);
      }
      return output;
    } catch (IOException e) {
      throw Engine.missing(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
