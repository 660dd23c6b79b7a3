package dev.nodash.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.config.Settings.Access;
import dev.nodash.config.Settings.Console;
import dev.nodash.config.Settings.Deduplication;
import dev.nodash.config.Settings.Environment;
import dev.nodash.config.Settings.LogLevel;
import dev.nodash.config.Settings.Server;
import dev.nodash.config.Settings.Telemetry;
import dev.nodash.config.Settings.Tls;
import dev.nodash.http.ClientAddress;
import dev.nodash.http.ClientAddress.Source;
import dev.nodash.middleware.TokenKey;
import dev.nodash.middleware.TokenKeys;
import dev.nodash.middleware.TokenKeys.Published;
import dev.nodash.middleware.Tokens;
import dev.nodash.model.Sha256;
import dev.nodash.storage.RateLimiter.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Knows the variables, their defaults and the rules between them. */
final class SettingsReader {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Pattern HOST = Pattern
      .compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9]+)?");
  private static final Pattern ORIGIN = Pattern.compile("\\*|[a-z][a-z0-9+.-]*://[^\\s/,]+");
  private static final int MIN_CONSOLE_KEY = 16;
  private static final int YEAR_SECONDS = 31_536_000;

  private final Variables variables;
  private final List<String> warnings = new ArrayList<>();
  private final Environment environment;
  private final boolean serverless;

  SettingsReader(Variables variables) {
    this.variables = variables;
    this.environment = variables.choice("NODE_ENV", Environment.class, Environment.DEVELOPMENT);
    if (variables.text("NODE_ENV").filter(text -> !text.equals(text.toLowerCase(Locale.ROOT))).isPresent()) {
      variables.fault("NODE_ENV", "must be in lower case");
    }
    this.serverless = variables.text("AWS_LAMBDA_FUNCTION_NAME").isPresent();
  }

  Settings read() {
    var server = server();
    var stores = new StoresReader(variables, environment, serverless);
    var backends = stores.backends();
    var access = access(server.host());
    server.console().flatMap(Console::key).ifPresent(key -> checkConsoleKey(key, access));
    var settings = new Settings(environment, serverless, server, access, backends,
        stores.engines(backends), limits(), deduplication(),
        Duration.ofSeconds(variables.number("SECRETS_REFRESH_SECONDS", 1, 86_400, 300)), warnings);
    if (!variables.faults().isEmpty()) {
      throw new ConfigurationException(variables.faults());
    }
    return settings;
  }

  private Server server() {
    var hops = variables.number("TRUSTED_PROXIES", 0, 16, 0);
    var source = variables.choice("CLIENT_ADDRESS", Source.class, hops > 0 ? Source.FORWARDED : Source.SOCKET);
    if (source == Source.FORWARDED && hops == 0) {
      variables.fault("TRUSTED_PROXIES", "must be 1 or more where CLIENT_ADDRESS is forwarded");
    }
    var port = variables.number("PORT", 0, 65_535, 3001);
    return new Server(host(), port, variables.choice("LOG_LEVEL", LogLevel.class, LogLevel.INFO), corsOrigins(),
        new ClientAddress(source, hops), tls(), new Telemetry(prometheusPort(port), embeddedMetrics(), traces()),
        console());
  }

  /** The variables of the OpenTelemetry SDK, which explains them, where one of them says that it is to be used. */
  private Map<String, String> traces() {
    var all = variables.startingWith("OTEL_");
    var exporter = all.getOrDefault("OTEL_TRACES_EXPORTER", "");
    var wanted = !exporter.isEmpty() || all.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
        || all.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    var isOff = exporter.equals("none") || all.getOrDefault("OTEL_SDK_DISABLED", "").equalsIgnoreCase("true");
    return wanted && !isOff && !serverless ? all : Map.of();
  }

  private Optional<Tls> tls() {
    var certificate = readable("TLS_CERTIFICATE_PATH");
    var privateKey = readable("TLS_PRIVATE_KEY_PATH");
    if (certificate.isPresent() != privateKey.isPresent()) {
      variables.fault(certificate.isPresent() ? "TLS_PRIVATE_KEY_PATH" : "TLS_CERTIFICATE_PATH",
          "must be set where the other is; TLS needs a certificate and its key");
    }
    return certificate.flatMap(chain -> privateKey.map(key -> new Tls(chain, key)));
  }

  private Optional<Path> readable(String name) {
    var path = variables.text(name).map(Path::of);
    if (path.isPresent() && !Files.isReadable(path.get())) {
      variables.fault(name, "the file cannot be read");
    }
    return path;
  }

  private Optional<Console> console() {
    var key = variables.secretOfOurs("CONSOLE_KEY");
    var byDefault = environment == Environment.DEVELOPMENT && !serverless;
    var isOn = variables.text("CONSOLE_ENABLE").isPresent() ? variables.flag("CONSOLE_ENABLE") : byDefault;
    if (isOn && serverless) {
      variables.fault("CONSOLE_ENABLE", "is for the runner only");
    }
    if (isOn && key.isEmpty() && !environment.isForTrying()) {
      variables.fault("CONSOLE_KEY", "must be set where CONSOLE_ENABLE is true outside development and test");
    }
    return isOn ? Optional.of(new Console(key)) : Optional.empty();
  }

  private void checkConsoleKey(String key, Access access) {
    if (key.length() < MIN_CONSOLE_KEY) {
      variables.fault("CONSOLE_KEY", "must have at least " + MIN_CONSOLE_KEY + " characters");
    }
    if (access.apiKeys().stream().anyMatch(it -> it.sha256().equals(Sha256.hex(key)))) {
      variables.fault("CONSOLE_KEY", "is one of API_KEYS; who sends events must not read those of others");
    }
  }

  private Optional<Integer> prometheusPort(int taken) {
    var port = variables.number("PROMETHEUS_PORT", 0, 65_535, 9090);
    if (!variables.flag("PROMETHEUS_ENABLE")) {
      return Optional.empty();
    }
    if (port == taken && port != 0) {
      variables.fault("PROMETHEUS_PORT", port + " is PORT already; set another");
    }
    return Optional.of(port);
  }

  private boolean embeddedMetrics() {
    var wanted = variables.flag("METRICS_EMF");
    if (wanted && !serverless) {
      variables.fault("METRICS_EMF", "is for Lambda only; set PROMETHEUS_ENABLE");
    }
    return wanted;
  }

  private String host() {
    var host = variables.text("HOST").orElse("0.0.0.0");
    if (!HOST.matcher(host).matches()) {
      variables.fault("HOST", "is neither a host name nor an address");
    }
    return host;
  }

  private Set<String> corsOrigins() {
    var origins = variables.list("CORS_ORIGINS");
    if (origins.isEmpty()) {
      return environment.isForTrying() ? Set.of("*") : Set.of();
    }
    for (var origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        variables.fault("CORS_ORIGINS", "'" + origin + "' is neither * nor an origin like https://app.example.com");
      }
    }
    if (environment == Environment.PRODUCTION && origins.contains("*")) {
      variables.fault("CORS_ORIGINS", "* is not allowed in production; list the origins");
    }
    return Set.copyOf(origins);
  }

  private Access access(String host) {
    var header = variables.text("API_KEY_HEADER").orElse("x-api-key").toLowerCase(Locale.ROOT);
    if (!HEADER_NAME.matcher(header).matches()) {
      variables.fault("API_KEY_HEADER", "is not a header name");
    }
    var keys = new KeyList(variables).read(environment.isForTrying());
    var tokens = tokens();
    if (environment == Environment.PRODUCTION && keys.isEmpty() && tokens.isEmpty()) {
      variables.fault("API_KEYS", "production needs API_KEYS, JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL");
    }
    if (environment == Environment.STAGING && keys.isEmpty() && tokens.isEmpty()) {
      warnings.add("nobody can write: none of API_KEYS, JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL is set");
    }
    if (environment.isForTrying() && !Set.of("127.0.0.1", "localhost", "::1").contains(host)) {
      warnings.add("the demo API keys work and HOST " + host
          + " is reachable from other machines; set HOST=127.0.0.1 or NODE_ENV=production");
    }
    return new Access(keys, header, tokens, variables.number("AUTH_FAILURE_MAX", 0, 1_000_000, 100));
  }

  private Optional<Tokens.Policy> tokens() {
    var keys = new LinkedHashMap<String, TokenKeys>();
    tokenKeys("JWT_SECRET", variables.secret("JWT_SECRET"), text -> TokenKey.ofSecret(text.getBytes(UTF_8)), keys);
    tokenKeys("JWT_PUBLIC_KEY", variables.secret("JWT_PUBLIC_KEY"), TokenKey::ofPublicKey, keys);
    tokenKeys("JWT_JWKS_URL", variables.text("JWT_JWKS_URL"), url -> Published.at(url, serverless), keys);
    keys.keySet().stream().skip(1).forEach(name -> variables.fault(name,
        "is set, and so is " + keys.firstEntry().getKey() + "; tokens are signed by one of them"));
    return keys.values().stream().findFirst().map(key -> new Tokens.Policy(key, variables.text("JWT_ISSUER"),
        variables.text("JWT_AUDIENCE"), variables.text("JWT_TENANT_CLAIM").orElse("tenantId")));
  }

  private void tokenKeys(String name, Optional<String> text, Function<String, TokenKeys> read,
      Map<String, TokenKeys> keys) {
    try {
      text.map(read).ifPresent(it -> keys.put(name, it));
    } catch (IllegalArgumentException e) {
      variables.fault(name, String.valueOf(e.getMessage()));
    }
  }

  private Limits limits() {
    int otherwise = switch (environment) {
      case DEVELOPMENT -> 10_000;
      case STAGING -> 5_000;
      case PRODUCTION, TEST -> 1_000;
    };
    return new Limits(variables.number("RATE_LIMIT_MAX", 1, 1_000_000_000, otherwise),
        Duration.ofSeconds(variables.number("RATE_LIMIT_WINDOW", 1, YEAR_SECONDS, 3600)),
        variables.number("RATE_LIMIT_TENANT_MAX", 0, 1_000_000_000, 0));
  }

  private Deduplication deduplication() {
    return new Deduplication(Duration.ofSeconds(variables.number("DEDUPLICATION_TTL", 1, YEAR_SECONDS, 86_400)),
        variables.number("DEDUPLICATION_MAX", 1_000, 100_000_000, 1_000_000));
  }
}
