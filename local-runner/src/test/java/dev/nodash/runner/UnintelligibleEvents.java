package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/** Events that are no request, or that are one with headers by which the framework steers itself. */
final class UnintelligibleEvents {
  static final String SECRET = "must-not-come-back";

  static final Map<String, byte[]> ALL = all();

  /** Those that only keep a sandbox warm. */
  static final Map<String, String> WARM_UPS = Map.of("a schedule", """
      {"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event",
       "source":"aws.events","account":"123456789012","time":"2015-10-08T16:53:06Z","region":"us-east-1",
       "resources":["arn:aws:events:us-east-1:123456789012:rule/MyScheduledRule"],"detail":{}}""", "a plug-in",
      "{\"source\":\"serverless-plugin-warmup\"}");

  private UnintelligibleEvents() {}

  private static Map<String, byte[]> all() {
    var texts = new LinkedHashMap<String, String>();
    texts.put("a queue's event", """
        {"Records":[{"messageId":"19dd0b57","body":"must-not-come-back","eventSource":"aws:sqs"}]}""");
    texts.put("an array", "[{\"rawPath\":\"/v1/health\"}]");
    texts.put("a string", "\"/v1/health\"");
    texts.put("a number", "1");
    texts.put("null", "null");
    texts.put("an empty object", "{}");
    texts.put("no JSON", "must-not-come-back");
    texts.put("deep JSON", "[".repeat(5000));
    texts.put("wrong types", """
        {"version":2,"rawPath":["/v1/health"],"headers":[1],"body":{"a":1},"requestContext":"x","httpMethod":{}}""");
    texts.put("a body that is not base64", """
        {"version":"2.0","rawPath":"/v1/track","body":"!","isBase64Encoded":true,
         "requestContext":{"http":{"method":"POST"}}}""");
    texts.put("version 2.0 without a context", "{\"version\":\"2.0\",\"rawPath\":\"/v1/health\"}");
    for (var header : new String[]{"payload", "aws-api-gateway", "aws-context", "scf-func-name", "statusCode",
        "spring.cloud.function.definition", "spring.cloud.function.routing-expression", "contentType", "id"}) {
      texts.put("the header " + header + " in 2.0", """
          {"version":"2.0","rawPath":"/x","headers":{"%s":"must-not-come-back","authorization":"must-not-come-back"},
           "requestContext":{"http":{"method":"GET","sourceIp":"192.0.2.1"}},"isBase64Encoded":false}"""
          .formatted(header));
      texts.put("the header " + header + " in 1.0", """
          {"httpMethod":"GET","path":"/x","headers":{"%s":"must-not-come-back"},"multiValueHeaders":null,"body":null,
           "isBase64Encoded":false}""".formatted(header));
    }
    var events = new LinkedHashMap<String, byte[]>();
    texts.forEach((name, text) -> events.put(name, text.getBytes(UTF_8)));
    return events;
  }
}
