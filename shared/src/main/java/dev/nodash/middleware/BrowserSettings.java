package dev.nodash.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.ClientAddress;
import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Handler.Answer;
import dev.nodash.middleware.Rejection.NotFound;
import dev.nodash.model.JsonText;
import java.net.URLDecoder;
import java.util.regex.Pattern;

/**
 * What analytics.js asks for before it sends anything: that it sends all of it here. The answer is the same for every write key,
 * so that it tells nobody which keys there are.
 */
final class BrowserSettings {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,255}");
  private static final int MAX_KEY = 255;
  private static final JsonText NONE = new JsonText("{}");

  private BrowserSettings() {}

  static Answer answer(Exchange exchange, ClientAddress address) {
    var request = exchange.request();
    var key = Route.writeKeyIn(request.path()).map(BrowserSettings::decoded)
        .filter(it -> it.length() <= MAX_KEY).orElseThrow(() -> new Rejected(new NotFound()));
    var destination = new JsonBuilder().add("apiKey", key).add("unbundledIntegrations", new JsonText("[]"))
        .add("addBundledMetadata", true).add("protocol", address.isSecure(request) ? "https" : "http");
    request.header("host").filter(host -> HOST.matcher(host).matches())
        .ifPresent(host -> destination.add("apiHost", host + "/v1"));
    return Answer.ok(new JsonBuilder()
        .add("integrations", new JsonBuilder().add("Segment.io", destination.end()).end())
        .add("plan", new JsonText("{\"track\":{\"__default\":{\"enabled\":true,\"integrations\":{}}}}"))
        .add("edgeFunction", NONE).add("middlewareSettings", NONE).add("enabledMiddleware", NONE)
        .add("remotePlugins", new JsonText("[]")).add("metrics", new JsonText("{\"sampleRate\":0}"))
        .add("analyticsNextEnabled", true).end());
  }

  private static String decoded(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Rejected(new NotFound());
    }
  }
}
