package dev.nodash.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.ClientAddress;
import dev.nodash.http.ClientAddress.Source;
import dev.nodash.http.Cors;
import dev.nodash.http.HttpRequest;
import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.middleware.Functions.Ports;
import dev.nodash.middleware.Functions.Rules;
import dev.nodash.model.Event;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.flatfile.FlatFileEventStore;
import dev.nodash.storage.flatfile.FlatFileUserStore;
import dev.nodash.storage.memory.MemoryDeduplicator;
import dev.nodash.storage.memory.MemoryEventStore;
import dev.nodash.storage.memory.MemoryRateLimiter;
import dev.nodash.storage.memory.MemoryUserStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The functions behind one door, as a deployment has them, on real stores that a test can read and make fail. */
final class Line implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Duration LEASE = Duration.ofSeconds(16);
  static final String KEY1 = "key-of-tenant1";
  static final String NEXT_KEY1 = "next-key-of-tenant1";
  static final String KEY2 = "key-of-tenant2";
  static final String HASHED_KEY = "abc";
  private static final String SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final List<ApiKey> KEYS = List.of(key("tenant1", KEY1), key("tenant1", NEXT_KEY1),
      key("tenant2", KEY2), new ApiKey(Tenant.of("hashed"), SHA256_OF_ABC), key("acme", "key-of-acme"),
      key("ACME", "key-of-ACME"));

  final TestClock clock = new TestClock(NOW);
  final Faulty.Events events;
  final Faulty.Users users;
  final Faulty.Claims claims = new Faulty.Claims(new MemoryDeduplicator(Duration.ofDays(1), 10_000, LEASE));
  private final boolean claiming;
  private final EventReader eventReader;
  private final UserReader userReader;
  private Optional<Functions> all = Optional.empty();
  private final Map<String, Endpoint> functions = new ConcurrentHashMap<>();
  Faulty.Limiter limiter = limiter(1000, Duration.ofHours(1));
  private String apiKeyHeader = "x-api-key";
  private Set<String> origins = Set.of();
  private ClientAddress address = new ClientAddress(Source.SOCKET, 0);
  private Duration patience = Duration.ofSeconds(10);
  private boolean showUsers;
  private int maxFailures = 100;
  private boolean tlsOnly;
  private Tokens.Policy policy = policy(TestTokens.SECRET, Optional.empty(), Optional.empty(), "tenantId");

  private <E extends EventStore & EventReader, U extends UserStore & UserReader> Line(E events, U users,
      boolean claiming) {
    this.claiming = claiming;
    this.events = new Faulty.Events(events);
    this.users = new Faulty.Users(users);
    this.eventReader = events;
    this.userReader = users;
  }

  static Line inMemory() {
    return new Line(new MemoryEventStore(), new MemoryUserStore(), true);
  }

  static Line onFlatFiles(Path folder) throws InterruptedException {
    return onFlatFiles(folder, 10_000);
  }

  static Line onFlatFiles(Path folder, int maxIds) throws InterruptedException {
    var events = new FlatFileEventStore(folder.resolve("events"), Clock.fixed(NOW, ZoneOffset.UTC),
        Duration.ofDays(1), maxIds, Duration.ofSeconds(10), false);
    var line = new Line(events, new FlatFileUserStore(folder.resolve("users"), events), false);
    if (!events.awaitReady(Duration.ofSeconds(10))) {
      throw new AssertionError("the index was not rebuilt in time");
    }
    return line;
  }

  Line apiKeyHeader(String name) {
    apiKeyHeader = name;
    return this;
  }

  Line origins(String... allowed) {
    origins = Set.of(allowed);
    return this;
  }

  Line address(Source source, int trustedProxies) {
    address = new ClientAddress(source, trustedProxies);
    return this;
  }

  Line maxFailures(int max) {
    maxFailures = max;
    return this;
  }

  Line tlsOnly() {
    tlsOnly = true;
    return this;
  }

  Line patience(Duration limit) {
    patience = limit;
    return this;
  }

  Line limit(int max, Duration window) {
    limiter = limiter(max, window);
    return this;
  }

  Line tokens(byte[] secret, Optional<String> issuer, Optional<String> audience, String claim) {
    policy = policy(secret, issuer, audience, claim);
    return this;
  }

  Line tokens(TokenKeys key) {
    policy = new Tokens.Policy(key, Optional.empty(), Optional.empty(), "tenantId");
    return this;
  }

  Line showUsers() {
    showUsers = true;
    return this;
  }

  /** A track call of tenant1 with its key. */
  Request track(String body) {
    return request("POST", "/v1/track").header("x-tenant-id", "tenant1").header("x-api-key", KEY1).body(body);
  }

  /** An identify call of tenant1 with its key. */
  Request identify(String body) {
    return request("POST", "/v1/identify").header("x-tenant-id", "tenant1").header("x-api-key", KEY1).body(body);
  }

  Request get(String path) {
    return request("GET", path);
  }

  Request request(String method, String path) {
    return new Request(this, method, path);
  }

  List<Event> stored(String tenant) {
    return eventReader.events(Tenant.of(tenant), EventReader.Query.all()).rows();
  }

  /** The only event that any of the test's tenants has. */
  Event onlyEvent() {
    var rows = KEYS.stream().map(key -> key.tenant().toString()).distinct().flatMap(it -> stored(it).stream()).toList();
    if (rows.size() != 1) {
      throw new AssertionError("there are " + rows.size() + " events");
    }
    return rows.getFirst();
  }

  Optional<User> user(String id) {
    return userReader.users(Tenant.of("tenant1"), UserReader.Query.one(new UserId(id))).rows().stream().findFirst();
  }

  List<User> allUsers() {
    return userReader.users(Tenant.of("tenant1"), UserReader.Query.all()).rows();
  }

  Endpoint function(String name) {
    return functions.computeIfAbsent(name, _ -> build(name));
  }

  @Override
  public void close() {
    events.close();
    users.close();
  }

  /** What the engine refuses before any function sees it. */
  void refuse(HttpRequest request, int status) {
    all().refuse(request, status);
  }

  /** Takes these keys from now on, in place of those before, and tokens as before. */
  void accept(ApiKey... keys) {
    all().accept(List.of(keys), Optional.of(policy));
  }

  /** What became of the calls so far. */
  Tally.Counts tally() {
    return all().tally();
  }

  private synchronized Functions all() {
    var built = all.orElseGet(this::functions);
    all = Optional.of(built);
    return built;
  }

  private Functions functions() {
    var rules = new Rules(new Service("nodash", "1.2.3"), KEYS, apiKeyHeader, Optional.of(policy),
        maxFailures, tlsOnly, new Cors(origins, apiKeyHeader), address, patience, LEASE, showUsers);
    return new Functions(new Ports(events, users, limiter, claiming ? Optional.of(claims) : Optional.empty()), rules,
        clock);
  }

  private Endpoint build(String name) {
    return switch (name) {
      case "track" -> all().track();
      case "identify" -> all().identify();
      case "page" -> all().page();
      case "batch" -> all().batch();
      default -> all().health();
    };
  }

  private static Faulty.Limiter limiter(int max, Duration window) {
    return new Faulty.Limiter(new MemoryRateLimiter(new Limits(max, window, 0), 1000));
  }

  private static Tokens.Policy policy(byte[] secret, Optional<String> issuer, Optional<String> audience,
      String claim) {
    return new Tokens.Policy(TokenKey.ofSecret(secret), issuer, audience, claim);
  }

  private static ApiKey key(String tenant, String secret) {
    return ApiKey.ofSecret(Tenant.of(tenant), secret);
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
