package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
  private final Line line = Line.inMemory();

  @ParameterizedTest
  @ValueSource(strings = {"/v1/track", "/v1/track/", "/track", "/track/"})
  void trackAnswersOnItsPathItsAliasAndWithATrailingSlash(String path) {
    line.track("{\"event\":\"e\"}").path(path).send().accepted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/identify", "/v1/identify/", "/identify", "/identify/"})
  void identifyAnswersOnItsPathItsAliasAndWithATrailingSlash(String path) {
    line.identify("{\"userId\":\"u\"}").path(path).send().accepted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/health", "/v1/health/", "/health", "/health/", "/v1/health/live", "/v1/health/live/",
      "/"})
  void anyoneMayAskForHealthAndTheWelcomePage(String path) {
    assertThat(line.get(path).send().status()).isEqualTo(200);
    assertThat(line.request("HEAD", path).send().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/v1", "/v1/", "/auth/token", "/v1/track//", "//v1/track", "/v1/Track", "/v1/track.json",
      "/v1/track/x", "/v1/track,identify", "/v1/functionRouter", "/v1/trackx", "/v1/%74rack", "/track/../health",
      "/health/live", "/v1/health/live/x", "/live", "\u0000"})
  void anUnknownPathIs404InTheErrorShape(String path) {
    line.get(path).send().refused(404, "Not Found");
    line.request("POST", path).send().refused(404, "Not Found");
    line.request("OPTIONS", path).send().refused(404, "Not Found");
  }

  @ParameterizedTest
  @CsvSource({"GET, /v1/track, 'POST, OPTIONS'", "PUT, /identify, 'POST, OPTIONS'", "HEAD, /track, 'POST, OPTIONS'",
      "post, /v1/track, 'POST, OPTIONS'", "POST, /v1/health, 'GET, HEAD, OPTIONS'",
      "DELETE, /v1/health/live, 'GET, HEAD, OPTIONS'", "TRACE, /, 'GET, HEAD, OPTIONS'",
      "'', /v1/track, 'POST, OPTIONS'"})
  void aWrongMethodIs405AndNamesTheRightOnes(String method, String path, String allow) {
    var reply = line.request(method, path).send().refused(405, "Method Not Allowed");
    assertThat(reply.header("Allow")).contains(allow);
  }

  @Test
  void theWelcomePageTellsNameVersionEndpointsAndWhereTheDocsAre() {
    var welcome = line.get("/").send();
    assertThat(welcome.text("name")).isEqualTo("nodash");
    assertThat(welcome.text("version")).isEqualTo("1.2.3");
    assertThat(welcome.raw("endpoints")).contains("POST /v1/track", "POST /v1/identify", "GET /v1/health",
        "GET /v1/health/live");
    assertThat(welcome.text("documentation")).startsWith("https://");
  }

  @Test
  void routeAndMethodAreTheFirstFaultToBeTold() {
    line.track("not json").without("x-tenant-id").anonymous().path("/v2/track").send().refused(404, "Not Found");
    line.request("GET", "/v1/track").tenant("../x").body("{").send().refused(405, "Method Not Allowed");
  }
}
