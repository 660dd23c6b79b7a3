package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import tools.jackson.databind.json.JsonMapper;

/** The least that a function in Java can be: no framework; it parses the gateway's event and answers JSON. */
public final class Floor implements RequestStreamHandler {
  private static final String ANSWER = """
      {"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\\"path\\":\\"%s\\"}"}""";

  private final JsonMapper mapper = new JsonMapper();

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
    var path = mapper.readTree(event).path("rawPath").asString("");
    answer.write(ANSWER.replace("%s", path).getBytes(UTF_8));
  }
}
