package dev.nodash.middleware;

import static dev.nodash.middleware.TestTokens.TENANT1;
import static dev.nodash.middleware.TestTokens.exp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.middleware.TokenKeys.Published;
import dev.nodash.model.Tenant;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an issuer who publishes his keys and changes them. */
class PublishedKeysTest {
  private static final KeyPair EC = TestTokens.keys("EC", 256);
  private static final KeyPair RSA = TestTokens.keys("RSA", 2048);

  private final Line line = Line.inMemory();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer issuer;
  private volatile String published = "{\"keys\":[]}";
  private volatile int status = 200;

  @BeforeEach
  void start() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext("/keys", exchange -> {
      asked.incrementAndGet();
      var body = published.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    issuer.start();
    line.tokens(Published.at(url(), true));
  }

  @AfterEach
  void stop() {
    issuer.stop(0);
    line.close();
  }

  private String url() {
    return "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys";
  }

  private static String number(BigInteger number, int bytes) {
    var all = number.toByteArray();
    var exact = new byte[bytes];
    int length = Math.min(all.length, bytes);
    System.arraycopy(all, all.length - length, exact, bytes - length, length);
    return TestTokens.encode(exact);
  }

  private static String ec(String id, KeyPair keys) {
    var point = ((ECPublicKey) keys.getPublic()).getW();
    return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}".formatted(id,
        number(point.getAffineX(), 32), number(point.getAffineY(), 32));
  }

  private static String rsa(String id, KeyPair keys, String use) {
    var key = (RSAPublicKey) keys.getPublic();
    return "{\"kty\":\"RSA\",\"kid\":\"%s\",\"use\":\"%s\",\"n\":\"%s\",\"e\":\"AQAB\"}".formatted(id, use,
        number(key.getModulus(), key.getModulus().bitLength() / 8));
  }

  private void publish(String... keys) {
    published = "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static String es256(String id, KeyPair keys) {
    return TestTokens.signed("{\"alg\":\"ES256\",\"kid\":\"" + id + "\"}", "SHA256withECDSAinP1363Format",
        keys.getPrivate(), TENANT1, exp());
  }

  private static String rs256(String id, KeyPair keys) {
    return TestTokens.signed("{\"alg\":\"RS256\",\"kid\":\"" + id + "\"}", "SHA256withRSA", keys.getPrivate(), TENANT1,
        exp());
  }

  private Reply send(String token) {
    return line.track("{\"event\":\"e\"}").anonymous().bearer(token).send();
  }

  @Test
  void aTokenNamesItsKeyAndTheKeyDecidesTheAlgorithm() {
    publish(ec("a", EC), rsa("b", RSA, "sig"));
    send(es256("a", EC)).accepted();
    send(rs256("b", RSA)).accepted();
    for (var wrong : new String[]{es256("b", EC), rs256("a", RSA), es256("a", TestTokens.keys("EC", 256)),
        es256("c", EC),
        TestTokens.signed("{\"alg\":\"HS256\",\"kid\":\"a\"}", "HmacSHA256", EC.getPublic().getEncoded(), TENANT1,
            exp()),
        TestTokens.signed("{\"alg\":\"ES256\"}", "SHA256withECDSAinP1363Format", EC.getPrivate(), TENANT1, exp())}) {
      send(wrong).refused(401, "Authentication failed");
    }
    assertThat(asked).as("in ten seconds").hasValue(1);
  }

  @Test
  void theIssuerMayChangeHisKeys() {
    publish(ec("a", EC));
    var next = TestTokens.keys("EC", 256);
    send(es256("a", EC)).accepted();
    publish(ec("b", next));
    send(es256("b", next)).refused(401, "Authentication failed");
    line.clock.advance(Duration.ofSeconds(10));
    send(es256("b", next)).accepted();
    send(es256("a", TestTokens.keys("EC", 256))).refused(401, "Authentication failed");
    assertThat(asked).hasValue(2);
  }

  @Test
  void otherApiKeysDoNotHaveTheIssuerAskedAnew() {
    publish(ec("a", EC));
    send(es256("a", EC)).accepted();
    line.accept(ApiKey.ofSecret(Tenant.of("tenant1"), "another"));
    send(es256("a", EC)).accepted();
    line.track("{\"event\":\"e\"}").key("another").send().accepted();
    line.track("{\"event\":\"e\"}").send().refused(401, "Authentication failed");
    assertThat(asked).hasValue(1);
  }

  @Test
  void aKeyThatIsWithdrawnEndsWithinTheTimeThatKeysAreKept() throws InterruptedException {
    publish(ec("a", EC));
    send(es256("a", EC)).accepted();
    publish(rsa("b", RSA, "sig"));
    line.clock.advance(Duration.ofMinutes(11));
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    int last = 200;
    for (int i = 0; last == 200 && System.nanoTime() < end; i++) {
      // Each a token that was not seen before, since good ones are remembered for a minute.
      last = send(
          TestTokens.signed("{\"alg\":\"ES256\",\"kid\":\"a\"}", "SHA256withECDSAinP1363Format", EC.getPrivate(),
              TENANT1, exp(), "\"n\":" + i))
          .status();
    }
    assertThat(last).isEqualTo(401);
  }

  @Test
  void whileTheIssuerIsAwayWhatHeSaidHoldsAndWhatNobodyKnowsMayBeSentAgain() {
    publish(ec("a", EC));
    send(es256("a", EC)).accepted();
    status = 500;
    line.clock.advance(Duration.ofMinutes(15));
    send(es256("b", EC)).refused(503, "Service Unavailable");
    send(es256("a", EC)).accepted();
    line.track("{\"event\":\"e\"}").bearer(es256("b", EC)).send().accepted();
    assertThat(asked.get()).isEqualTo(2);
  }

  @Test
  void nobodyWaitsWhereWaitingWouldKeepOthers() throws InterruptedException {
    publish(ec("a", EC));
    line.tokens(Published.at(url(), false));
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    var first = send(es256("a", EC)).refused(503, "Service Unavailable");
    assertThat(first.number("Retry-After")).isEqualTo(1);
    int status = 503;
    while (status == 503 && System.nanoTime() < end) {
      status = send(es256("a", EC)).status();
    }
    assertThat(status).isEqualTo(200);
    assertThat(asked).hasValue(1);
  }

  @Test
  void whatIsNoKeyForSignaturesIsNotUsed() {
    publish(rsa("enc", RSA, "enc"),
        "{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"" + TestTokens.encode(TestTokens.SECRET) + "\"}",
        rsa("short", TestTokens.keys("RSA", 1024), "sig"), "{\"kty\":\"unknown\",\"kid\":\"u\"}", ec("a", EC));
    send(rs256("enc", RSA)).refused(401, "Authentication failed");
    send(TestTokens.signed("{\"alg\":\"HS256\",\"kid\":\"secret\"}", "HmacSHA256", TestTokens.SECRET, TENANT1, exp()))
        .refused(401, "Authentication failed");
    send(es256("a", EC)).accepted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"keys\":1}", "<html>"})
  void whatIsNoSetOfKeysIsNoAnswer(String text) {
    published = text;
    send(es256("a", EC)).refused(503, "Service Unavailable");
  }

  @Test
  void aSetThatIsTooLargeIsNotRead() {
    published = "{\"keys\":[" + ec("a", EC) + "],\"x\":\"" + "x".repeat(300_000) + "\"}";
    send(es256("a", EC)).refused(503, "Service Unavailable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "issuer", "http://issuer.example/keys", "file:///etc/passwd",
      "https://user:pw@issuer.example/",
      "https:///keys", "http://169.254.169.254/"})
  void onlyHttpsIsAnAddress(String url) {
    assertThatThrownBy(() -> Published.at(url, false)).hasMessage("must be an address of https, without a user");
    assertThat(Published.at("https://issuer.example/keys", false).url()).hasHost("issuer.example");
    assertThat(Arrays.asList("http://localhost:1/k", "http://[::1]:1/k")).allSatisfy(it -> Published.at(it, false));
  }
}
