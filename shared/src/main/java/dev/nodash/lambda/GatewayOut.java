package dev.nodash.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.HttpResponse;
import dev.nodash.json.JsonBuilder;
import java.util.function.Function;

/** Writes the answer that both payload formats of API Gateway understand. */
public final class GatewayOut implements Function<HttpResponse, byte[]> {

  @Override
  public byte[] apply(HttpResponse response) {
    var headers = new JsonBuilder();
    response.headers().forEach(headers::add);
    return new JsonBuilder().add("statusCode", response.status()).add("headers", headers.end())
        .add("body", response.body()).add("isBase64Encoded", false).end().value().getBytes(UTF_8);
  }
}
