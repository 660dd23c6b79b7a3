package dev.nodash.storage.postgres;

import dev.nodash.storage.kit.Containers;
import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.HostedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL with its default durability. Its user may do anything and has no password. */
public final class PostgresEngine extends HostedEngine {
  private static final String URL = "postgresql://postgres@127.0.0.1:%d/postgres";
  private static @Nullable PostgresEngine shared;

  private PostgresEngine(Engine server) {
    super(server);
  }

  /** The one that all tests of this process share; it ends with the process. */
  public static synchronized PostgresEngine shared() {
    if (shared == null) {
      shared = start();
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  /** A new one, with empty data and the settings given in the form {@code name=value}. */
  public static PostgresEngine start(String... settings) {
    return new PostgresEngine(Containers.find().map(containers -> containers.start(image(settings)))
        .orElseGet(() -> PostgresProcess.start(List.of(settings))));
  }

  private static Containers.Image image(String... settings) {
    var command = new ArrayList<>(List.of("postgres", "-c", "lc_messages=C"));
    for (var setting : settings) {
      command.addAll(List.of("-c", setting));
    }
    // Over TCP: while the image prepares the data it answers on a socket only.
    return new Containers.Image("postgres:18", 5432, Map.of("POSTGRES_HOST_AUTH_METHOD", "trust"), command,
        "pg_isready -h 127.0.0.1 -U postgres", URL);
  }

  /** The URL by way of a proxy. */
  public static String url(int port) {
    return URL.formatted(port);
  }
}
