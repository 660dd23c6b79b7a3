package dev.nodash.storage.redis;

import static dev.nodash.storage.Deduplicator.Claim.FRESH;
import static dev.nodash.storage.kit.Samples.NOW;
import static io.lettuce.core.protocol.CommandType.DEL;
import static io.lettuce.core.protocol.CommandType.EVAL;
import static io.lettuce.core.protocol.CommandType.EVALSHA;
import static io.lettuce.core.protocol.CommandType.GET;
import static io.lettuce.core.protocol.CommandType.PING;
import static io.lettuce.core.protocol.CommandType.SET;
import static io.lettuce.core.protocol.CommandType.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Tenant;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.RateLimiter.Subject;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.Samples;
import io.lettuce.core.AclSetuserArgs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords, users with few rights, and TLS. */
class RedisAccessTest {
  private static final Limits LIMITS = new Limits(5, Duration.ofMinutes(1), 9);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private final Tenant tenant = Samples.tenant();

  /** All that the backend asks of a Redis. */
  private void use(String value) {
    var url = new RedisUrl(value);
    try (var limiter = new RedisRateLimiter(url, LIMITS, DEADLINE)) {
      assertThat(limiter.take(tenant, new Subject("a", "u"), 1, NOW).admitted()).isTrue();
      assertThat(limiter.check().fault()).isEmpty();
    }
    try (var deduplicator = new RedisDeduplicator(url, Duration.ofHours(1), Duration.ofMinutes(1), DEADLINE)) {
      var id = Samples.id();
      var owner = Samples.owner();
      assertThat(deduplicator.claim(tenant, id, owner, NOW)).isEqualTo(FRESH);
      assertThat(deduplicator.release(tenant, id, owner)).isTrue();
      assertThat(deduplicator.claim(tenant, id, owner, NOW)).isEqualTo(FRESH);
      assertThat(deduplicator.confirm(tenant, id, owner, NOW)).isTrue();
    }
  }

  private void isRefused(String value, String because) {
    assertThatThrownBy(() -> use(value)).isInstanceOf(StoreUnavailable.class).hasMessageContaining(because).message()
        .doesNotContain("secret").doesNotContain("wrong");
  }

  @Test
  void a_password_is_used_and_never_told() {
    try (var engine = RedisEngine.start(List.of("--requirepass", "the secret"))) {
      var server = "127.0.0.1:" + engine.port();
      use("redis://:the%20secret@" + server);
      use("redis://default:the%20secret@" + server + "/3");
      isRefused("redis://:wrong@" + server, "refuses: WRONGPASS");
      isRefused("redis://" + server, "refuses: NOAUTH");
    }
  }

  @Test
  void a_user_needs_few_rights() {
    try (var engine = RedisEngine.start(); var probe = Probe.of(engine)) {
      var rights = AclSetuserArgs.Builder.on().addPassword("secret").keyPattern("nodash:*");
      List.of(PING, EVAL, EVALSHA, TIME, GET, SET, DEL).forEach(rights::addCommand);
      probe.commands().aclSetuser("nodash", rights);
      use("redis://nodash:secret@127.0.0.1:" + engine.port());
      probe.commands().aclSetuser("nodash", AclSetuserArgs.Builder.removeCommand(SET));
      isRefused("redis://nodash:secret@127.0.0.1:" + engine.port(), "can't run this command");
    }
  }

  @Nested
  class Tls {
    @TempDir
    private Path folder;

    @Test
    void the_servers_certificate_is_checked() throws Exception {
      certify();
      try (var engine = RedisEngine.start(List.of("--port", "0", "--tls-port", "<port>", "--tls-auth-clients", "no",
          "--tls-cert-file", folder.resolve("server.pem").toString(), "--tls-key-file",
          folder.resolve("key.pem").toString()))) {
        var url = "rediss://127.0.0.1:" + engine.port();
        isRefused(url, "certif");
        use(url + "?verifyPeer=NONE");
        System.setProperty("javax.net.ssl.trustStore", folder.resolve("server.p12").toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "password");
        try {
          use(url);
          isRefused("rediss://localhost:" + engine.port(), "localhost");
          use("rediss://localhost:" + engine.port() + "?verifyPeer=CA");
        } finally {
          System.clearProperty("javax.net.ssl.trustStore");
          System.clearProperty("javax.net.ssl.trustStorePassword");
        }
      }
    }

    /** Makes a certificate for 127.0.0.1 that nobody knows. */
    private void certify() throws IOException, GeneralSecurityException, InterruptedException {
      var store = folder.resolve("server.p12");
      var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
      var process = new ProcessBuilder(keytool, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname",
          "CN=server", "-ext", "SAN=IP:127.0.0.1", "-validity", "2", "-keystore", store.toString(), "-storepass",
          "password").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      assertThat(process.waitFor()).isZero();
      var keys = KeyStore.getInstance(store.toFile(), "password".toCharArray());
      pem("server.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
      pem("key.pem", "PRIVATE KEY", keys.getKey("server", "password".toCharArray()).getEncoded());
    }

    private void pem(String file, String kind, byte[] content) throws IOException {
      var text = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content);
      Files.writeString(folder.resolve(file),
          "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
  }
}
