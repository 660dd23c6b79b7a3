package dev.nodash.runner;

import dev.nodash.config.Settings;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says where the runner listens and on which stores; in development also what to try first. */
final class Greeting {
  private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

  private final Settings settings;

  Greeting(Settings settings) {
    this.settings = settings;
  }

  void print() {
    var url = (settings.server().tls().isPresent() ? "https" : "http") + "://localhost:" + settings.server().port();
    var stores = settings.stores();
    LOG.info("listening on {}, events: {}, users: {}, rate limit: {}, deduplication: {}", url, word(stores.events()),
        word(stores.users()), word(stores.rateLimiter()), word(stores.deduplicator()));
    if (settings.environment().isForTrying()) {
      System.out.println(trial(url));
    }
  }

  private static String word(Enum<?> backend) {
    return backend.name().toLowerCase(Locale.ROOT);
  }

  private static String trial(String url) {
    return """

        Try it, or open %1$s in a browser:

          curl -X POST %1$s/v1/track \\
            -H "Content-Type: application/json" -H "x-tenant-id: tenant1" -H "x-api-key: demo-api-key-tenant1" \\
            -d '{"event":"user_signup","userId":"user123","properties":{"plan":"premium"}}'

          curl -X POST %1$s/v1/identify \\
            -H "Content-Type: application/json" -H "x-tenant-id: tenant1" -H "x-api-key: demo-api-key-tenant1" \\
            -d '{"userId":"user123","traits":{"email":"user@example.com","name":"John Doe"}}'

          curl %1$s/v1/health
        """.formatted(url);
  }
}
