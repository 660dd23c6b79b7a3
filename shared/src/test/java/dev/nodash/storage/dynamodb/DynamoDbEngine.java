package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import dev.nodash.storage.kit.Containers;
import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.HostedEngine;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** DynamoDB Local, which is Amazon's own engine for tests. It takes any credentials and any region. */
public final class DynamoDbEngine extends HostedEngine {
  private static final String REGION = "eu-central-1";
  private static final String URL = "http://127.0.0.1:%d";
  private static final Containers.Image IMAGE = new Containers.Image("amazon/dynamodb-local:2.6.1", 8000, Map.of(),
      List.of("-jar", "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "/home/dynamodblocal"),
      "curl -s -o /dev/null http://127.0.0.1:8000", URL);
  private static @Nullable DynamoDbEngine shared;

  private DynamoDbEngine(Engine server) {
    super(server);
  }

  /** A server of its own, which its test may break and closes. */
  public static DynamoDbEngine start() {
    credentials();
    return new DynamoDbEngine(
        Containers.find().map(containers -> containers.start(IMAGE)).orElseGet(DynamoDbProcess::new));
  }

  /** The one that all tests of this process share; it ends with the process. */
  public static synchronized DynamoDbEngine shared() {
    if (shared == null) {
      shared = start();
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  /** What the SDK's chains find first. */
  private static void credentials() {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    System.setProperty("aws.region", REGION);
  }

  /** What a process has to have in its environment to use it. */
  public Map<String, String> environment() {
    return Map.of("DYNAMODB_ENDPOINT", url(), "AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local",
        "AWS_REGION", REGION);
  }

  /** How many items each message of a prefix has become, by tenant and message id, with nothing between but the wire. */
  public Map<List<String>, Integer> events(String prefix) {
    var counts = new HashMap<List<String>, Integer>();
    var client = new Client(Optional.of(URI.create(url())), Duration.ofSeconds(5), Duration.ofSeconds(30));
    try {
      var last = Optional.<JsonText>empty();
      do {
        var answer = client.call("Scan",
            new JsonBuilder().add("TableName", "nodash-events").add("ExclusiveStartKey", last).end());
        for (var row : (List<?>) answer.getOrDefault("Items", List.of())) {
          var item = Item.of(row);
          item.textIf("messageId").filter(id -> id.startsWith(prefix))
              .ifPresent(id -> counts.merge(List.of(item.text("shard").replaceFirst("#.*", ""), id), 1, Integer::sum));
        }
        last = Optional.ofNullable(answer.get("LastEvaluatedKey")).map(key -> Item.of(key).json());
      } while (last.isPresent());
      return counts;
    } catch (Fault e) {
      throw new AssertionError(e);
    }
  }

  /** The URL by way of a proxy. */
  public static String url(int port) {
    return URL.formatted(port);
  }
}
