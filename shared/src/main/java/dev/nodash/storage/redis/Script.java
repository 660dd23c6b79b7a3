package dev.nodash.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Lua script that the server runs as one step. It touches only the keys it is given and answers with an array of
 * integers.
 *
 * @param digest the name under which a server that has run the text before knows it
 */
record Script(String text, String digest) {

  /** The resources {@code <part>.lua} one after the other. */
  static Script of(String... parts) {
    var text = Stream.of(parts).map(Script::part).collect(Collectors.joining("\n"));
    return new Script(text, Base16.digest(text.getBytes(UTF_8)));
  }

  private static String part(String name) {
    try (var in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalArgumentException("there is no " + name + ".lua");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
