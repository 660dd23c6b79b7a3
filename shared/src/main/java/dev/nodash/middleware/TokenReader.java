package dev.nodash.middleware;

import dev.nodash.json.JsonTree;
import io.jsonwebtoken.io.AbstractDeserializer;
import java.io.Reader;
import java.util.Map;

/** Reads what a token says, or a set of keys, without a library of its own. */
final class TokenReader extends AbstractDeserializer<Map<String, ?>> {

  @Override
  protected Map<String, ?> doDeserialize(Reader reader) {
    return JsonTree.read(reader);
  }
}
