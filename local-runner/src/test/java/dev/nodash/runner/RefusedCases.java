package dev.nodash.runner;

import static dev.nodash.runner.ContractCase.identify;
import static dev.nodash.runner.ContractCase.post;
import static dev.nodash.runner.ContractCase.track;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The contract as data: what is refused for its tenant header, its body or its schema. */
final class RefusedCases {
  private static final String OK = "{\"event\":\"a\"}";
  private static final int EVENT_LIMIT = 32 << 10;
  private static final int BODY_LIMIT = 1 << 20;

  private RefusedCases() {}

  static List<ContractCase> tenants() {
    var missing = "Missing tenant ID";
    var cases = new ArrayList<>(List.of(
        track("no tenant", OK).without("x-tenant-id").refused(400, missing),
        identify("no tenant", "{\"userId\":\"u\"}").without("x-tenant-id").refused(400, missing),
        track("an empty tenant", OK).instead("x-tenant-id", "").refused(400, missing),
        track("a blank tenant", OK).instead("x-tenant-id", "   ").refused(400, missing),
        track("no tenant comes before the size", "x".repeat(EVENT_LIMIT + 1)).without("x-tenant-id")
            .refused(400, missing),
        track("no tenant comes before the JSON", "{").without("x-tenant-id").refused(400, missing),
        track("an invalid tenant comes before the JSON", "{").instead("x-tenant-id", "-").refused(400,
            "Invalid tenant ID"),
        track("no tenant but a write key in a header", OK).anonymous().header("X-Write-Key", "demo-api-key-tenant1")
            .refused(400, missing),
        post("no tenant on an alias", "/track", OK).without("x-tenant-id").answers(200),
        post("no tenant and no credential on an alias", "/track", OK).anonymous().refused(401,
            "Authentication required"),
        track("the tenant twice", OK).header("x-tenant-id", "tenant1").refused(400, "Invalid tenant ID")));
    Map.of("a path", "../tenant1", "a space", "tenant 1", "a hyphen first", "-tenant1", "65 characters", "t".repeat(65),
        "a dot", "tenant.1").forEach(
            (name, tenant) -> cases.add(track("a tenant with " + name, OK).instead("x-tenant-id", tenant).refused(400,
                "Invalid tenant ID")));
    cases.add(track("a tenant of 64 characters", OK).instead("x-tenant-id", "t".repeat(64)).refused(403,
        "Tenant mismatch"));
    return cases;
  }

  static List<ContractCase> bodies() {
    var tooLarge = "Payload Too Large";
    var malformed = "Bad Request";
    var compressed = ContractCase.gzip(OK.repeat(50).getBytes(UTF_8));
    var cases = new ArrayList<>(List.of(
        track("an event of 32 KiB", event(EVENT_LIMIT)).answers(200),
        track("an event over 32 KiB", event(EVENT_LIMIT + 1)).refused(413, tooLarge, "32769 bytes"),
        track("an event of 33 KiB", event(33 << 10)).refused(413, tooLarge),
        identify("an event of 33 KiB", event(33 << 10)).refused(413, tooLarge),
        track("a body of 1 MiB", event(BODY_LIMIT)).refused(413, tooLarge, "event"),
        track("a body over 1 MiB", event(BODY_LIMIT + 1)).refused(413, tooLarge, "body"),
        track("a body of 2 MiB", event(2 * BODY_LIMIT)).refused(413, tooLarge, "body"),
        track("a compressed event of 33 KiB", event(33 << 10)).gzipped().refused(413, tooLarge),
        track("a bomb", "0".repeat(64 << 20)).gzipped().refused(413, tooLarge),
        track("gzip that is none", OK).header("Content-Encoding", "gzip").refused(400, malformed),
        track("gzip cut off", "").body(Arrays.copyOf(compressed, compressed.length - 9))
            .header("Content-Encoding", "gzip").refused(400, malformed),
        track("gzip without a label", OK).gzipped().without("Content-Encoding").refused(400, malformed),
        track("gzip in upper case", OK).gzipped().instead("Content-Encoding", "GZIP").answers(200),
        track("identity", OK).header("Content-Encoding", "identity").answers(200),
        track("another encoding", OK).header("Content-Encoding", "br").refused(400, malformed),
        track("two encodings", OK).gzipped().header("Content-Encoding", "gzip").refused(400, malformed),
        track("bad UTF-8", "").body(new byte[]{'{', '"', 'e', '"', ':', '"', (byte) 0xff, '"', '}'})
            .refused(400, malformed),
        track("a NUL", "{\"event\":\"a\u0000\"}").refused(400, malformed)));
    malformed().forEach(json -> cases.add(track("malformed: " + shown(json), json).refused(400, malformed)));
    cases.add(identify("malformed", "{").refused(400, malformed));
    cases.add(track("64 levels", nested(62)).answers(200));
    return cases;
  }

  private static List<String> malformed() {
    return List.of("", " ", "[1,", "truth", "{", "}", "{}{}", OK + "x",
        "{\"event\":\"a\",}", "{\"event\":NaN}", "{\"event\":Infinity}", "{\"event\":\"a\"/**/}", "{'event':'a'}",
        "{event:\"a\"}", "{\"event\":\"a\",\"event\":\"b\"}", "{\"event\":\"a\",\"properties\":{\"b\":1,\"b\":2}}",
        "{\"event\":\"\\ud800\"}", "{\"event\":\"\\x\"}", "{\"event\":\"a\nb\"}", "{\"event\":01}", "{\"event\":\"a\"",
        "\ufeff" + OK, nested(64), nested(10_000), keys(1001), "event=a&userId=b");
  }

  static List<ContractCase> schemas() {
    var track = "Invalid track request";
    var identify = "Invalid identify request";
    return List.of(
        track("a list", "[" + OK + "]").refused(400, track, "body: must be an object"),
        track("a number", "1").refused(400, track, "body: must be an object"),
        identify("null", "null").refused(400, identify, "body: must be an object"),
        track("nothing", "{}").refused(400, track, "event: is missing"),
        track("a null event", "{\"event\":null}").refused(400, track, "event: is missing"),
        track("a blank event", "{\"event\":\" \"}").refused(400, track, "event: is blank"),
        track("an empty event", "{\"event\":\"\"}").refused(400, track, "event: is blank"),
        track("a number as event", "{\"event\":1}").refused(400, track, "event: must be a string"),
        track("a long event", "{\"event\":\"" + "e".repeat(201) + "\"}").refused(400, track, "limit is 200"),
        track("a control character", "{\"event\":\"a\\u0000b\"}").refused(400, track, "event: has a control character"),
        track("all faults at once", "{\"event\":\" \",\"userId\":5,\"anonymousId\":\"\",\"properties\":[],"
            + "\"context\":\"c\",\"timestamp\":\"yesterday\",\"messageId\":\"" + "m".repeat(256) + "\"}")
            .refused(400, track, "event: is blank", "userId: must be a string", "anonymousId: is empty",
                "properties: must be an object", "context: must be an object", "timestamp: must be a time",
                "messageId: 256 characters, limit is 255"),
        track("a long user", "{\"event\":\"a\",\"userId\":\"" + "u".repeat(256) + "\"}").refused(400, track, "userId"),
        track("a long idempotency key", OK).header("Idempotency-Key", "k".repeat(256)).refused(400, track,
            "Idempotency-Key"),
        track("schema comes before the credential", "{}").without("x-api-key").refused(400, track),
        identify("nobody", "{}").refused(400, identify, "userId: is missing, and so is anonymousId"),
        identify("a user with a control character", "{\"userId\":\"a\\u0007\"}").refused(400, identify, "userId"),
        identify("all faults at once", "{\"userId\":[],\"traits\":1,\"timestamp\":{}}").refused(400, identify,
            "userId: must be a string", "traits: must be an object", "timestamp: must be a time"));
  }

  private static String event(int bytes) {
    var frame = "{\"event\":\"a\",\"properties\":{\"p\":\"\"}}";
    return frame.replace("\"\"", "\"" + "p".repeat(bytes - frame.length()) + "\"");
  }

  private static String nested(int levels) {
    return "{\"event\":\"a\",\"properties\":{\"p\":" + "[".repeat(levels) + "]".repeat(levels) + "}}";
  }

  private static String keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "\"k" + i + "\":1").collect(Collectors.joining(",", "{", "}"));
  }

  private static String shown(String json) {
    return json.length() > 60 ? json.substring(0, 60) + "… of " + json.length() : json;
  }
}
